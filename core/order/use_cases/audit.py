"""The audit: whether the books of stock and of orders agree, to the unit."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from core.order.model import Difference, HoldRecord, books
from core.order.ports import Catalog, OrderRecords, StockRecords
from core.shared.errors import Unavailable
from core.shared.ports import Clock

PAGE = 100
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What a look at the books has found, and how much there was to look at."""

    differences: tuple[Difference, ...]
    orders: int
    products: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Compare the books, and name every difference.

    It goes through them page by page; of what it has passed it keeps the holds in mind, and a number an order. On a
    live shop what is just happening can look like a difference: `lasting_differences` are what is left.
    """

    orders: OrderRecords
    stocks: StockRecords
    catalog: Catalog
    clock: Clock

    async def __call__(self) -> tuple[Difference, ...]:
        """Raises: Unavailable."""
        return (await self.look()).differences

    async def look(self) -> Audited:
        """One look. Raises: Unavailable."""
        found, orders, products = list[Difference](), 0, 0
        taken: defaultdict[str, dict[str, HoldRecord]] = defaultdict(dict)
        # The stock first: whatever is set aside there belongs to an order that is met afterwards.
        async for stock in _all(self.stocks.list):
            products += 1
            found += books.in_stock(stock)
            for order_id, hold in stock.holds.items():
                if hold.state != "void":
                    taken[order_id][stock.product_id] = hold
        carts, again = set[int](), set[int]()
        async for order in _all(self.orders.list):
            orders += 1
            found += books.in_order(order, now=self.clock.now())
            found += books.in_takes(order, taken.pop(order.id, {}), now=self.clock.now())
            if cart := books.cart_of(order):
                (again if hash(cart) in carts else carts).add(hash(cart))
        for order_id, holds in taken.items():
            found += books.without_order(order_id, holds)
        if again:
            twins = [order async for order in _all(self.orders.list) if hash(books.cart_of(order)) in again]
            found += books.of_one_cart(twins)
        return Audited(differences=await self._named(found), orders=orders, products=products)

    async def _named(self, found: Iterable[Difference]) -> tuple[Difference, ...]:
        """With the products' names, as far as the catalogue can tell them now."""
        ids = {id for difference in found for id in difference.products}
        try:
            offers = await self.catalog.offers(ids) if ids else {}
        except Unavailable:
            offers = {}
        named = []
        for difference in found:
            sentence = difference.sentence
            for id in difference.products:
                if id in offers:
                    sentence = sentence.replace(id, f"'{offers[id].name}' ({offers[id].sku})")
            named.append(replace(difference, sentence=sentence))
        return tuple(named)


async def lasting_differences(
    look: Callable[[], Awaitable[Audited]], pause: Callable[[], Awaitable[None]], *, looks: int = 3
) -> Audited:
    """The last look, with those differences that are there at every one of several, a pause before each but the first.

    Raises: Unavailable.
    """
    audited = await look()
    for _ in range(looks - 1):
        if audited.differences:
            await pause()
            before = {(difference.kind, difference.subject) for difference in audited.differences}
            audited = await look()
            lasting = (one for one in audited.differences if (one.kind, one.subject) in before)
            audited = replace(audited, differences=tuple(lasting))
    return audited


async def _all(
    page: Callable[..., Awaitable[tuple[tuple[_Record, ...], str | None]]],
) -> AsyncIterator[_Record]:
    """Every record of a paged list."""
    after = None
    while True:
        items, after = await page(limit=PAGE, after=after)
        for item in items:
            yield item
        if after is None:
            return
