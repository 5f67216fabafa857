"""How a test leafs through the books that the audit reads."""

from typing import Any

from core.order.ports import OrderRecords, StockRecords

PAGES_MAX = 20


async def pages(books: OrderRecords | StockRecords, *, limit: int) -> list[tuple[Any, ...]]:
    """The pages of a list, up to the last one."""
    found: list[tuple[Any, ...]] = []
    after = None
    while len(found) < PAGES_MAX:
        page, after = await books.list(limit=limit, after=after)
        found.append(page)
        if after is None:
            return found
    raise AssertionError("The list has no end.")
