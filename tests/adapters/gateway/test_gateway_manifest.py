"""What the ingress manifest makes public: the paths of the HTTP contract, each at its service, and nothing else."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import Mount
from starlette.routing import Route as AppRoute

from adapters.bootstrap.apps import APPS, new_app
from adapters.bootstrap.settings import Service, Settings
from adapters.inbound.gateway.routes import Route, RoutingTable, read_manifest
from tests.adapters.gateway.stage import MANIFEST

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
KEEPERS = ("/health", "/livez", "/readyz", "/metrics")
"""What a service answers on its own port alone; beside these, only `/internal/` is not public."""
COMING = {
    "product": ["/v1/products/import"],
    "user": ["/v1/auth/password-reset", "/v1/auth/password-reset/confirm", "/v1/auth/verify-email"],
}
"""Rows of the contract which have to be public whether or not there is a route yet."""
NOBODYS = [
    "/",
    "/v1",
    "/v1/",
    *KEEPERS,
    "/docs",
    "/docs/",
    "/openapi.json",
    "/openapi/other.json",
    "/openapi/product.json/x",
    "/internal",
    "/v1/carts",
    "/v1/productsX",
    "/v1/internal/v1/stock",
    "/product/v1/products",
]


def paths_of(app: FastAPI) -> list[str]:
    """Every path that an app answers, with an id where one belongs."""
    templates = [route.path for route in app.routes if isinstance(route, AppRoute)]
    templates += [f"{route.path}/file.js" for route in app.routes if isinstance(route, Mount)]
    return sorted({re.sub(r"\{\w+\}", ID, template) for template in templates})


def is_public(path: str) -> bool:
    return not path.startswith("/internal/") and path not in KEEPERS


def misrouted(table: RoutingTable, service: str, app: FastAPI) -> dict[str, str | None]:
    """The app's paths which the ingress takes elsewhere than it should, and where to."""
    wanted = {path: service if is_public(path) else None for path in paths_of(app)}
    return {path: table.match(path) for path in wanted if table.match(path) != wanted[path]}


def app_of(service: Service) -> FastAPI:
    return new_app(Settings(service=service))


@pytest.mark.parametrize("service", APPS)
def test_what_a_service_answers_is_public_or_private_as_the_contract_says(service: Service) -> None:
    table, app = read_manifest(MANIFEST), app_of(service)
    assert misrouted(table, service, app) == {}
    paths = paths_of(app)
    assert {f"/docs/{service}", f"/docs/{service}/assets/file.js", f"/openapi/{service}.json"} < set(paths)
    assert {"/health", "/livez", "/readyz"} < set(paths)
    assert any(path.startswith("/internal/v1/") for path in paths)


@pytest.mark.parametrize(
    ("path", "found"), [("/v1/gift-cards", None), ("/gift-cards", None), ("/internal/v1/gift-cards", "product")]
)
def test_a_route_that_the_ingress_does_not_know_is_caught(path: str, found: str | None) -> None:
    async def gift_cards(_: object) -> Response:
        return Response()

    app = app_of("product")
    app.router.routes.append(AppRoute(path, gift_cards))
    rules = read_manifest(MANIFEST).routes
    leak = () if found is None else (Route(path="/internal/v1/gift-cards", exact=False, backend="product"),)
    assert misrouted(RoutingTable((*rules, *leak)), "product", app) == {path: found}


def test_what_the_contract_adds_later_is_public_already() -> None:
    table = read_manifest(MANIFEST)
    assert {service: [path for path in paths if table.match(path) == service] for service, paths in COMING.items()} == (
        COMING
    )


def test_nothing_else_is_public() -> None:
    table = read_manifest(MANIFEST)
    assert {path: table.match(path) for path in NOBODYS} == dict.fromkeys(NOBODYS)


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
    paths = [*NOBODYS, *(path for service in APPS for path in paths_of(app_of(service)))]
    corpus = [mangled for path in paths for mangled in (path, path + "/", path + "x", path[:-1], "/" + path)]
    assert [path for path in corpus if table.match(path) != balancer(path)] == []


def test_a_manifest_that_lets_everything_in_is_caught() -> None:
    leaky = RoutingTable((*read_manifest(MANIFEST).routes, Route(path="/", exact=False, backend="product")))
    assert all(leaky.match(path) == "product" for path in NOBODYS)
    assert {"/health", "/internal/v1/orders"} < set(misrouted(leaky, "order", app_of("order")))
