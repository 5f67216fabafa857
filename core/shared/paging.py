"""Keyset pages: a page names the last thing it holds, and the next page starts behind it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from core.shared.errors import Invalid

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

Key = str | int
T = TypeVar("T", covariant=True)


class CursorInvalid(Invalid):
    """The cursor is not one this list gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The place behind one item: the name of the list's order, and that item's sort key in it."""

    order: str
    key: tuple[Key, ...]

    def key_in(self, order: str, *types: type) -> tuple[Key, ...]:
        """The key, if this cursor belongs to the list's `order` and has its shape. Raises: CursorInvalid."""
        if self.order != order or tuple(map(type, self.key)) != types:
            raise CursorInvalid("This cursor belongs to another list or another sort order.")
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Up to `limit` items in order, and the cursor for what follows; `None` at the end."""

    items: tuple[T, ...]
    next: Cursor | None
