"""Lists walked through from their first page to the last."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.shared.paging import Cursor, Page

T = TypeVar("T")

PAGES_MAX = 100
"""A list that has more pages than this in a test goes in circles."""


async def walked(page_behind: Callable[[Cursor | None], Awaitable[Page[T]]], *, limit: int) -> list[T]:
    """Every item of the list. Only its last page may be short, and none may be empty but the only one."""
    items: list[T] = []
    cursor: Cursor | None = None
    for number in range(PAGES_MAX):
        page = await page_behind(cursor)
        items += page.items
        if page.next is None:
            assert len(page.items) <= limit
            assert page.items or number == 0
            return items
        assert len(page.items) == limit
        cursor = page.next
    raise AssertionError("the list has no end")
