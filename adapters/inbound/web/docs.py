"""The OpenAPI document's refusals, and the page that shows the document without help from the network."""

import inspect
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.inbound.web.browsers import PAGE
from adapters.inbound.web.errors import PROBLEM_JSON, ValidationFailed, document, status_of
from core.shared.errors import ShopError, TooManyRequests

Responses = dict[int | str, dict[str, Any]]

PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}

_HEADERS: Mapping[int, dict[str, Any]] = {
    429: {
        "Retry-After": {
            "description": "In so many seconds it may be tried again.",
            "schema": {"type": "integer", "minimum": 1},
            "example": 1,
        },
        "RateLimit": {
            "description": "By the limit's name, how many more requests there may be (`r`) within how many seconds"
            " (`t`). Every counted answer tells it of the limit `requests`.",
            "schema": {"type": "string"},
            "example": '"requests";r=0;t=1',
        },
        "RateLimit-Policy": {
            "description": "How many requests (`q`) one caller has in how many seconds (`w`).",
            "schema": {"type": "string"},
            "example": '"requests";q=1200;w=60',
        },
    },
}
"""What answers of a status tell in their headers."""
_FACTS: Mapping[type[ShopError], dict[str, object]] = {
    ValidationFailed: {"errors": [{"field": "name", "message": "Field required"}]},
    TooManyRequests: {"limit": "requests"},
}
_REQUEST_ID = "01980000-0000-7000-8000-000000000000"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} service - API</title>
<link rel="icon" href="/docs/{name}/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/{name}/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/{name}/assets/swagger-ui-bundle.js"></script>
<script src="/docs/{name}/start.js"></script>
</body>
</html>
"""
_START = (
    'SwaggerUIBundle({{url: "/openapi/{name}.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null}});'
)


class FieldError(BaseModel):
    """One field that has the wrong shape."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457); what else a program can use are members beside these."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[FieldError] = Field(default_factory=list, description="With `validation_failed`: what is wrong.")


def problems(*errors: type[ShopError]) -> Responses:
    """For a route's `responses=`: the refusals it documents, an example for each error, by status."""
    found: Responses = {}
    for error in errors:
        status = status_of(error)
        sentence = inspect.cleandoc(error.__doc__ or error.code).partition("\n")[0]
        value = document(status, error.code, sentence, "/v1/example", _FACTS.get(error, {})) | {
            "request_id": _REQUEST_ID
        }
        example = {"summary": sentence, "value": value}
        found = merged(found, {status: _response(status, sentence, {error.code: example})})
    return found


def merged(*parts: Mapping[int | str, dict[str, Any]]) -> Responses:
    """The responses of all parts, sorted by status; problems with one status are shown together."""
    result: Responses = {}
    for part in parts:
        for status, response in part.items():
            known, added = _examples(result.get(status)), _examples(response)
            both = known and added and known.keys() != added.keys()
            sentences = f"{result[status]['description']} {response['description']}" if both else ""
            result[status] = _response(status, sentences, {**known, **added}) if both else response
    return dict(sorted(result.items(), key=lambda item: str(item[0])))


def docs_routes(name: str) -> list[BaseRoute]:
    """`/docs/<name>` and all that it needs, below that path."""

    async def page(_: Request) -> Response:
        return HTMLResponse(_PAGE.format(name=name), headers=PAGE)

    async def start(_: Request) -> Response:
        return Response(_START.format(name=name), media_type="text/javascript")

    assets = StaticFiles(packages=[("fastapi_swagger", "resources")])
    return [
        Route(f"/docs/{name}", page),
        Route(f"/docs/{name}/start.js", start),
        Mount(f"/docs/{name}/assets", assets),
    ]


def _response(status: int | str, description: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        **({"headers": _HEADERS[int(status)]} if int(status) in _HEADERS else {}),
        "content": {PROBLEM_JSON: {"schema": PROBLEM_SCHEMA, "examples": dict(examples)}},
    }


def _examples(response: Mapping[str, Any] | None) -> dict[str, Any]:
    examples: dict[str, Any] = (response or {}).get("content", {}).get(PROBLEM_JSON, {}).get("examples", {})
    return examples
