"""What is special about the store of carts in memory."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from adapters.outbound.memory.cart import MemoryCarts
from core.shared.errors import VersionStale
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, a_cart


def test_threads_lose_no_change_in_memory() -> None:
    carts = MemoryCarts()
    asyncio.run(carts.save(a_cart()))

    def add(product: int) -> None:
        async def once() -> None:
            cart = await carts.get(ALICE)
            await carts.save(cart.with_item(an_id(product), quantity=1, price=usd(1), at=NOW))

        while True:
            try:
                return asyncio.run(once())
            except VersionStale:
                continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(64)))
    cart = asyncio.run(carts.get(ALICE))
    assert (cart.version, len(cart.lines)) == (65, 64)
