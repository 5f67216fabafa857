"""Every store of orders keeps its contract, and the contract tells a store that does not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import KEYS_MAX
from core.order.ports import Orders
from core.shared.errors import VersionStale
from tests.adapters.contracts import order_lists, orders
from tests.adapters.contracts.clauses import Clause, broken_clauses, every_clause
from tests.adapters.stores import on_every_store
from tests.core.order.broken import (
    CartNeverFreed,
    CheckedBefore,
    DueByAge,
    FailuresListed,
    IgnoredClash,
    IgnoredRevision,
    LostKey,
)
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


@pytest.mark.parametrize(
    ("twin", "clause"),
    [
        (IgnoredRevision, orders.only_the_next_revision_is_kept),
        (CheckedBefore, orders.no_change_is_lost),
        (LostKey, orders.an_order_is_found_by_each_of_its_keys),
        (IgnoredClash, orders.of_many_orders_with_one_key_one_is_kept),
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
        list(pool.map(join, range(KEYS_MAX - 1)))
    order = asyncio.run(kept.get(placed().id))
    assert (order.revision, len(order.keys)) == (KEYS_MAX, KEYS_MAX)
