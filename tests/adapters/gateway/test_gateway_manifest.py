"""What the ingress manifest makes public: the paths of the HTTP contract, each at its service, and nothing else."""

import re
from collections.abc import Callable

import pytest

from adapters.inbound.gateway.routes import Route, RoutingTable, read_manifest
from tests.adapters.gateway.stage import MANIFEST, SERVICES

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
PUBLIC = {
    "product": [
        "/v1/products",
        f"/v1/products/{ID}",
        f"/v1/products/{ID}/stock-adjustments",
        "/v1/products/import",
        "/v1/categories",
    ],
    "user": [
        "/v1/users",
        "/v1/users/me",
        "/v1/users/me/password",
        "/v1/users/me/addresses",
        f"/v1/users/me/addresses/{ID}",
        f"/v1/users/{ID}",
        f"/v1/users/{ID}/roles",
        f"/v1/users/{ID}/status",
        "/v1/auth/login",
        "/v1/auth/refresh",
        "/v1/auth/logout",
        "/v1/auth/logout-all",
        "/v1/auth/password-reset",
        "/v1/auth/password-reset/confirm",
        "/v1/auth/verify-email",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
    ],
    "cart": ["/v1/cart", "/v1/cart/items", f"/v1/cart/items/{ID}", "/v1/cart/guest", "/v1/cart/merge"],
    "order": ["/v1/orders", f"/v1/orders/{ID}", f"/v1/orders/{ID}/cancel"],
}
PRIVATE = [
    "/",
    "/v1",
    "/v1/",
    "/health",
    "/livez",
    "/readyz",
    "/metrics",
    "/docs",
    "/docs/",
    "/openapi.json",
    "/openapi/other.json",
    "/openapi/product.json/x",
    "/internal",
    "/internal/v1/stock",
    f"/internal/v1/holds/{ID}",
    f"/internal/v1/holds/{ID}/release",
    f"/internal/v1/holds/{ID}/settle",
    f"/internal/v1/users/{ID}/addresses/{ID}",
    f"/internal/v1/carts/{ID}",
    f"/internal/v1/carts/{ID}/subtract",
    "/internal/v1/orders",
    "/v1/carts",
    "/v1/productsX",
    "/v1/internal/v1/stock",
    "/product/v1/products",
]


@pytest.mark.parametrize("service", SERVICES)
def test_every_public_path_of_the_contract_goes_to_its_service(service: str) -> None:
    table = read_manifest(MANIFEST)
    paths = [*PUBLIC[service], f"/docs/{service}", f"/docs/{service}/app.js", f"/openapi/{service}.json"]
    assert {path: table.match(path) for path in paths} == dict.fromkeys(paths, service)


def test_nothing_else_is_public() -> None:
    table = read_manifest(MANIFEST)
    assert {path: table.match(path) for path in PRIVATE} == dict.fromkeys(PRIVATE)


def alb(routes: tuple[Route, ...]) -> Callable[[str], str | None]:
    """What the controller makes of `routes`, done its way: patterns with a `*`, tried by priority."""
    rules: list[tuple[str, str]] = []
    for route in sorted(routes, key=lambda route: (not route.exact, -len(route.path))):
        patterns = [route.path] if route.exact else [route.path, route.path + "/*"]
        rules += [(re.escape(pattern).replace(r"\*", ".*"), route.backend) for pattern in patterns]
    return lambda path: next((backend for pattern, backend in rules if re.fullmatch(pattern, path)), None)


def test_the_gateway_matches_as_the_rules_which_the_controller_would_make() -> None:
    table = read_manifest(MANIFEST)
    balancer = alb(table.routes)
    public = [path for paths in PUBLIC.values() for path in paths]
    corpus = [mangled for path in public + PRIVATE for mangled in (path, path + "/", path + "x", path[:-1], "/" + path)]
    assert [path for path in corpus if table.match(path) != balancer(path)] == []


def test_a_manifest_that_lets_everything_in_is_caught() -> None:
    leaky = RoutingTable((*read_manifest(MANIFEST).routes, Route(path="/", exact=False, backend="product")))
    assert all(leaky.match(path) == "product" for path in PRIVATE)
