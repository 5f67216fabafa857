"""Lists walked through from their first page to the last."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.shared.paging import Cursor, Page

T = TypeVar("T")

PAGES_MAX = 100
"""A list that has more pages than this in a test goes in circles."""


async def paged(page_behind: Callable[[Cursor | None], Awaitable[Page[T]]]) -> list[tuple[T, ...]]:
    """The list page by page."""
    pages: list[tuple[T, ...]] = []
    cursor: Cursor | None = None
    while len(pages) < PAGES_MAX:
        page = await page_behind(cursor)
        pages.append(page.items)
        if page.next is None:
            return pages
        cursor = page.next
    raise AssertionError("the list has no end")


async def walked(page_behind: Callable[[Cursor | None], Awaitable[Page[T]]], *, limit: int) -> list[T]:
    """Every item of the list. Only its last page may be short, and none may be empty but the only one."""
    pages = await paged(page_behind)
    *full, last = pages
    assert all(len(page) == limit for page in full)
    assert len(last) <= limit
    assert last or not full
    return [item for page in pages for item in page]
