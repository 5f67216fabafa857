"""Refusals: one kind of document for all of them, with the status of the error's family."""

import logging

import pytest
from httpx import AsyncClient, Response
from starlette.types import Message

from adapters.inbound.web.errors import STATUS, status_of
from core.shared import errors as families
from core.shared.errors import ShopError
from core.shared.paging import CursorInvalid
from tests.adapters.web.sample import KNOWN, UNKNOWN, bearer, gadget, sample_app, started

ADMIN = bearer("admin")


def assert_problem(response: Response, status: int, code: str) -> None:
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert body["type"] == f"urn:problem-type:portico:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == response.request.url.raw_path.decode().partition("?")[0]
    assert body["request_id"] == response.headers["x-request-id"]


def test_every_family_has_a_status() -> None:
    kinds = [kind for kind in vars(families).values() if isinstance(kind, type) and issubclass(kind, ShopError)]
    assert {kind: status_of(kind) for kind in kinds if kind is not ShopError}
    assert status_of(CursorInvalid) == STATUS[families.Invalid] == 422


async def test_an_error_of_the_core_becomes_a_problem_with_its_facts_as_members() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", json=gadget(name="taken"), headers=ADMIN)
    assert_problem(response, 409, "gadget_taken")
    assert response.json()["rival"] == KNOWN
    assert response.json()["price"] == {"amount": 1999, "currency": "USD"}
    assert "idempotent-replayed" not in response.headers


async def test_a_remembered_refusal_says_that_it_is_one() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", json=gadget(name="again"), headers=ADMIN)
    assert response.headers["idempotent-replayed"] == "true"


async def test_a_fact_cannot_replace_a_member_of_ours() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", json=gadget(name="again"), headers=ADMIN)
    assert_problem(response, 409, "gadget_taken")


async def test_a_collaborator_that_is_down_is_a_503_with_retry_after() -> None:
    async with started(sample_app()) as client:
        response = await client.get("/v1/closed")
    assert_problem(response, 503, "workshop_closed")
    assert response.headers["retry-after"] == "9"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/v1/gadgets/", f"/v1/gadgets/{KNOWN}/", "/v1", "//v1/gadgets"])
async def test_an_unknown_path_is_a_404_and_never_a_redirect(path: str) -> None:
    async with started(sample_app()) as client:
        assert_problem(await client.get(f"http://test{path}"), 404, "not_found")


async def test_a_wrong_method_is_a_405_which_lists_every_method_of_the_path() -> None:
    async with started(sample_app()) as client:
        response = await client.post(f"/v1/gadgets/{KNOWN}")
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "DELETE, GET, HEAD, PATCH, PUT"
        assert (await client.delete("/v1/notes")).headers["allow"] == "POST"
        assert (await client.options("/v1/gadgets")).headers["allow"] == "GET, HEAD, POST"
        assert (await client.head("/v1/notes")).status_code == 405
        assert (await client.post("/livez")).headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense", "%00", KNOWN + "%00", KNOWN.upper(), "%ED%A0%80", "x" * 5000])
async def test_an_unknown_or_malformed_id_is_a_404(id: str) -> None:
    async with started(sample_app()) as client:
        response = await client.get(f"/v1/gadgets/{id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_instance_is_a_uri_reference_whatever_the_path_holds() -> None:
    async with started(sample_app()) as client:
        response = await client.get("/no%0D%0Athing%20at%22all")
    assert response.json()["instance"] == "/no%0D%0Athing%20at%22all"


async def test_a_defect_is_a_500_that_tells_the_caller_nothing_and_us_everything(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        async with started(sample_app()) as client:
            response = await client.get("/v1/broken", headers={"X-Request-Id": "abc"})
    assert_problem(response, 500, "internal_error")
    assert "secret" not in response.text
    assert "abc" in caplog.text
    assert "secret inner workings" in caplog.text


async def test_a_defect_after_the_answer_began_is_not_passed_off_as_a_whole_answer() -> None:
    app = sample_app()
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            raise RuntimeError("the writer broke")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/livez", "headers": [], "query_string": b""}
    with pytest.raises(RuntimeError):
        await app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


async def check_order(client: AsyncClient, **request: object) -> int:
    """The status of a PUT that is right but for what `request` says."""
    arguments = {"url": f"/v1/gadgets/{KNOWN}", "json": gadget(), "headers": {**ADMIN, "If-Match": '"3"'}, **request}
    return (await client.put(**arguments)).status_code  # type: ignore[arg-type]


async def test_checks_come_in_the_order_of_the_contract() -> None:
    """Authentication, shape, 428, 404, 412, rule: each request is wrong in all later ways as well."""
    unknown, bad, forbidden = f"/v1/gadgets/{UNKNOWN}", gadget(extra=1), gadget(name="forbidden")
    stale = {**ADMIN, "If-Match": '"2"'}
    async with started(sample_app()) as client:
        assert await check_order(client, url=unknown, json=bad, headers={}) == 401
        assert await check_order(client, url=unknown, json=bad, headers=bearer("joe")) == 403
        assert await check_order(client, url=unknown, json=bad, headers=ADMIN) == 422
        assert await check_order(client, url=unknown, json=forbidden, headers=ADMIN) == 428
        assert await check_order(client, url=unknown, json=forbidden, headers=stale) == 404
        assert await check_order(client, json=forbidden, headers=stale) == 412
        assert await check_order(client, json=forbidden) == 422
        assert await check_order(client) == 200


@pytest.mark.parametrize("content", [b"{", b"x" * 2000, b'{"a":1,"a":2}', b""])
async def test_nothing_of_a_body_is_looked_at_before_the_caller_is_known(content: bytes) -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/gadgets", content=content, headers={"Content-Type": "text/plain"})
    assert_problem(response, 401, "unauthenticated")
