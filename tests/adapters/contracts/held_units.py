"""The contract of `core.product.ports.Stocks`, where it tells how much is set aside."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from core.product.errors import OutOfStock
from core.product.model import HOLD_REMEMBERED, Held
from core.shared.errors import ShopError
from tests.adapters.contracts.paired_stock import Pair, a_pair
from tests.adapters.stores import ProductStore
from tests.builders import NOW, a_product, an_id, kept

ORDERS = [an_id(1_000 + number) for number in range(4)]
NOTHING = Held(units=0, holds=0)


def _held(pairs: Sequence[Pair]) -> Held:
    """By looking at every hold there is."""
    every = [hold.quantity for pair in pairs for hold in pair.model.holds.values() if hold.state == "held"]
    return Held(units=sum(every), holds=len(every))


async def nothing_is_held_of_what_nobody_ordered(store: ProductStore) -> None:
    assert await store.stocks.held(limit=10) == NOTHING
    pair = await a_pair(store, 1, units=5)
    await pair.adjust(-2, key="a", fingerprint="a")
    assert await store.stocks.held(limit=10) == NOTHING


async def what_is_held_is_told_after_every_step(store: ProductStore) -> None:
    """Also after steps that were refused, repeated, or came in another order than they were sent."""
    choose = random.Random(7)
    pairs = [await a_pair(store, number, units=6) for number in range(3)]
    seen = set()
    for step in range(90):
        pair, order = choose.choice(pairs), choose.choice([*ORDERS, an_id(2_000 + step)])
        match choose.choice(("take", "take", "release", "settle", "adjust")):
            case "take":
                await pair.take(order, choose.randint(1, 3))
            case "adjust":
                await pair.adjust(choose.choice((-1, 2)), key=f"{step:x}", fingerprint="")
            case verb:
                await getattr(pair, verb)(order, at=choose.choice((NOW, NOW + HOLD_REMEMBERED * 2)))
        assert await store.stocks.held(limit=10) == _held(pairs)
        seen.add(_held(pairs))
    assert len(seen) > 10


async def the_last_that_ends_leaves_nothing(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    for order in ORDERS:
        await pair.take(order, 1)
    await pair.release(ORDERS[0])
    await pair.settle(ORDERS[1])
    assert await store.stocks.held(limit=10) == Held(units=2, holds=2)
    await pair.settle(ORDERS[2])
    await pair.release(ORDERS[3])
    assert await store.stocks.held(limit=10) == NOTHING
    await pair.take(an_id(2_000), 2)
    assert await store.stocks.held(limit=10) == Held(units=2, holds=1)


async def what_is_held_of_an_archived_product_counts(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDERS[0], 2)
    await store.products.save(kept(a_product(1).archived(at=NOW)))
    assert await store.stocks.held(limit=10) == Held(units=2, holds=1)


async def of_more_products_than_were_asked_for_so_many_count(store: ProductStore) -> None:
    for number in range(8):
        pair = await a_pair(store, number, units=5)
        if number % 2:
            await pair.take(ORDERS[0], 1)
            await pair.take(ORDERS[1], 2)
    for limit in (1, 3, 4, 10):
        products = min(limit, 4)
        assert await store.stocks.held(limit=limit) == Held(units=3 * products, holds=2 * products)


async def what_many_hold_at_once_adds_up(store: ProductStore) -> None:
    await a_pair(store, 1, units=5)

    async def take(number: int) -> int:
        try:
            await store.stocks.take(an_id(1), an_id(1_000 + number), quantity=1)
        except OutOfStock:
            return 0
        return 1

    taken = await asyncio.gather(*map(take, range(8)))
    assert await store.stocks.held(limit=10) == Held(units=sum(taken), holds=sum(taken)) == Held(units=5, holds=5)
    ends = [store.stocks.release(an_id(1), an_id(1_000 + number), at=NOW) for number in range(8) for _ in range(2)]
    await asyncio.gather(*ends)
    assert await store.stocks.held(limit=10) == NOTHING
    with pytest.raises(ShopError):
        await store.stocks.settle(an_id(1), an_id(1_000), at=NOW)
    assert await store.stocks.held(limit=10) == NOTHING
