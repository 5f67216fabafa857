"""What is special about the store of orders in memory."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import KEYS_MAX
from core.shared.errors import VersionStale
from tests.core.order.orders import a_key, placed


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
