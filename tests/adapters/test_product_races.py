"""Buyers in threads of their own: the store in memory sells no unit twice among them either."""

import asyncio
import sys
import threading

from adapters.outbound.memory.product import MemoryProductStore
from core.product.errors import OutOfStock
from tests.builders import an_entry, an_id

BUYERS, UNITS, ROUNDS = 64, 20, 5


def test_buyers_in_threads_of_their_own_get_every_unit_and_none_twice() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(ROUNDS):
            store = MemoryProductStore()
            asyncio.run(store.products.add(an_entry(), units=UNITS))
            sold = sold_to_threads(store)
            (stock,) = asyncio.run(store.stocks.list(limit=2, after=None)).items
            assert (sold, stock.held, stock.available) == (UNITS, UNITS, 0)
    finally:
        sys.setswitchinterval(interval)


def sold_to_threads(store: MemoryProductStore) -> int:
    """How many units buyers got, of whom each gets those wanted or none."""
    bought: list[int] = []

    def buy(number: int) -> None:
        wanted = 1 + number % 3
        try:
            asyncio.run(store.stocks.take(an_id(1), an_id(1_000 + number), quantity=wanted))
        except OutOfStock:
            return
        bought.append(wanted)

    threads = [threading.Thread(target=buy, args=(number,)) for number in range(BUYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(bought)
