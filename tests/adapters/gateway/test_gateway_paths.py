"""Tricks with paths: what was matched is what the service gets, and the private paths stay private."""

from collections.abc import Mapping
from urllib.parse import unquote

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from adapters.inbound.gateway.routes import RoutingTable
from tests.adapters.gateway.stage import Front, front, get

UNMATCHED = [
    "//internal/v1/stock",
    "/%69nternal/v1/stock",
    "/v1/../internal/v1/stock",
    "/v1/%2e%2e/internal/v1/stock",
    "/./metrics",
    "/health?/v1/products",
    "/readyz;/v1/products",
    "/%2e%2e/v1/products",
    "/v1//products",
    "/v1%2Fproducts",
    "/V1/products",
    "/v1/products%2f..%2f..%2finternal",
    "\\internal",
]
PASSED_ON = [
    "/v1/products/../../internal/v1/stock",
    "/v1/products/%2e%2e/%2E%2E/internal/v1/stock",
    "/v1/products/..%2f..%2finternal%2fv1%2fstock",
    "/v1/products//internal",
    "/v1/products/./x",
    "/v1/products/%zz/%",
    "/v1/products/a%20b;c=d,e+f",
    "/v1/products/caf%C3%A9%0a",
    '/v1/products/"<>|{}^`\\',
    "/v1/products?q=%2e%2e&&a=;/?:@b+c%20d&category=%E2%82%AC&q=%2e%2e",
]
MALFORMED = [
    "http://shop.example/internal/v1/stock",
    "http://shop.example/v1/products",
    "/v1/products#/internal",
    "/v1/products?q#x",
    "/v1/products/caf\xe9",
    "/v1/products/caf\xc3\xa9",
    "/v1/products?q=caf\xc3\xa9",
    "*",
]


async def mistakes(it: Front) -> list[str]:
    """Where the gateway at `it` reached a service with anything but the target which its client sent."""
    for target in (*UNMATCHED, *PASSED_ON):
        await get(it.port, target)
    reached = [target for _, target in it.targets()]
    return sorted(set(reached) ^ set(PASSED_ON))


async def test_a_target_reaches_its_service_unchanged_or_not_at_all() -> None:
    async with front() as it:
        assert await mistakes(it) == []
        assert {name for name, _ in it.targets()} == {"product"}


@pytest.mark.parametrize("target", [*UNMATCHED[:-1], "/", "/health", "/metrics", "/internal/v1/orders"])
async def test_what_no_rule_names_is_the_load_balancers_empty_404(target: str) -> None:
    async with front() as it:
        status, headers, body = await get(it.port, target)
    assert (status, headers["content-type"].split(";")[0], body) == (404, "text/plain", b"")


@pytest.mark.parametrize("target", MALFORMED)
async def test_a_target_that_is_no_plain_path_is_refused(target: str) -> None:
    async with front() as it:
        status, _, _ = await get(it.port, target, method="OPTIONS" if target == "*" else "GET")
        assert (status, it.targets()) == (400, [])


def naive(table: RoutingTable, backends: Mapping[str, str], *, decodes: bool) -> web.Application:
    """A gateway as one would write it at first: it decodes before it matches, or lets the URL be tidied."""

    async def handle(request: web.Request) -> web.Response:
        raw = request.raw_path.partition("?")[0]
        backend = table.match(unquote(raw) if decodes else raw)
        if backend is None:
            return web.Response(status=404)
        url = URL(backends[backend] + request.raw_path)
        async with aiohttp.ClientSession() as client, client.get(url) as answer:
            return web.Response(status=answer.status, body=await answer.read())

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def test_a_gateway_that_decodes_before_it_matches_is_caught() -> None:
    async with front(lambda table, backends: naive(table, backends, decodes=True)) as it:
        assert "/v1%2Fproducts" in await mistakes(it)


async def test_a_gateway_that_tidies_what_it_passes_on_reaches_internal_and_is_caught() -> None:
    async with front(lambda table, backends: naive(table, backends, decodes=False)) as it:
        assert "/internal/v1/stock" in await mistakes(it)


async def test_every_service_is_reached_by_its_own_paths() -> None:
    async with front() as it:
        for target in ("/v1/categories", "/.well-known/jwks.json", "/v1/cart", "/docs/order"):
            assert (await get(it.port, target))[0] == 200
        assert it.targets() == [
            ("product", "/v1/categories"),
            ("user", "/.well-known/jwks.json"),
            ("cart", "/v1/cart"),
            ("order", "/docs/order"),
        ]
