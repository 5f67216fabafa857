"""What goes out: answers as bytes, made by orjson from dataclasses, and the decorator that makes such a dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar, dataclass_transform

import orjson
from pydantic import ConfigDict
from starlette.responses import Response

NO_STORE: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store"})

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC

T = TypeVar("T")


@dataclass_transform(kw_only_default=True)
def answer(cls: type[T]) -> type[T]:
    """Make `cls` the shape of an answer: a keyword-only dataclass whose schema has these members and no others.

    A dataclass and not a model, because what we send needs no validation: orjson writes it as it is. Its schema
    comes from the same annotations, so `response_model=` documents exactly what is sent.
    """
    setattr(cls, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010 - no type has this attribute
    return dataclass(slots=True, kw_only=True)(cls)


def encode(payload: object) -> bytes:
    """JSON in UTF-8; times in RFC 3339 with `Z`."""
    return orjson.dumps(payload, option=_OPTIONS)


def json(payload: object, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with a body: `@answer` objects, other dataclasses, dicts, lists, tuples, numbers, text and times."""
    return Response(encode(payload), status, headers, "application/json")


def empty(*, headers: Mapping[str, str] | None = None) -> Response:
    """204."""
    return Response(None, 204, headers)
