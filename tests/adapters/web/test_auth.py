"""Guards: who is let in, and that nobody else is."""

import pytest
from starlette.types import Message

from tests.adapters.web.sample import KNOWN, access_tokens, bearer, raw, sample_app, started

BAD = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "joe"},
    {"Authorization": "Basic am9lOnNlY3JldA=="},
    {"Authorization": "Bearer joe joe"},
    {"Authorization": "Bearer joe, Bearer joe"},
    {"Authorization": "Bearer j\u00f6e"},
    {"Authorization": "Bearer " + "a" * 8193},
    {"Authorization": "Bearer unheard-of"},
    {"Authorization": "Bearer misplaced"},
]


@pytest.mark.parametrize("headers", BAD, ids=lambda headers: str(headers)[:40])
async def test_without_one_good_token_it_is_a_401(headers: dict[str, str]) -> None:
    async with started(sample_app()) as client:
        for method, path in [
            ("POST", "/v1/notes"),
            ("DELETE", f"/v1/gadgets/{KNOWN}"),
            ("GET", "/v1/shopper"),
            ("GET", "/internal/v1/peer"),
        ]:
            response = await client.request(method, path, headers=raw(headers))
            assert response.status_code == 401, path
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.json()["code"] == "unauthenticated"


async def test_two_tokens_are_none() -> None:
    async with started(sample_app()) as client:
        response = await client.post(
            "/v1/notes", headers=[("Authorization", "Bearer joe"), ("Authorization", "Bearer joe")]
        )
    assert response.status_code == 401


async def test_a_token_that_is_too_long_is_not_even_verified() -> None:
    verifier = access_tokens()
    async with started(sample_app(verifier=verifier)) as client:
        await client.post("/v1/notes", headers=bearer("a" * 8193))
        await client.post("/v1/notes", headers=bearer("a" * 8192))
    assert [len(token) for token in verifier.seen] == [8192]


async def test_a_customer_is_let_in_whatever_the_case_of_bearer() -> None:
    async with started(sample_app()) as client:
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert (await client.post("/v1/notes", headers={"Authorization": f"{scheme} joe"})).status_code == 200


async def test_a_token_is_verified_once_a_request() -> None:
    verifier = access_tokens()
    async with started(sample_app(verifier=verifier)) as client:
        await client.post("/v1/notes", json={"note": "x"}, headers=bearer("joe"))
    assert verifier.seen == ["joe"]


async def test_only_an_admin_may_do_what_is_an_admins() -> None:
    async with started(sample_app()) as client:
        refused = await client.delete(f"/v1/gadgets/{KNOWN}", headers=bearer("joe"))
        done = await client.delete(f"/v1/gadgets/{KNOWN}", headers=bearer("admin"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert done.status_code == 204


async def test_a_customer_is_who_their_token_says() -> None:
    async with started(sample_app()) as client:
        assert (await client.get("/v1/me")).status_code == 401
        assert (await client.get("/v1/me", headers=bearer("joe"))).json() == {"id": "joe"}
        assert (await client.get("/v1/me", headers=bearer("unheard-of"))).status_code == 401


async def test_a_guest_shops_by_cart_token_and_a_bearer_token_wins() -> None:
    guest = {"X-Cart-Token": "s3cret"}
    async with started(sample_app()) as client:
        assert (await client.get("/v1/shopper", headers=guest)).json() == {"id": "guest s3cret"}
        assert (await client.get("/v1/shopper", headers=guest | bearer("joe"))).json() == {"id": "joe"}
        assert (await client.get("/v1/shopper", headers=guest | bearer("unheard-of"))).status_code == 401
        assert (
            await client.get("/v1/shopper", headers=[("X-Cart-Token", "a"), ("X-Cart-Token", "b")])
        ).status_code == 401
        assert (await client.get("/v1/shopper", headers={"X-Cart-Token": ""})).status_code == 401
        assert (await client.get("/v1/shopper", headers={"X-Cart-Token": "x" * 8193})).status_code == 401


async def test_internal_routes_take_the_named_services_and_nobody_else() -> None:
    async with started(sample_app()) as client:
        assert (await client.get("/internal/v1/peer", headers=bearer("order"))).json() == {"id": "order"}
        assert (await client.get("/internal/v1/peer", headers=bearer("cart"))).status_code == 403
        for token in ("joe", "admin", "misplaced"):
            assert (await client.get("/internal/v1/peer", headers=bearer(token))).status_code == 401, token


async def test_a_service_token_opens_no_customers_route() -> None:
    async with started(sample_app()) as client:
        for token in ("order", "cart"):
            assert (await client.post("/v1/notes", headers=bearer(token))).status_code == 401
            assert (await client.delete(f"/v1/gadgets/{KNOWN}", headers=bearer(token))).status_code == 401


async def test_keys_that_cannot_be_had_are_a_503_and_let_nobody_in() -> None:
    async with started(sample_app()) as client:
        response = await client.post("/v1/notes", headers=bearer("keyless"))
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")


async def test_a_stranger_s_body_is_not_even_received() -> None:
    received: list[str] = []
    sent: list[Message] = []

    async def receive() -> Message:
        received.append("asked")
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/gadgets", "headers": [], "query_string": b""}
    await sample_app()(scope, receive, send)
    assert sent[0]["status"] == 401
    assert received == []
