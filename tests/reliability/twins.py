"""Five naive shops: each has one part as it is often written, and whatever proves a guarantee must tell it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.outbound.in_process.order import InProcessCarts
from adapters.outbound.memory.order import MemoryOrders
from adapters.outbound.memory.product import MemoryStocks
from core.cart.model import Owner
from core.order.errors import OrderNotFound
from core.order.model import Order
from core.order.ports import EventPublisher
from core.product.model import Held, Hold, Stock
from core.product.ports import PAGE_HOLDS_MAX, Stocks
from core.shared.ids import made_at
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock
from tests.core.order.shop import CHECKOUT_SECONDS, Hook, Shop


class _Drawer:
    """Stock as whole records that anyone reads and anyone writes."""

    def __init__(self, stocks: MemoryStocks) -> None:
        self._stocks = stocks

    async def read(self, product_id: str) -> Stock:
        return self._stocks._stock(product_id)

    async def write(self, stock: Stock) -> None:
        self._stocks._shelf.keep_stock(stock)

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return await self._stocks.list(limit=limit, after=after, holds=holds)

    async def held(self, *, limit: int) -> Held:
        return await self._stocks.held(limit=limit)


class _ReadThenWritten(Stocks):
    def __init__(self, drawer: _Drawer) -> None:
        self._drawer = drawer

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        await self._drawer.write((await self._drawer.read(product_id)).take(order_id, quantity))

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        await self._drawer.write((await self._drawer.read(product_id)).release(order_id, at=at))

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        await self._drawer.write((await self._drawer.read(product_id)).settle(order_id, at=at))

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        old = await self._drawer.read(product_id)
        new = old.adjust(delta, key=key, fingerprint=fingerprint, at=at)
        await self._drawer.write(new)
        return new is not old

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        return await self._drawer.list(limit=limit, after=after, holds=holds)

    async def held(self, *, limit: int) -> Held:
        return await self._drawer.held(limit=limit)


class ReadThenWriteStock(Shop):
    """Stock is read, reckoned with and written back: of two at once, one's change is lost, and its unit sold twice."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        if name == "product.stocks":
            return _ReadThenWritten(super().port(name, _Drawer(port), hook))
        return super().port(name, port, hook)


class _PublishedFirst:
    """Orders whose events are told before the save that decides them, and kept nowhere."""

    def __init__(self, orders: Any, publisher: EventPublisher) -> None:
        self._orders = orders
        self._publisher = publisher
        self._told: set[tuple[str, str]] = set()

    def __getattr__(self, method: str) -> Any:
        return getattr(self._orders, method)

    async def save(self, order: Order) -> None:
        for event in order.outbox:
            if (event.id, event.type) not in self._told:
                self._told.add((event.id, event.type))
                await self._publisher.publish(event)
        await self._orders.save(replace(order, outbox=(), relay_after=None))


class PublishBeforeCommit(Shop):
    """Events are told, then the change is saved: where the save is lost, the world knows of what never happened."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        watched = super().port(name, port, hook)
        if name == "orders":
            return _PublishedFirst(watched, super().port("publisher", self.publisher, hook))
        return watched


class _Cleared(InProcessCarts):
    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await self._cart.empty_cart(owner=Owner.customer(customer_id))


class ClearTheWholeCart(Shop):
    """After the order the cart is emptied: what was added while the order was made is lost."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        return super().port(name, _Cleared(port._cart) if name == "carts" else port, hook)


class _WithoutUniqueIndex(MemoryOrders):
    """Finds orders by their keys and carts, and keeps any number that have the same."""

    async def by_key(self, customer_id: str, key: str) -> Order:
        return await self._first(
            lambda order: order.customer_id == customer_id and any(known.key == key for known in order.keys)
        )

    async def by_open_cart(self, cart_id: str) -> Order:
        return await self._first(lambda order: order.open_cart == cart_id)

    async def _first(self, matches: Callable[[Order], bool]) -> Order:
        found = next((order.id for order in self._orders.values() if matches(order)), None)
        if found is None:
            raise OrderNotFound("There is no such order.")
        return await self.get(found)

    def _keep(self, order: Order, old: Order | None) -> None:
        unknown = None if old is None else replace(old, keys=(), open_cart=None)
        super()._keep(replace(order, keys=(), open_cart=None), unknown)
        self._orders[order.id] = replace(self._orders[order.id], keys=order.keys, open_cart=order.open_cart)


class KeyCheckedThenActedOn(Shop):
    """An idempotency key is looked up, then acted on, and no unique index is behind it: of two at once, both order."""

    def __init__(self) -> None:
        super().__init__(orders=_WithoutUniqueIndex())


class _FreedByTheClock:
    """Stocks that give back, before anything else, whatever has been held for longer than a checkout lasts."""

    def __init__(self, stocks: Any, kept: MemoryStocks, clock: Clock) -> None:
        self._stocks = stocks
        self._kept = kept
        self._clock = clock

    def __getattr__(self, verb: str) -> Any:
        async def call(*args: Any, **arguments: Any) -> Any:
            self._free()
            return await getattr(self._stocks, verb)(*args, **arguments)

        return call

    def _free(self) -> None:
        shelf, oldest = self._kept._shelf, self._clock.now() - timedelta(seconds=CHECKOUT_SECONDS)
        for stock in tuple(shelf.stocks.values()):
            old = {id: h for id, h in stock.holds.items() if h.state == "held" and made_at(id) < oldest}
            if old:
                void = {id: Hold(quantity=hold.quantity, state="void") for id, hold in old.items()}
                units = sum(hold.quantity for hold in old.values())
                shelf.keep_stock(
                    replace(
                        stock,
                        available=stock.available + units,
                        revision=stock.revision + 1,
                        holds={**stock.holds, **void},
                    )
                )


class HoldFreedByTheClock(Shop):
    """Units are given back once they were held for so long, whatever became of the order: they are sold again."""

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        watched = super().port(name, port, hook)
        return _FreedByTheClock(watched, port, self.clock) if name == "product.stocks" else watched


TWINS: Mapping[str, Callable[[], Shop]] = {
    "read_then_write_stock": ReadThenWriteStock,
    "publish_before_commit": PublishBeforeCommit,
    "clear_the_whole_cart": ClearTheWholeCart,
    "key_checked_then_acted_on": KeyCheckedThenActedOn,
    "hold_freed_by_the_clock": HoldFreedByTheClock,
}
"""Makes a shop with one broken part, by the name of its fault."""
