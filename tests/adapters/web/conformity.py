"""Checks that what a route sends is what it declares, which for a public one is its OpenAPI document."""

from fastapi import FastAPI
from httpx import Response
from pydantic import TypeAdapter

from adapters.inbound.web.docs import Problem
from adapters.inbound.web.errors import PROBLEM_JSON
from adapters.inbound.web.routes import ShopRoute


def assert_conforms(app: FastAPI, response: Response) -> None:
    """Fails unless the route that answered declares this status, this media type and exactly this shape."""
    route, status = _route(app, response), response.status_code
    declared = {route.status_code or 200, *map(int, route.responses)}
    assert status in declared, f"{route.name} declares {sorted(declared)}, not {status}"
    media_type = response.headers.get("content-type", "")
    if status >= 400:
        assert media_type == PROBLEM_JSON, f"{route.name} answered {status} as {media_type}"
        assert Problem.model_validate_json(response.content).status == status
        return
    model = route.responses.get(status, {}).get("model")
    if status == (route.status_code or 200):
        model = route.response_model
    if model is None or response.request.method == "HEAD":
        assert response.content == b"", f"{route.name} sent a body that it does not declare"
        return
    assert media_type == "application/json", f"{route.name} answered {status} as {media_type}"
    TypeAdapter(model).validate_json(response.content, strict=True)


def operations(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path template of everything that can be called, also of what the document is silent on."""
    routes = [route for route in app.routes if isinstance(route, ShopRoute)]
    return {(method, route.path_format) for route in routes for method in route.methods or ()}


def _route(app: FastAPI, response: Response) -> ShopRoute:
    method, path = response.request.method.replace("HEAD", "GET"), response.request.url.path
    for route in app.routes:
        if isinstance(route, ShopRoute) and method in (route.methods or ()) and route.path_regex.match(path):
            return route
    raise AssertionError(f"No route takes {method} {path}")
