"""What browsers are told on every answer, and whose pages may read them."""

import pytest
from httpx import AsyncClient, Response

from adapters.inbound.web.browsers import PAGE
from tests.adapters.web.limited import by, limited_app
from tests.adapters.web.sample import KNOWN, bearer, gadget, sample_app, started

ALWAYS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
SHOP, STRANGER = "https://shop.example", "https://shop.example.evil.test"
GADGET = f"/v1/gadgets/{KNOWN}"
Call = tuple[str, str, dict[str, str]]
ANSWERS: dict[int, Call] = {
    200: ("GET", GADGET, {}),
    204: ("DELETE", GADGET, bearer("admin")),
    304: ("GET", GADGET, {"If-None-Match": "*"}),
    400: ("POST", "/v1/gadgets", bearer("admin")),
    401: ("GET", "/v1/me", {}),
    403: ("DELETE", GADGET, bearer("joe")),
    404: ("GET", "/nowhere", {}),
    405: ("PUT", "/v1/gadgets", {}),
    422: ("GET", "/v1/gadgets?limit=x", {}),
    500: ("GET", "/v1/broken", {}),
    503: ("GET", "/v1/closed", {}),
}


async def asked(client: AsyncClient, call: Call, **headers: str) -> Response:
    method, path, own = call
    body = b"{" if method == "POST" else None
    return await client.request(
        method, path, content=body, headers={"Content-Type": "application/json", **own, **headers}
    )


@pytest.mark.parametrize("status", ANSWERS)
async def test_every_answer_has_the_security_headers_once_and_names_no_server(status: int) -> None:
    async with started(sample_app()) as client:
        answer = await asked(client, ANSWERS[status])
    assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value]
    assert "x-request-id" in answer.headers
    assert not {"server", "x-powered-by", "strict-transport-security"} & set(answer.headers)
    if status >= 400:
        assert answer.headers["cache-control"] == "no-store"


async def test_what_is_for_one_caller_is_stored_nowhere_and_the_catalogue_may_be() -> None:
    async with started(sample_app()) as client:
        shopper = await client.get("/v1/shopper", headers=bearer("joe"))
        made = await client.post("/v1/gadgets", json=gadget(), headers=bearer("admin"))
        public = await client.get(GADGET)
    assert shopper.headers.get_list("cache-control") == made.headers.get_list("cache-control") == ["no-store"]
    assert "cache-control" not in public.headers


@pytest.mark.parametrize("status", [200, 404, 500])
async def test_over_tls_browsers_remember_to_use_nothing_else(status: int) -> None:
    async with started(sample_app(over_tls=True)) as client:
        answer = await asked(client, ANSWERS[status])
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_the_page_of_documents_may_load_what_is_ours_and_run_nothing_inline() -> None:
    async with started(sample_app()) as client:
        page = await client.get("/docs/sample")
        script = await client.get("/docs/sample/start.js")
    assert page.headers.get_list("content-security-policy") == [PAGE["Content-Security-Policy"]]
    assert "unsafe" not in PAGE["Content-Security-Policy"]
    assert "style=" not in page.text
    assert "<script>" not in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert script.headers["content-security-policy"] == ALWAYS["content-security-policy"]


async def preflight(client: AsyncClient, origin: str, method: str = "PUT", headers: str = "if-match") -> Response:
    asked_for = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return await client.options(GADGET, headers={"Origin": origin, **asked_for})


def allows(answer: Response) -> dict[str, set[str]]:
    """What an answer allows, by header."""
    found = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
    return {name: {each.strip().lower() for each in value.split(",")} for name, value in found.items()}


async def test_unless_set_no_page_of_another_origin_may_read_anything() -> None:
    async with started(sample_app()) as client:
        for answer in (await preflight(client, SHOP), await client.get(GADGET, headers={"Origin": SHOP})):
            assert allows(answer) == {}
        assert (await preflight(client, SHOP)).status_code == 405


async def test_a_page_of_an_origin_that_is_let_in_may_send_and_read_what_the_contract_has() -> None:
    async with started(sample_app(cors_origins=(SHOP,))) as client:
        before = await preflight(client, SHOP, headers="authorization, content-type, x-cart-token")
        answer = await client.get(GADGET, headers={"Origin": SHOP})
    assert (before.status_code, before.content) == (204, b"")
    assert not {"content-length", "content-type"} & set(before.headers)
    told = allows(before)
    assert told["access-control-allow-origin"] == {SHOP}
    assert told["access-control-allow-methods"] == {"get", "head", "post", "put", "patch", "delete"}
    sent = "authorization content-type if-match if-none-match idempotency-key x-cart-token x-request-id".split()
    assert told["access-control-allow-headers"] >= set(sent)
    read = "etag location x-request-id retry-after ratelimit ratelimit-policy idempotent-replayed".split()
    assert allows(answer) == {
        "access-control-allow-origin": {SHOP},
        "access-control-expose-headers": set(read),
    }
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [STRANGER, "http://shop.example", "https://shop.example:444", "null", "*", ""])
async def test_other_origins_get_an_answer_that_allows_them_nothing(origin: str) -> None:
    async with started(sample_app(cors_origins=(SHOP,))) as client:
        before = await preflight(client, origin)
        answer = await client.get(GADGET, headers={"Origin": origin})
    assert before.status_code == 204
    assert "access-control-allow-origin" not in before.headers
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in before.headers["vary"]
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("status", ANSWERS)
async def test_refusals_too_can_be_read_by_the_pages_that_are_let_in(status: int) -> None:
    async with started(sample_app(cors_origins=(SHOP,))) as client:
        answer = await asked(client, ANSWERS[status], Origin=SHOP)
    assert answer.status_code == status
    assert answer.headers.get_list("access-control-allow-origin") == [SHOP]
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-frame-options"] == "DENY"


async def test_preflights_have_the_headers_of_every_answer_and_are_not_counted() -> None:
    async with started(limited_app(1, cors_origins=(SHOP,))) as client:
        for _ in range(3):
            before = await preflight(client, SHOP)
            assert before.status_code == 204
            assert "x-request-id" in before.headers
            assert {name: before.headers[name] for name in ALWAYS} == ALWAYS
        refused = [await client.get(GADGET, headers={"Origin": SHOP, **by("203.0.113.1")}) for _ in range(2)][-1]
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == SHOP
