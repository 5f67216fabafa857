"""Lists: limits, and cursors that only we can make sense of."""

from base64 import urlsafe_b64encode

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.inbound.web.lists import decode_cursor, encode_cursor
from core.shared.paging import Cursor, CursorInvalid
from tests.adapters.web.sample import sample_app, started


def forged(payload: object) -> str:
    return urlsafe_b64encode(orjson.dumps(payload)).rstrip(b"=").decode()


HOSTILE = [
    "",
    "a",
    "abc",
    "!",
    "ö",
    "====",
    "\u0663",
    "W10",
    "x" * 5000,
    forged({}),
    forged([]),
    forged(None),
    forged([1, "a"]),
    forged(["name", None]),
    forged(["name", True]),
    forged(["name", 1.5]),
    forged(["name", ["a"]]),
    forged(["name", {"$gt": ""}]),
    forged(["name", "a\0"]),
    forged(["name", 2**64 - 1]),
    forged(["name"] + ["x" * 900] * 5),
    forged(["name", "a", 1]) + "=",
    urlsafe_b64encode(b'["name", "a", 1]').decode().rstrip("="),
    urlsafe_b64encode(b"[" * 800).decode().rstrip("="),
    urlsafe_b64encode(b'["name","\xff",1]').decode().rstrip("="),
]


@pytest.mark.parametrize("cursor", HOSTILE, ids=lambda cursor: cursor[:20])
async def test_a_hostile_cursor_is_a_422(cursor: str) -> None:
    async with started(sample_app()) as client:
        response = await client.get("/v1/gadgets", params={"cursor": cursor})
    assert (response.status_code, response.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("key", ["a\0", 2**63, 2**64 - 1, True, None, 1.5, [], {}])
def test_a_key_that_no_list_of_ours_sorts_by_is_refused(key: object) -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(forged(["name", key]))


async def test_a_cursor_of_another_list_is_a_422() -> None:
    async with started(sample_app()) as client:
        for cursor in (Cursor(order="price", key=("a", 1)), Cursor(order="name", key=(1, "a"))):
            response = await client.get("/v1/gadgets", params={"cursor": encode_cursor(cursor)})
            assert (response.status_code, response.json()["code"]) == (422, "cursor_invalid")


async def test_the_next_page_is_found_by_the_cursor_of_the_page_before() -> None:
    async with started(sample_app()) as client:
        first = (await client.get("/v1/gadgets")).json()
        second = (await client.get("/v1/gadgets", params={"cursor": first["next_cursor"]})).json()
    assert len(first["items"]) == 1
    assert decode_cursor(first["next_cursor"]) == Cursor(order="name", key=("lämp", 20))
    assert second == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "9" * 5000, "null"])
async def test_a_limit_is_from_1_to_100(limit: str) -> None:
    async with started(sample_app()) as client:
        response = await client.get("/v1/gadgets", params={"limit": limit})
        assert (await client.get("/v1/gadgets?limit=100")).status_code == 200
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "limit")


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
keys = st.lists(texts | st.integers(-(2**63), 2**63 - 1), max_size=4).map(tuple)


@settings(derandomize=True, deadline=None, database=None)
@given(st.builds(Cursor, order=texts, key=keys))
def test_a_cursor_comes_back_as_it_went_out(cursor: Cursor) -> None:
    text = encode_cursor(cursor)
    assert decode_cursor(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum() or not text


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode().rstrip("=")))
def test_any_other_text_is_refused(text: str) -> None:
    try:
        cursor = decode_cursor(text)
    except CursorInvalid:
        return
    assert encode_cursor(cursor) == text
