"""Stores that almost keep their contract; every test that protects against one of them must tell it."""

from dataclasses import replace
from datetime import datetime

from adapters.outbound.memory.order import MemoryOrders
from adapters.outbound.memory.product import MemoryProductStore, MemoryStocks
from core.order.errors import CheckoutClash
from core.order.model import Order


class IgnoredRevision(MemoryOrders):
    """Keeps whatever comes last."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        if kept is not None:
            await super().save(replace(order, revision=kept.revision + 1))
            self._orders[order.id] = order


class IgnoredClash(MemoryOrders):
    """Keeps an order though another has its key or its cart."""

    async def add(self, order: Order) -> None:
        try:
            await super().add(order)
        except CheckoutClash:
            await super().add(replace(order, keys=(), open_cart=None))


class NeverDue(MemoryOrders):
    """Forgets what was left half-way."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return ()


class _TakenAnew(MemoryStocks):
    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id)
        forgotten = {id: hold for id, hold in stock.holds.items() if id != order_id}
        self._shelf.keep_stock(replace(stock, holds=forgotten).take(order_id, quantity))


class TakenAnew(MemoryProductStore):
    """Takes an order's units again when it is asked again."""

    def __init__(self) -> None:
        super().__init__()
        assert isinstance(self.stocks, MemoryStocks)
        self.stocks = _TakenAnew(self.stocks._shelf)
