"""Every store of orders keeps its contract, and the contract tells a store that does not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import pytest

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import Order
from core.order.ports import Orders
from core.shared.errors import VersionStale
from tests.adapters.contracts import order_lists, orders
from tests.adapters.contracts.clauses import Clause, broken_clauses, every_clause
from tests.adapters.stores import on_every_store
from tests.core.order.orders import a_key, placed


class OrderStore(Protocol):
    @property
    def orders(self) -> Orders: ...


@every_clause(orders)
@on_every_store("order")
async def test_a_store_of_orders_keeps_its_contract(store: OrderStore, clause: Clause) -> None:
    await clause(store.orders)


@every_clause(order_lists)
@on_every_store("order")
async def test_a_store_of_orders_lists_them_by_its_contract(store: OrderStore, clause: Clause) -> None:
    await clause(store.orders)


class IgnoredRevision(MemoryOrders):
    """Keeps whatever comes last."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        if kept is not None:
            await super().save(replace(order, revision=kept.revision + 1))
            self._orders[order.id] = order


class CheckedBefore(MemoryOrders):
    """Compares the revision, then lets somebody else pass before it writes."""

    async def save(self, order: Order) -> None:
        if (await self.get(order.id)).revision != order.revision - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        kept = self._orders[order.id]
        self._keep(order, kept)


class LostKey(MemoryOrders):
    """Remembers the first key of an order only."""

    async def save(self, order: Order) -> None:
        await super().save(replace(order, keys=order.keys[:1]))


class KeyLookedUpBefore(MemoryOrders):
    """Asks whether a key is known, then lets somebody else pass before it adds the order."""

    async def add(self, order: Order) -> None:
        known = [key for key in order.keys if (order.customer_id, key.key) in self._by_key]
        await asyncio.sleep(0)
        if not known:
            for key in order.keys:
                self._by_key.pop((order.customer_id, key.key), None)
        await super().add(order)


class CartNeverFreed(MemoryOrders):
    """Holds a cart for the order that had it first, for ever."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order if kept is None else replace(order, open_cart=kept.open_cart))


class FailuresListed(MemoryOrders):
    """Shows attempts that failed."""

    async def add(self, order: Order) -> None:
        await super().add(order)
        if order.failed:
            self._listed.setdefault((None, None), type(self._ids)()).move(None, order.id)


class DueByAge(MemoryOrders):
    """Takes the oldest order for the longest due."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        due = await super().due(now, limit=len(self._orders))
        return tuple(sorted(due, key=lambda order: order.id))[:limit]


@pytest.mark.parametrize(
    ("twin", "clause"),
    [
        (IgnoredRevision, orders.only_the_next_revision_is_kept),
        (CheckedBefore, orders.no_change_is_lost),
        (LostKey, orders.an_order_is_found_by_each_of_its_keys),
        (KeyLookedUpBefore, orders.of_many_orders_with_one_key_one_is_kept),
        (CartNeverFreed, orders.an_order_is_found_by_its_cart_while_that_is_open),
        (FailuresListed, order_lists.attempts_that_failed_are_not_listed),
        (DueByAge, order_lists.the_longest_due_comes_first),
    ],
)
async def test_the_contract_tells_a_broken_store_of_orders(twin: Callable[[], Orders], clause: Clause) -> None:
    broken = await broken_clauses(orders, twin) | await broken_clauses(order_lists, twin)
    assert clause.__name__ in broken


def test_threads_lose_no_change_in_memory() -> None:
    kept = MemoryOrders()
    asyncio.run(kept.add(placed()))

    def join(number: int) -> None:
        async def once() -> None:
            await kept.save((await kept.get(placed().id)).joined_by(a_key(str(number))))

        while True:
            try:
                return asyncio.run(once())
            except VersionStale:
                continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(join, range(64)))
    order = asyncio.run(kept.get(placed().id))
    assert (order.revision, len(order.keys)) == (65, 65)
