"""Stores of stock as one could get them wrong, where they tell how much is set aside."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from adapters.outbound.memory.product import MemoryStocks
from core.product.model import Held, Hold, Stock


class _Looking(MemoryStocks):
    """Looks at stocks by itself."""

    def stocks(self) -> Iterable[Stock]:
        return (stock for stock in self._shelf.stocks.values() if stock.held)

    def counts(self, hold: Hold) -> bool:
        return hold.state == "held"

    async def held(self, *, limit: int) -> Held:
        stocks = islice(self.stocks(), limit)
        every = [hold.quantity for stock in stocks for hold in stock.holds.values() if self.counts(hold)]
        return Held(units=sum(every), holds=len(every))


class SoldAreHeld(_Looking):
    """Counts what was sold."""

    def counts(self, hold: Hold) -> bool:
        return hold.state != "void"


class GivenBackAreHeld(_Looking):
    """Counts what was given back."""

    def counts(self, hold: Hold) -> bool:
        return hold.state != "settled"


class HeldOfActive(_Looking):
    """Leaves archived products out."""

    def stocks(self) -> Iterable[Stock]:
        return (stock for stock in super().stocks() if self._shelf.product(stock.product_id).status == "active")


class LimitOfAllProducts(_Looking):
    """Looks at so many products, whether anything of them is held or not."""

    def stocks(self) -> Iterable[Stock]:
        return self._shelf.stocks.values()


class HeldWithoutLimit(MemoryStocks):
    """Looks at all."""

    async def held(self, *, limit: int) -> Held:
        return await super().held(limit=10_000)


class ProductsForHolds(MemoryStocks):
    """Takes what many orders hold of a product for one hold."""

    async def held(self, *, limit: int) -> Held:
        held = await super().held(limit=limit)
        return Held(units=held.units, holds=min(held.holds, len(self._shelf.holding)))


class CountedAlong(MemoryStocks):
    """Counts one less for every release, of whatever."""

    ended = 0

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        known = self._stock(product_id).holds.get(order_id)
        await super().release(product_id, order_id, at=at)
        self.ended += known is None

    async def held(self, *, limit: int) -> Held:
        held = await super().held(limit=limit)
        return Held(units=held.units, holds=max(0, held.holds - self.ended))
