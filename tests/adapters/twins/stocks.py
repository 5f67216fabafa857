"""Stores of stock as one could get them wrong: holds and revisions."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.outbound.memory.product import MemoryStocks
from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductNotFound
from core.product.model import Hold, Stock
from core.shared.ids import made_at


class HoldTakenTwice(MemoryStocks):
    """Takes an order's units again when it is asked again."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id)
        others = {id: hold for id, hold in stock.holds.items() if id != order_id or hold.state != "held"}
        self._shelf.keep_stock(replace(stock, holds=others).take(order_id, quantity))


class AnyQuantityIsTheSame(MemoryStocks):
    """Takes a hold of another quantity for the one that was asked for."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        hold = self._stock(product_id).holds.get(order_id)
        if hold is None or hold.state != "held":
            await super().take(product_id, order_id, quantity=quantity)


class Oversold(MemoryStocks):
    """Takes units that are not there."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id)
        more = replace(stock, available=stock.available + quantity).take(order_id, quantity)
        self._shelf.keep_stock(replace(more, available=stock.available - quantity))


class LastUnitKept(MemoryStocks):
    """Never sells the last one."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id)
        if order_id not in stock.holds and stock.available == quantity:
            raise OutOfStock
        await super().take(product_id, order_id, quantity=quantity)


class LookedBeforeItTook(MemoryStocks):
    """Looks whether there is enough, then lets somebody else pass."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id).take(order_id, quantity)
        await asyncio.sleep(0)
        self._shelf.keep_stock(stock)


class LookedBeforeItReleased(MemoryStocks):
    """Reads, lets somebody else pass, and writes what it read."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id).release(order_id, at=at)
        await asyncio.sleep(0)
        self._shelf.keep_stock(stock)


class ShortageUntold(MemoryStocks):
    """Says that there is not enough, but of nothing."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        try:
            await super().take(product_id, order_id, quantity=quantity)
        except OutOfStock:
            raise OutOfStock from None


class ReleasedTwice(MemoryStocks):
    """Gives back what was given back."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        hold = stock.holds.get(order_id)
        if hold is not None and hold.state == "void":
            back = stock.available + hold.quantity
            self._shelf.keep_stock(replace(stock, available=back, revision=stock.revision + 1))
        else:
            await super().release(product_id, order_id, at=at)


class ReleaseForgotten(MemoryStocks):
    """Does nothing about a release that comes before its take."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        if order_id in self._stock(product_id).holds:
            await super().release(product_id, order_id, at=at)


class SoldGivenBack(MemoryStocks):
    """Gives back what was sold."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        hold = stock.holds.get(order_id)
        if hold is not None and hold.state == "settled":
            held = Hold(quantity=hold.quantity, state="held")
            stock = replace(stock, sold=stock.sold - hold.quantity, holds={**stock.holds, order_id: held})
        self._shelf.keep_stock(stock.release(order_id, at=at))


class OneUnitGivenBack(MemoryStocks):
    """Forgets how many a hold has."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        hold = stock.holds.get(order_id)
        await super().release(product_id, order_id, at=at)
        if hold is not None and hold.state == "held":
            now = self._stock(product_id)
            self._shelf.keep_stock(replace(now, available=stock.available + 1))


class SettledTwice(MemoryStocks):
    """Counts what is sold each time that it is told."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        hold = stock.holds.get(order_id)
        await super().settle(product_id, order_id, at=at)
        if hold is not None and hold.state == "settled":
            self._shelf.keep_stock(replace(stock, sold=stock.sold + hold.quantity, revision=stock.revision + 1))


class SettledAfterRelease(MemoryStocks):
    """Counts as sold what was given back."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        with suppress(HoldClosed):
            await super().settle(product_id, order_id, at=at)


class SettledUnheld(MemoryStocks):
    """Finds nothing wrong with selling what was never held."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        with suppress(HoldUnknown):
            await super().settle(product_id, order_id, at=at)


class ForgottenIsUnknown(MemoryStocks):
    """Refuses the settling of a hold that it has itself forgotten."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        if order_id not in self._stock(product_id).holds:
            raise HoldUnknown(f"Order {order_id} holds no units of product {product_id}.")
        await super().settle(product_id, order_id, at=at)


class HeldFreedByTheClock(MemoryStocks):
    """Takes a hold that is old for one that nobody wants any more."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        young = {id: hold for id, hold in stock.holds.items() if made_at(id) > at - timedelta(hours=2)}
        freed = stock.held - replace(stock, holds=young).held
        self._shelf.keep_stock(replace(stock, holds=young, available=stock.available + freed))
        await super().release(product_id, order_id, at=at)


class HoldsNeverForgotten(MemoryStocks):
    """Keeps every hold that there ever was."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        await super().release(product_id, order_id, at=at)
        now = self._stock(product_id)
        self._shelf.keep_stock(replace(now, holds={**stock.holds, **now.holds}))


class HoldsForgottenByReleasesAlone(MemoryStocks):
    """Prunes only where a hold is given back."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        await super().settle(product_id, order_id, at=at)
        now = self._stock(product_id)
        self._shelf.keep_stock(replace(now, holds={**stock.holds, **now.holds}))


class RevisionNotCounted(MemoryStocks):
    """Forgets to count a revision."""

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        revision = self._stock(product_id).revision
        await super().settle(product_id, order_id, at=at)
        self._shelf.keep_stock(replace(self._stock(product_id), revision=revision))


class RevisionOfNothing(MemoryStocks):
    """Counts a revision where nothing changed."""

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        revision = self._stock(product_id).revision
        await super().take(product_id, order_id, quantity=quantity)
        self._shelf.keep_stock(replace(self._stock(product_id), revision=revision + 1))


class UnknownHoldsNothing(MemoryStocks):
    """Gives back the units of a product that does not exist."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        with suppress(ProductNotFound):
            await super().release(product_id, order_id, at=at)


class ArchivedHasNoStock(MemoryStocks):
    """Deals only with what is for sale."""

    def _stock(self, product_id: str) -> Stock:
        if self._shelf.product(product_id).status == "archived":
            raise ProductNotFound("There is no such product.")
        return super()._stock(product_id)
