"""Entity tags and conditions, as RFC 9110 has them and as the contract narrows them."""

import pytest
from starlette.requests import Request

from adapters.inbound.web.errors import PreconditionRequired
from adapters.inbound.web.versions import etag, if_match_version, not_modified, required_version
from tests.adapters.web.sample import KNOWN, bearer, gadget, raw, sample_app, started


def test_a_tag_holds_the_version_and_the_revision_within_it() -> None:
    assert etag(3) == '"3"'
    assert etag(3, 17) == '"3.17"'
    assert etag(3, 0) == '"3.0"'


@pytest.mark.parametrize(
    ("header", "version"),
    [
        (None, None),
        ("*", None),
        (" * ", None),
        ('"3"', 3),
        ('"3.17"', 3),
        ('"0"', 0),
        (' "3" ', 3),
        ('"3", "5"', 5),
        ('"3","5.1" ,\t"4"', 5),
        ('W/"3"', -1),
        ('W/"5", "3"', 3),
        ('"other"', -1),
        ('""', -1),
        ('"a,b"', -1),
        ('"-1"', -1),
        ('"3."', -1),
        ('"9999999999999999999999"', -1),
        ('"\u0663"'.encode().decode("latin-1"), -1),
    ],
)
def test_if_match_compares_the_version_alone(header: str | None, version: int | None) -> None:
    assert if_match_version(header) == version


@pytest.mark.parametrize(
    "header", ["", "3", "3.17", '"3', '3"', '"3" "4"', '"3"; "4"', 'w/"3"', "**", '*, "3"', '"\t"']
)
async def test_what_is_no_list_of_tags_is_the_wrong_shape(header: str) -> None:
    headers = {**bearer("admin"), "If-Match": header}
    async with started(sample_app()) as client:
        response = await client.put(f"/v1/gadgets/{KNOWN}", json=gadget(), headers=headers)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "If-Match")


@pytest.mark.parametrize("header", [None, "*"])
def test_a_required_version_has_to_be_named(header: str | None) -> None:
    with pytest.raises(PreconditionRequired):
        required_version(header)


async def test_without_if_match_a_change_is_a_428_and_with_an_old_one_a_412() -> None:
    async with started(sample_app()) as client:
        for header, status in ((None, 428), ('"2"', 412), ('W/"3"', 412), ('"x"', 412), ("3", 422), ('"3.99"', 200)):
            headers = bearer("admin") | ({} if header is None else {"If-Match": header})
            response = await client.put(f"/v1/gadgets/{KNOWN}", json=gadget(), headers=headers)
            assert response.status_code == status, header


@pytest.mark.parametrize("sent", ['"3.17"', 'W/"3.17"', '"1", "3.17"', "*", '"x","3.17"'])
async def test_who_has_the_representation_already_gets_a_304(sent: str) -> None:
    async with started(sample_app()) as client:
        response = await client.get(f"/v1/gadgets/{KNOWN}", headers={"If-None-Match": sent})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", '"3.17"')


@pytest.mark.parametrize("sent", [None, '"3"', '"3.18"', "3.17", ""])
async def test_who_has_another_one_gets_it(sent: str | None) -> None:
    headers = {} if sent is None else {"If-None-Match": sent}
    async with started(sample_app()) as client:
        response = await client.get(f"/v1/gadgets/{KNOWN}", headers=headers)
    assert (response.status_code, response.headers["etag"]) == (200, '"3.17"')


async def test_a_long_hostile_condition_is_read_in_linear_time() -> None:
    hostile = '"' + '",' * 30_000 + "!"
    request = Request({"type": "http", "headers": [(b"if-none-match", hostile.encode())]})
    assert not_modified(request, '"1"') is None
    headers = {**bearer("admin"), "If-Match": '"a", ' * 10_000 + "!"}
    async with started(sample_app()) as client:
        assert (await client.put(f"/v1/gadgets/{KNOWN}", json=gadget(), headers=headers)).status_code == 422


@pytest.mark.parametrize(("key", "status"), [("a", 200), ("x" * 255, 200), (" ~!", 200), ("", 422), ("x" * 256, 422)])
async def test_an_idempotency_key_is_up_to_255_printable_ascii_characters(key: str, status: int) -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/notes", headers={**bearer("joe"), "Idempotency-Key": key})
        accented = await client.post("/v1/notes", headers=raw({**bearer("joe"), "Idempotency-Key": "\xe9"}))
    assert response.status_code == status
    assert accented.status_code == 422
    assert accented.json()["errors"][0]["field"] == "Idempotency-Key"
