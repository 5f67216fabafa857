"""Many buyers at once: on no store is a unit sold twice, nor kept from the one who could have it."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable

from core.product.errors import OutOfStock
from core.product.model import Stock
from tests.adapters.stores import ProductStore, in_memory, on_every_store
from tests.builders import NOW, a_product, a_stock, an_id

BUYERS, UNITS, ROUNDS = 64, 20, 5
Take = Callable[[str, int], Awaitable[None]]


def taking(store: ProductStore, product_id: str) -> Take:
    return lambda order_id, quantity: store.stocks.take(product_id, order_id, quantity=quantity)


async def buy(take: Take, number: int) -> int:
    """How many units a buyer got: those wanted, or none."""
    wanted = 1 + number % 3
    try:
        await take(an_id(1_000 + number), wanted)
    except OutOfStock:
        return 0
    return wanted


async def sold_at_once(take: Take) -> int:
    return sum(await asyncio.gather(*(buy(take, number) for number in range(BUYERS))))


@on_every_store("product")
async def test_buyers_at_once_get_every_unit_and_none_twice(store: ProductStore) -> None:
    for round in range(1, ROUNDS + 1):
        await store.products.add(a_product(round), units=UNITS)
        sold = await sold_at_once(taking(store, an_id(round)))
        stock = (await store.stocks.list(limit=100, after=None)).items[round - 1]
        assert (sold, stock.held, stock.available) == (UNITS, UNITS, 0)
        assert stock.revision == 1 + len(stock.holds)
    print(f"{ROUNDS} rounds of {BUYERS} buyers for {UNITS} units: 0 oversold")


@on_every_store("product")
async def test_one_order_that_is_taken_released_and_settled_at_once_ends_in_one_state(store: ProductStore) -> None:
    for round in range(1, ROUNDS + 1):
        id, order = an_id(round), an_id(1_000)
        await store.products.add(a_product(round), units=UNITS)
        await asyncio.gather(
            *(store.stocks.take(id, order, quantity=2) for _ in range(8)),
            *(store.stocks.settle(id, order, at=NOW) for _ in range(8)),
            *(store.stocks.release(id, order, at=NOW) for _ in range(8)),
            return_exceptions=True,
        )
        stock = (await store.stocks.list(limit=100, after=None)).items[round - 1]
        assert stock.available + stock.held + stock.sold == stock.received == UNITS
        assert (stock.held, stock.sold, stock.available) in [(0, 2, UNITS - 2), (0, 0, UNITS)]


async def test_a_store_that_looks_before_it_takes_oversells() -> None:
    kept: dict[str, Stock] = {"boots": a_stock(UNITS)}

    async def take(order: str, quantity: int) -> None:
        stock = kept["boots"].take(order, quantity)
        await asyncio.sleep(0)
        kept["boots"] = stock

    assert await sold_at_once(take) > UNITS


async def test_buyers_in_threads_of_their_own_get_every_unit_of_a_memory_store_and_none_twice() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        async with in_memory("product") as store:
            for round in range(1, ROUNDS + 1):
                await store.products.add(a_product(round), units=UNITS)
                sold = await sold_to_threads(taking(store, an_id(round)))
                stock = (await store.stocks.list(limit=100, after=None)).items[round - 1]
                assert (sold, stock.held, stock.available) == (UNITS, UNITS, 0)
    finally:
        sys.setswitchinterval(interval)


async def sold_to_threads(take: Take) -> int:
    bought: list[int] = []
    threads = [
        threading.Thread(target=lambda number: bought.append(asyncio.run(buy(take, number))), args=(number,))
        for number in range(BUYERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    return sum(bought)
