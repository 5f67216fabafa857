"""Says in the OpenAPI document what FastAPI cannot know: problems, alternatives to a token, and merge patches."""

from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic.json_schema import models_json_schema

from adapters.inbound.web.auth import Guard
from adapters.inbound.web.docs import Problem
from adapters.inbound.web.routes import ShopRoute


class ShopApp(FastAPI):
    """A FastAPI app with the whole of our OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        document = self.openapi_schema
        if document is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            _, problem = models_json_schema([(Problem, "validation")], ref_template="#/components/schemas/{model}")
            components["schemas"] = components.get("schemas", {}) | problem["$defs"]
            for route in self.routes:
                if isinstance(route, ShopRoute) and route.include_in_schema:
                    for method in route.methods or ():
                        operation = document["paths"][route.path_format][method.lower()]
                        _complete(operation, method, route.guards, components)
        return document


def _complete(operation: dict[str, Any], method: str, guards: list[Guard], components: dict[str, Any]) -> None:
    for guard in guards:
        for name, scheme in guard.alternatives.items():
            operation["security"].append({name: []})
            components["securitySchemes"][name] = jsonable_encoder(scheme, by_alias=True, exclude_none=True)
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _never_null(parameter["schema"])
        parameter["required"] |= parameter["name"] == "If-Match" and "428" in operation["responses"]
    if method == "PATCH" and "requestBody" in operation:
        content = operation["requestBody"]["content"]
        content["application/merge-patch+json"] = content["application/json"]


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that may be left out, which FastAPI shows as one that may be null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return {**kinds[0], **{key: schema[key] for key in schema if key != "anyOf"}} if len(kinds) == 1 else schema
