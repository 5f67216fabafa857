"""Bodies: what is too long, not JSON, ambiguous, or not what was asked for is refused, and never a 500."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.inbound.web.errors import MalformedJson, ValidationFailed
from adapters.inbound.web.json_body import MAX_DEPTH, loads
from tests.adapters.web.sample import KNOWN, bearer, gadget, sample_app, started

JSON = {**bearer("admin"), "Content-Type": "application/json"}

HOSTILE = {
    "cut short": (b'{"name": ', 400),
    "nothing but space": (b"  ", 400),
    "two values": (b"{} {}", 400),
    "a name twice": (b'{"name": "a", "name": "b", "price": {"amount": 1, "currency": "USD"}}', 400),
    "a name twice below": (b'{"name": "a", "price": {"amount": 1, "amount": 2, "currency": "USD"}}', 400),
    "NaN": (b'{"name": NaN}', 400),
    "Infinity": (b'{"name": -Infinity}', 400),
    "not UTF-8": (b'{"name": "\xff"}', 400),
    "UTF-16": ('{"name": "a"}'.encode("utf-16"), 400),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "a"}', 400),
    "a surrogate in UTF-8": (b'{"name": "\xed\xa0\x80"}', 400),
    "half a pair": (rb'{"name": "\ud800"}', 400),
    "half a pair in a name": (rb'{"\uDFFF": 1}', 400),
    "a bare control character": (b'{"name": "\x00"}', 400),
    "nested deeply": (b"[" * 400 + b"]" * 400, 400),
    "nested beyond any stack": (b"[" * 900, 400),
    "NUL": (rb'{"name": "a\u0000b", "price": {"amount": 1, "currency": "USD"}}', 422),
    "NUL below": (rb'{"name": "a", "price": {"amount": 1, "currency": "USD"}, "tags": ["\u0000"]}', 422),
    "more than a double": (b'{"name": "a", "price": {"amount": 1, "currency": "USD"}, "ratio": 1e999}', 422),
    "more than 64 bits": (
        b'{"name": "a", "price": {"amount": 1, "currency": "USD"}, "weight": 1%s}' % (b"0" * 800),
        422,
    ),
    "an array": (b"[]", 422),
    "a string": (b'"x"', 422),
    "null": (b"null", 422),
    "operators": (b'{"name": {"$gt": ""}, "price": {"$ne": null}}', 422),
}


@pytest.mark.parametrize(("content", "status"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_json_is_refused(content: bytes, status: int) -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", content=content, headers=JSON)
    assert response.status_code == status
    assert response.json()["code"] == {400: "malformed_json", 422: "validation_failed"}[status]


WRONG: list[tuple[dict[str, Any], str]] = [
    (gadget(extra=1), "extra"),
    (gadget(price={"amount": 1, "currency": "USD", "extra": 1}), "price.extra"),
    (gadget(price={"amount": "1", "currency": "USD"}), "price.amount"),
    (gadget(price={"amount": 1.5, "currency": "USD"}), "price.amount"),
    (gadget(price={"amount": True, "currency": "USD"}), "price.amount"),
    (gadget(price={"amount": -1, "currency": "USD"}), "price.amount"),
    (gadget(price={"amount": 1, "currency": "usd"}), "price.currency"),
    (gadget(price={"amount": 1, "currency": "USD\n"}), "price.currency"),
    (gadget(price=1), "price"),
    (gadget(name=5), "name"),
    (gadget(name=None), "name"),
    (gadget(fragile=1), "fragile"),
    (gadget(fragile="true"), "fragile"),
    (gadget(ratio="0.5"), "ratio"),
    (gadget(tags=["a", 1]), "tags.1"),
    (gadget(tags="a"), "tags"),
    (gadget(weight=2**63 - 1), "weight"),
    (gadget(count=-1), "count"),
]


@pytest.mark.parametrize(("body", "field"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_wrong_field_is_a_422_that_names_it(body: dict[str, Any], field: str) -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", json=body, headers=bearer("admin"))
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert all(error["message"] for error in response.json()["errors"])


async def test_what_was_sent_is_not_repeated_because_it_may_be_a_password() -> None:
    async with started(sample_app()) as client:
        for content in (b'{"name": ["hunter2"]}', b'{"name": "hunter2"', b'{"name": "hunter2", "name": "hunter2"}'):
            response = await client.post("/v1/gadgets", content=content, headers=JSON)
            assert "hunter2" not in response.text


async def test_a_thousand_wrong_fields_do_not_make_a_long_answer() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", json={str(i): 1 for i in range(100)}, headers=bearer("admin"))
        long = await client.post("/v1/gadgets", json={"x" * 900: 1}, headers=bearer("admin"))
    assert len(response.json()["errors"]) == 50
    assert len(long.text) < 1000


async def test_a_right_body_arrives_as_it_was_sent() -> None:
    name = 'ü "\\u0000" \U0001f4a1 \\ud800'
    async with started(sample_app()) as client:
        response = await client.post(
            "/v1/gadgets", json=gadget(name=name, ratio=1, tags=["a"]), headers=bearer("admin")
        )
    assert response.status_code == 201
    assert (response.json()["name"], response.json()["tags"]) == (name, ["a"])


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("application/json;charset=UTF-8;x=y", 201),
        ("application/vnd.shop+json", 201),
        ("application/merge-patch+json", 201),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ("application/json, text/plain", 415),
        ("", 415),
    ],
)
async def test_only_a_body_that_says_it_is_json_is_read(media_type: str, status: int) -> None:
    async with started(sample_app()) as client:
        headers = {**bearer("admin"), "Content-Type": media_type}
        response = await client.post("/v1/gadgets", content=orjson.dumps(gadget()), headers=headers)
    assert response.status_code == status
    assert status == 201 or response.json()["code"] == "unsupported_media_type"


async def test_a_body_without_a_media_type_is_a_415() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", content=orjson.dumps(gadget()), headers=bearer("admin"))
    assert response.status_code == 415


async def test_a_body_that_may_be_left_out_may_be_left_out() -> None:
    async with started(sample_app()) as client:
        assert (await client.post("/v1/notes", headers=bearer("joe"))).json()["note"] is None
        assert (await client.post("/v1/notes", json={"note": "x"}, headers=bearer("joe"))).json()["note"] == "x"
        assert (await client.post("/v1/notes", json={"nota": "x"}, headers=bearer("joe"))).status_code == 422


async def test_a_body_that_is_needed_is_missed() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", headers=bearer("admin"))
    assert (response.status_code, response.json()["errors"]) == (422, [{"field": "body", "message": "Field required"}])


async def pieces(total: int, taken: list[int]) -> AsyncIterator[bytes]:
    for _ in range(total // 100):
        taken.append(100)
        yield b" " * 100


async def test_a_body_over_the_limit_is_refused_by_its_declared_length_before_it_is_read() -> None:
    taken: list[int] = []
    async with started(sample_app()) as client:
        response = await client.post(
            "/v1/gadgets", content=pieces(5000, taken), headers=JSON | {"Content-Length": "5000"}
        )
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert taken == []


async def test_a_body_of_no_declared_length_is_refused_as_soon_as_it_is_too_long() -> None:
    taken: list[int] = []
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", content=pieces(100_000, taken), headers=JSON)
        lying = await client.post("/v1/gadgets", content=pieces(5000, []), headers=JSON | {"Content-Length": "10"})
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert sum(taken) == 1100
    assert lying.status_code == 413


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    content = orjson.dumps(gadget())
    async with started(sample_app()) as client:
        for padding, status in ((1000, 201), (1001, 413)):
            response = await client.post("/v1/gadgets", content=content.ljust(padding), headers=JSON)
            assert response.status_code == status


async def test_a_route_may_raise_the_limit_for_itself() -> None:
    async with started(sample_app()) as client:
        assert (await client.post("/v1/stream", content=b"x" * 4000)).json() == 4000
        assert (await client.post("/v1/stream", content=b"x" * 4001)).status_code == 413
        assert (await client.post("/v1/stream", content=pieces(4100, []))).status_code == 413


async def test_a_nul_in_the_query_is_refused() -> None:
    async with started(sample_app()) as client:
        response = await client.get("/v1/gadgets?q=a%00b")
    assert (response.status_code, response.json()["code"]) == (422, "validation_failed")


async def test_a_merge_patch_is_read_by_its_own_media_type() -> None:
    headers = {**bearer("admin"), "Content-Type": "application/merge-patch+json"}
    async with started(sample_app()) as client:
        response = await client.patch(f"/v1/gadgets/{KNOWN}", content=b'{"note": "x"}', headers=headers)
    assert (response.status_code, response.json()["note"]) == (200, "x")


def test_a_number_is_an_integer_if_it_is_one_however_it_is_written() -> None:
    read = loads(b"[5.0, 5e0, -0.0, 5.5, 1e300, 9007199254740993.0]")
    assert read == [5, 5, 0, 5.5, 1e300, 9007199254740992]
    assert isinstance(read, list)
    assert [type(number) for number in read] == [int, int, int, float, float, int]


def test_nesting_is_allowed_to_the_limit_and_no_further() -> None:
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert loads(b"[" + b"[]," * 400 + b"[]]")
    with pytest.raises(MalformedJson):
        loads(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    with pytest.raises(MalformedJson):
        loads(b"[" * 200_000)


@pytest.mark.parametrize(
    "text", ["9223372036854775808", "-9223372036854775809", "1" * 10_000, "1e999", r'{"\u0000": 1}']
)
def test_what_would_trip_those_behind_us_is_refused_wherever_it_stands(text: str) -> None:
    for around in ("%s", "[%s]", '{"a": [%s]}'):
        with pytest.raises(ValidationFailed):
            loads((around % text).encode())
    assert loads(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]


@settings(derandomize=True, deadline=None, database=None)
@given(st.binary(max_size=60) | st.text('[]{}:,"\\u0dD8nNaI1e9.-+ \x00', max_size=60).map(str.encode))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    try:
        value = loads(content)
    except (MalformedJson, ValidationFailed):
        return
    assert orjson.loads(content) == value


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(texts, below, max_size=4),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, database=None)
@given(values)
def test_all_honest_json_is_read_as_it_was_meant(value: object) -> None:
    assert loads(orjson.dumps(value)) == value
