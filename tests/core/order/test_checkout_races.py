"""Many requests at once, more than `tests/reliability/interleavings` steps through; a seed brings each mix again."""

import asyncio
import random
from collections.abc import Callable

import pytest

from core.order.errors import OutOfStock
from core.order.ports import Orders
from core.order.use_cases.place import Placement
from core.shared.context import REQUEST, RequestContext
from tests.builders import an_id
from tests.core.order.broken import IgnoredClash, IgnoredRevision
from tests.core.order.shop import Hook, Shop

ROUNDS = 4


def shuffled(seed: int) -> Hook:
    """Lets others go first at every call of a port, as chance has it."""
    chance = random.Random(seed)

    async def hook(call: str) -> None:
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)

    return hook


@pytest.mark.parametrize("key_of", [lambda _: "same", str, lambda _: None], ids=["one key", "other keys", "no key"])
async def test_twenty_posts_of_one_cart_make_one_order(key_of: Callable[[int], str | None]) -> None:
    for seed in range(ROUNDS):
        shop = Shop()
        product = await shop.sell(50)
        await shop.put(product, 3)
        version = await shop.cart_version()
        services = shop.services(shuffled(seed))
        posts = (services.place(key=key_of(number), cart_version=version) for number in range(20))
        placements = await asyncio.gather(*posts)
        order = await shop.the_order()
        assert {placement.order.id for placement in placements} == {order.id}
        assert [placement.replayed for placement in placements].count(False) == 1
        if key_of(1) is not None:
            assert {key.key for key in order.keys} >= {f"key:{key_of(number)}" for number in range(20)}
        assert (await shop.stock(product)).available == 47
        await shop.settle_down()
        assert await shop.violations() == []


async def test_twenty_posts_that_name_nothing_make_one_order() -> None:
    for seed in range(ROUNDS):
        shop = Shop()
        await shop.put(await shop.sell(50), 3)
        REQUEST.set(RequestContext(began_at=shop.clock.now()))
        services = shop.services(shuffled(seed))
        placements = await asyncio.gather(*(services.place() for _ in range(20)))
        order = await shop.the_order()
        assert {placement.order.id for placement in placements} == {order.id}


async def test_a_request_that_finds_its_cart_bought_by_its_own_twin_is_answered_from_that_order() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))
    twin: list[Placement] = []

    async def twin_first(call: str) -> None:
        if call == "carts.get:before" and not twin:
            twin.append(await shop.calm.place(key="k"))

    placement = await shop.services(twin_first).place(key="k")
    assert (placement.order.id, placement.replayed) == (twin[0].order.id, True)


async def test_the_last_unit_is_sold_once() -> None:
    for seed in range(ROUNDS):
        shop = Shop()
        product = await shop.sell(1)
        buyers = [an_id(number) for number in range(900, 908)]
        for buyer in buyers:
            await shop.put(product, customer_id=buyer)
        services = shop.services(shuffled(seed))
        outcomes = await asyncio.gather(
            *(services.place(customer_id=buyer) for buyer in buyers), return_exceptions=True
        )
        assert sum(isinstance(outcome, Placement) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, OutOfStock) for outcome in outcomes) == len(buyers) - 1
        await shop.settle_down()
        assert await shop.violations() == []
        assert (await shop.stock(product)).available == 0


async def test_a_worker_beside_the_request_does_nothing_twice() -> None:
    for seed in range(ROUNDS):
        shop = Shop()
        product = await shop.sell(5)
        await shop.put(product, 2)
        services = shop.services(shuffled(seed))

        async def work(shop: Shop = shop, seed: int = seed) -> None:
            for number in range(20):
                await shop.services(shuffled(seed + number)).order.resume_orders()
                shop.clock.advance(1)

        placement, _, _ = await asyncio.gather(services.place(), work(), work(), return_exceptions=True)
        await shop.settle_down()
        assert await shop.violations() == []
        order = await shop.the_order()
        stock = await shop.stock(product)
        bought = order.status == "confirmed"
        assert (stock.available, stock.held) == ((3, 2) if bought else (5, 0))
        assert isinstance(placement, Placement) == bought
        assert await shop.in_cart() == ({} if bought else {product: 2})


@pytest.mark.parametrize("orders", [IgnoredClash, IgnoredRevision])
async def test_a_store_that_is_broken_sells_something_twice(orders: Callable[[], Orders]) -> None:
    found: list[str] = []
    for seed in range(ROUNDS):
        shop = Shop(orders=orders())
        product = await shop.sell(50)
        await shop.put(product, 3)
        version = await shop.cart_version()
        services = shop.services(shuffled(seed))
        posts = (services.place(key=str(number), cart_version=version) for number in range(20))
        await asyncio.gather(*posts, return_exceptions=True)
        kept = await shop.every_order()
        found += (
            [] if len(kept) == 1 and len(kept[0].keys) == 21 else [f"{len(kept)} orders of {len(kept[0].keys)} keys"]
        )
    assert found
