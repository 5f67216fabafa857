"""Stores of stock as one could get them wrong, where they list stocks."""

from dataclasses import replace
from itertools import islice, takewhile

from adapters.outbound.memory.product import MemoryStocks
from core.product.model import Adjustment, Stock
from core.product.ports import PAGE_HOLDS_MAX
from core.shared.paging import Cursor, Page


class ListedByArrival(MemoryStocks):
    """Lists stocks as they came in."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        stocks = list(self._shelf.stocks.values())
        start = 0 if after is None else 1 + [stock.product_id for stock in stocks].index(str(after.key[0]))
        items = tuple(stocks[start : start + limit])
        more = len(stocks) > start + limit
        return Page(items=items, next=Cursor(order="product_id", key=(items[-1].product_id,)) if more else None)


class ListedActive(MemoryStocks):
    """Lists only the stocks of what is for sale."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after, holds=holds)
        active = [stock for stock in page.items if self._shelf.product(stock.product_id).status == "active"]
        return replace(page, items=tuple(active))


class FirstPageOnly(MemoryStocks):
    """Never says that there are more stocks."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return replace(await super().list(limit=limit, after=after, holds=holds), next=None)


class AnyCursor(MemoryStocks):
    """Takes a cursor of another list for its own."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        own = None if after is None else Cursor(order="product_id", key=(str(after.key[-1]),))
        return await super().list(limit=limit, after=own, holds=holds)


class NaiveTimes(MemoryStocks):
    """Reads times without their zone."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after, holds=holds)
        return replace(page, items=tuple(replace(stock, adjustments=_naive(stock)) for stock in page.items))


class AnyNumberOfHolds(MemoryStocks):
    """Fills a page up to its limit, however many holds that makes."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return await super().list(limit=limit, after=after, holds=limit * PAGE_HOLDS_MAX)


class OneHoldTooMany(MemoryStocks):
    """Ends a page when it has too many holds already."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return await super().list(limit=limit, after=after, holds=holds + 1)


class OneHoldTooFew(MemoryStocks):
    """Ends a page before it has as many holds as it may have."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return await super().list(limit=limit, after=after, holds=holds - 1)


class HoldsOfEachStock(MemoryStocks):
    """Looks at how many holds each stock has, and not at how many they are together."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after)
        fit = tuple(takewhile(lambda stock: len(stock.holds) <= holds, page.items)) or page.items[:1]
        cut = len(fit) < len(page.items)
        return Page(items=fit, next=Cursor(order="product_id", key=(fit[-1].product_id,)) if cut else page.next)


class StuckAtTooManyHolds(MemoryStocks):
    """Never comes past a stock that alone has too many holds: its page is empty, and so is the next."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after, holds=holds)
        if page.items and len(page.items[0].holds) > holds:
            return Page(items=(), next=after or Cursor(order="product_id", key=("",)))
        return page


class EndedAtTooManyHolds(MemoryStocks):
    """Takes a page without room for its first stock for the last one."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after, holds=holds)
        if page.items and len(page.items[0].holds) > holds:
            return Page(items=(), next=None)
        return page


class TooManyHoldsLeftOut(MemoryStocks):
    """Tells of a stock only as many holds as a page may have."""

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        page = await super().list(limit=limit, after=after, holds=holds)
        return replace(page, items=tuple(replace(it, holds=dict(islice(it.holds.items(), holds))) for it in page.items))


def _naive(stock: Stock) -> dict[str, Adjustment]:
    return {key: replace(each, at=each.at.replace(tzinfo=None)) for key, each in stock.adjustments.items()}
