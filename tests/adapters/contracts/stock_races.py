"""The contract of `core.product.ports.Stocks`: many at once, and each verb still one step."""

import asyncio
from datetime import timedelta

from core.product.errors import OutOfStock
from core.product.model import Stock
from tests.adapters.contracts.paired_stock import every_stock
from tests.adapters.stores import ProductStore
from tests.builders import NOW, an_entry, an_id

BUYERS, UNITS, ROUNDS = 48, 20, 2


async def buyers_at_once_get_every_unit_and_none_twice(store: ProductStore) -> None:
    for round in range(ROUNDS):
        await store.products.add(an_entry(round), units=UNITS)
        sold = sum(await asyncio.gather(*(_bought(store, an_id(round), number) for number in range(BUYERS))))
        stock = (await every_stock(store.stocks))[round]
        assert (sold, stock.held, stock.available) == (UNITS, UNITS, 0)
        assert stock.revision == 1 + len(stock.holds)


async def _bought(store: ProductStore, product_id: str, number: int) -> int:
    """How many units a buyer got: those wanted, or none."""
    wanted = 1 + number % 3
    try:
        await store.stocks.take(product_id, an_id(1_000 + number), quantity=wanted)
    except OutOfStock:
        return 0
    return wanted


async def one_order_that_is_taken_released_and_settled_at_once_ends_in_one_state(store: ProductStore) -> None:
    for round in range(ROUNDS):
        id, order = an_id(round), an_id(1_000)
        await store.products.add(an_entry(round), units=UNITS)
        await asyncio.gather(
            *(store.stocks.take(id, order, quantity=2) for _ in range(8)),
            *(store.stocks.settle(id, order, at=NOW) for _ in range(8)),
            *(store.stocks.release(id, order, at=NOW) for _ in range(8)),
            return_exceptions=True,
        )
        stock = (await every_stock(store.stocks))[round]
        assert stock.available + stock.held + stock.sold == stock.received == UNITS
        assert (stock.held, stock.sold, stock.available) in [(0, 2, UNITS - 2), (0, 0, UNITS)]


async def holds_that_are_closed_at_once_each_count_once(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=UNITS)
    orders = [an_id(1_000 + number) for number in range(UNITS)]
    for order in orders:
        await store.stocks.take(an_id(1), order, quantity=1)
    await asyncio.gather(
        *(store.stocks.release(an_id(1), order, at=NOW) for order in orders[::2] * 2),
        *(store.stocks.settle(an_id(1), order, at=NOW) for order in orders[1::2] * 2),
    )
    stock = await _stock(store)
    assert (stock.available, stock.held, stock.sold) == (UNITS / 2, 0, UNITS / 2)
    assert stock.revision == 1 + 2 * UNITS


async def adjustments_at_once_all_count_and_each_key_once(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=0)

    async def adjusted(number: int) -> bool:
        at = NOW + timedelta(milliseconds=number)
        return await store.stocks.adjust(an_id(1), delta=1, key=f"{number % 10:x}", fingerprint="one", at=at)

    changed = await asyncio.gather(*(adjusted(number) for number in range(30)))
    assert changed.count(True) == 10
    stock = await _stock(store)
    assert (stock.received, stock.available, stock.revision, len(stock.adjustments)) == (10, 10, 11, 10)


async def _stock(store: ProductStore) -> Stock:
    (stock,) = await every_stock(store.stocks)
    return stock
