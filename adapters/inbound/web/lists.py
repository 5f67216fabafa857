"""Lists: how many, from where, and the opaque text that a cursor travels as."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from adapters.inbound.web.answers import json
from core.shared.paging import MAX_LIMIT, Cursor, CursorInvalid

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items at most.")]

T = TypeVar("T")

_LONGEST = 4096
_INT64 = range(-(2**63), 2**63)


class PageOut(BaseModel, Generic[T]):
    """A part of a list; `next_cursor` leads to the next part, and is null at the end."""

    model_config = ConfigDict(extra="forbid")

    items: list[T]
    next_cursor: str | None


def page(items: Iterable[object], next: Cursor | None, **members: object) -> Response:
    """The answer to a list call; `members` stand beside the items."""
    cursor = None if next is None else encode_cursor(next)
    return json({"items": list(items), "next_cursor": cursor, **members})


async def after(
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
) -> Cursor | None:
    return None if cursor is None else decode_cursor(cursor)


After = Annotated[Cursor | None, Depends(after)]
"""The place to go on from. Refused with `cursor_invalid` unless it reads as one of ours."""


def encode_cursor(cursor: Cursor) -> str:
    """The cursor as URL-safe text."""
    return urlsafe_b64encode(orjson.dumps([cursor.order, *cursor.key])).rstrip(b"=").decode()


def decode_cursor(text: str) -> Cursor:
    """The cursor that `encode_cursor` made `text` of. Raises: CursorInvalid for any other text."""
    try:
        parts = orjson.loads(urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4)))
    except ValueError:
        parts = None
    if isinstance(parts, list) and parts and type(parts[0]) is str and all(map(_is_key, parts[1:])):
        cursor = Cursor(order=parts[0], key=tuple(parts[1:]))
        if encode_cursor(cursor) == text:
            return cursor
    raise CursorInvalid("This cursor is not one this list gave out.")


def _is_key(value: object) -> bool:
    return (type(value) is str and "\0" not in value) or (type(value) is int and value in _INT64)
