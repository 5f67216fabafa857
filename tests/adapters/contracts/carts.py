"""The contract of `core.cart.ports.Carts`."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.cart.errors import CartNotFound
from core.cart.model import Cart, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, BOB, GUEST, a_cart, a_cart_life, a_guest_cart_life, a_line


async def an_owner_without_a_cart_has_none(carts: Carts) -> None:
    await carts.save(a_cart())
    for owner in (BOB, GUEST):
        with pytest.raises(CartNotFound):
            await carts.get(owner)


async def every_version_comes_back_to_the_field(carts: Carts) -> None:
    for cart in [*a_cart_life(), *a_guest_cart_life()]:
        await carts.save(cart)
        kept = await carts.get(cart.owner)
        assert kept == cart
        assert kept.updated_at.utcoffset() == timedelta(0)


async def times_come_back_in_utc_to_the_millisecond(carts: Carts) -> None:
    for number, millisecond in enumerate((0, 1, 499, 500, 999)):
        at = datetime(2026, 12, 31, 23, 59, 59, millisecond * 1000, tzinfo=UTC)
        cart = a_cart(number=number, owner=Owner.customer(str(number)), updated_at=at)
        await carts.save(cart)
        assert (await carts.get(cart.owner)).updated_at == at


async def owners_do_not_share_a_cart(carts: Carts) -> None:
    alice, bob = a_cart(a_line(1)), a_cart(a_line(2), number=2, owner=BOB)
    await carts.save(alice)
    await carts.save(bob)
    assert (await carts.get(ALICE), await carts.get(BOB)) == (alice, bob)


async def only_the_next_version_is_kept(carts: Carts) -> None:
    for version in (1, 2, 3):
        await carts.save(a_cart(version=version))
    for version in (1, 2, 3, 5):
        with pytest.raises(VersionStale):
            await carts.save(a_cart(a_line(9), version=version))
    assert await carts.get(ALICE) == a_cart(version=3)
    await carts.save(a_cart(version=4))


async def an_owner_has_one_cart(carts: Carts) -> None:
    await carts.save(a_cart(a_line(1)))
    with pytest.raises(VersionStale):
        await carts.save(a_cart(number=2))
    assert await carts.get(ALICE) == a_cart(a_line(1))


async def another_cart_is_no_next_version(carts: Carts) -> None:
    await carts.save(a_cart(a_line(1)))
    with pytest.raises(VersionStale):
        await carts.save(a_cart(number=2, version=2))
    assert await carts.get(ALICE) == a_cart(a_line(1))


async def a_new_cart_has_version_1(carts: Carts) -> None:
    for version in (2, 3):
        with pytest.raises(VersionStale):
            await carts.save(a_cart(version=version))
    with pytest.raises(CartNotFound):
        await carts.get(ALICE)


async def of_many_first_carts_one_is_kept(carts: Carts) -> None:
    rivals = [a_cart(a_line(number), number=number) for number in range(32)]
    kept = await _kept(carts, rivals)
    assert kept == [await carts.get(ALICE)]


async def of_many_next_versions_one_is_kept(carts: Carts) -> None:
    await carts.save(a_cart())
    for version in range(2, 6):
        rivals = [a_cart(a_line(1, quantity=quantity), version=version) for quantity in range(1, 33)]
        kept = await _kept(carts, rivals)
        assert kept == [await carts.get(ALICE)]


async def no_change_is_lost(carts: Carts) -> None:
    """Thirty-two writers, who each read, change, save, and do so anew when another was first."""
    await carts.save(a_cart())

    async def add(product: int) -> None:
        while True:
            cart = await carts.get(ALICE)
            try:
                await carts.save(cart.with_item(an_id(product), quantity=1, price=usd(1), at=NOW))
            except VersionStale:
                continue
            return

    await asyncio.gather(*(add(product) for product in range(32)))
    cart = await carts.get(ALICE)
    assert cart.version == 33
    assert {line.product_id for line in cart.lines} == {an_id(product) for product in range(32)}


async def _kept(carts: Carts, rivals: list[Cart]) -> list[Cart]:
    """Those that were kept of carts that were saved at the same time."""
    results = await asyncio.gather(*(carts.save(cart) for cart in rivals), return_exceptions=True)
    assert all(result is None or isinstance(result, VersionStale) for result in results), results
    return [cart for cart, result in zip(rivals, results, strict=True) if result is None]
