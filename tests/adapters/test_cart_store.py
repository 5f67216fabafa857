"""What is special about the stores of carts: how each gets rid of guests' carts, and threads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.outbound.memory.cart import MemoryCarts
from adapters.outbound.mongo.cart import to_cart, to_document
from adapters.outbound.mongo.indexes import INDEXES
from core.cart.errors import CartNotFound
from core.cart.model import Owner
from core.shared.errors import VersionStale
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, GUEST, a_cart, a_cart_life, a_guest_cart_life


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


async def test_memory_does_not_fill_up_with_guest_carts_that_have_expired() -> None:
    """A hundred days with a guest a day, and one who changes their cart on each of them."""
    carts = MemoryCarts()
    await carts.save(a_cart(number=900))
    for day in range(100):
        at = NOW + timedelta(days=day)
        await carts.save(a_cart(number=day, owner=Owner.guest(str(day)), updated_at=at))
        await carts.save(a_cart(number=901, owner=GUEST, version=day + 1, updated_at=at))
    assert (len(carts._carts), len(carts._expiries)) == (32, 31)
    await carts.get(ALICE)
    await carts.get(GUEST)
    await carts.get(Owner.guest("70"))
    with pytest.raises(CartNotFound):
        await carts.get(Owner.guest("69"))


def test_mongodb_removes_guest_carts_by_their_expiry_and_no_others() -> None:
    """By a TTL index; a document without the field never expires."""
    ttl = [index.document for index in INDEXES["carts"] if "expireAfterSeconds" in index.document]
    assert [(dict(index["key"]), index["expireAfterSeconds"]) for index in ttl] == [({"expires_at": 1}, 0)]
    for cart in a_guest_cart_life():
        assert to_document(cart)["expires_at"] == cart.expires_at
        assert to_cart(to_document(cart)) == cart
    for cart in a_cart_life():
        assert "expires_at" not in to_document(cart)
