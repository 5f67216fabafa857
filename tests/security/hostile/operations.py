"""What can be asked of an app, by its OpenAPI document, and the operations that this is silent about."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

Schema = Mapping[str, Any]

KINDS = ("string", "integer", "number", "boolean", "array", "object", "null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A parameter of an operation."""

    name: str
    where: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A member of a body, by the names and numbers that lead to it, and the kinds of JSON value it may have."""

    path: tuple[str | int, ...]
    kinds: frozenset[str]

    @property
    def name(self) -> str:
        return next((str(step) for step in reversed(self.path) if isinstance(step, str)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path; `body` is its schema, if it takes one as JSON, and `media` what it takes it as."""

    name: str
    method: str
    path: str
    places: Sequence[Place]
    body: Schema | None
    body_required: bool
    media: Sequence[str]
    statuses: frozenset[int]
    schemes: frozenset[str]
    _schemas: Schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def leaves(self, body: object) -> Iterator[Leaf]:
        """Every member of this good body, and the body's own members first."""
        if self.body is not None:
            yield from self._leaves(self.body, body, ())

    def sample(self, schema: Schema | None = None, name: str = "", known: Mapping[str, object] | None = None) -> Any:
        """A value that fits the schema, with what is known by its name in the places that have one."""
        known = known or {}
        schema = self.resolved(schema if schema is not None else self.body or {})
        for own in (f"{self.name}.{name}", name):
            if own in known:
                return known[own]
        if schema.get("type") == "object" and "properties" in schema:
            return {each: self.sample(below, each, known) for each, below in schema["properties"].items()}
        for given in (
            schema.get("examples"),
            schema.get("enum"),
            [schema[key] for key in ("default",) if key in schema],
        ):
            if given:
                return copy.deepcopy(given[0])
        match schema.get("type"):
            case "string":
                return "x" * max(1, schema.get("minLength", 1))
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "array":
                return [self.sample(schema.get("items", {}), name, known)]
            case "boolean":
                return True
        return {}

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, not a reference to it, and not as one of several."""
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        return self.resolved({**schema, **kinds[0], "anyOf": ()}) if kinds else schema

    def _kinds(self, schema: Schema) -> frozenset[str]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        if schema.get("anyOf"):
            return frozenset[str]().union(*(self._kinds(each) for each in schema["anyOf"]))
        kind = schema.get("type", KINDS)
        kinds = {kind} if isinstance(kind, str) else set(kind)
        return frozenset(kinds | {"integer"} if "number" in kinds else kinds)

    def _leaves(self, schema: Schema, value: object, path: tuple[str | int, ...]) -> Iterator[Leaf]:
        whole = self.resolved(schema)
        steps: list[tuple[str | int, Schema]] = []
        if isinstance(value, dict):
            named = whole.get("properties", {})
            steps = [(name, named.get(name) or whole.get("additionalProperties") or {}) for name in value]
        elif isinstance(value, list) and value:
            steps = [(0, whole.get("items", {}))]
        for step, below in steps:
            yield Leaf(path=(*path, step), kinds=self._kinds(below))
        for step, below in steps:
            yield from self._leaves(below, value[step], (*path, step))  # type: ignore[index]  # a step of this value


def operations(app: FastAPI) -> Sequence[Operation]:
    """Everything that can be asked of the app, also what is not in the document that it publishes."""
    document = whole_document(app)
    schemas = document.get("components", {}).get("schemas", {})
    return [
        _operation(method.upper(), path, each, schemas)
        for path, methods in document["paths"].items()
        for method, each in methods.items()
    ]


def whole_document(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document with the routes that it keeps to itself."""
    shown = [copy.copy(route) for route in app.routes if isinstance(route, APIRoute)]
    for route in shown:
        route.include_in_schema = True
    return get_openapi(title=app.title, version=app.version, routes=shown)


def _operation(method: str, path: str, each: Mapping[str, Any], schemas: Schema) -> Operation:
    content = each.get("requestBody", {}).get("content", {})
    as_json = [name for name in content if name == "application/json"]
    statuses = frozenset(int(status) for status in each["responses"])
    return Operation(
        name=each.get("operationId", ""),
        method=method,
        path=path,
        places=[
            Place(
                name=place["name"],
                where=place["in"],
                required=place["required"] or (place["name"] == "If-Match" and 428 in statuses),
            )
            for place in each.get("parameters", ())
        ],
        body=content[as_json[0]]["schema"] if as_json else None,
        body_required=bool(each.get("requestBody", {}).get("required")),
        media=tuple(content),
        statuses=statuses,
        schemes=frozenset(name for way in each.get("security", ()) for name in way),
        _schemas=schemas,
    )
