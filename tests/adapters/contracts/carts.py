"""The contract of `core.cart.ports.Carts`.

Guests' carts in here expire centuries from now: a store may forget one that has expired by the clock on the wall.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.cart.errors import CartNotFound
from core.cart.model import GUEST_CART_LASTS, LINES_MAX, REMEMBERED, Line, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale
from core.shared.money import MAX_AMOUNT, Money
from tests.adapters.contracts.rivals import MANY, kept, until_kept
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, BOB, GUEST, a_cart, a_cart_life, a_guest_cart_life, a_line

LATE = datetime(2999, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


async def an_owner_without_a_cart_has_none(carts: Carts) -> None:
    await carts.save(a_cart())
    await carts.save(a_cart(number=2, owner=Owner.customer("abc")))
    strangers = [
        BOB,
        GUEST,
        Owner(key=ALICE.key.replace("customer", "guest")),
        Owner.customer("ABC"),
        Owner(key=ALICE.key[:-1]),
    ]
    for owner in [*strangers, *(Owner(key=text) for text in TEXTS)]:
        with pytest.raises(CartNotFound):
            await carts.get(owner)


async def every_version_comes_back_to_the_field(carts: Carts) -> None:
    for cart in [*a_cart_life(), *a_guest_cart_life(LATE)]:
        await carts.save(cart)
        assert await carts.get(cart.owner) == cart
    full = a_cart(*(a_line(number, quantity=number) for number in range(LINES_MAX, 0, -1)), number=4, owner=BOB)
    remembered = tuple(an_id(number) for number in range(REMEMBERED, 0, -1))
    full = replace(full, orders=remembered, merged=remembered[::-1], merged_into=an_id(902))
    await carts.save(full)
    assert await carts.get(BOB) == full


async def every_text_and_amount_comes_back_as_it_was(carts: Carts) -> None:
    for number, text in enumerate(TEXTS):
        price = Money(amount=MAX_AMOUNT - number, currency=("JPY", "EUR")[number % 2])
        lines = (Line(product_id=text, quantity=999, price=price), Line(product_id="-", quantity=1, price=usd(0)))
        changes: dict[str, Any] = {"orders": (text, "-"), "merged": (text, "-"), "merged_into": text}
        cart = a_cart(*lines, number=number, owner=Owner(key=text), **changes)
        await carts.save(cart)
        assert await carts.get(cart.owner) == cart


async def every_time_comes_back_in_utc_to_the_millisecond(carts: Carts) -> None:
    for number, moment in enumerate(MOMENTS):
        cart = a_cart(number=number, owner=Owner.customer(str(number)), updated_at=moment)
        await carts.save(cart)
        found = await carts.get(cart.owner)
        assert found == cart
        assert is_utc(found.updated_at)


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


async def a_cart_stays_with_its_owner(carts: Carts) -> None:
    await carts.save(a_cart(a_line(1)))
    for version in (2, 3):
        with pytest.raises(VersionStale):
            await carts.save(a_cart(owner=BOB, version=version))
    assert await carts.get(ALICE) == a_cart(a_line(1))
    with pytest.raises(CartNotFound):
        await carts.get(BOB)


async def a_new_cart_has_version_1(carts: Carts) -> None:
    for version in (2, 3):
        with pytest.raises(VersionStale):
            await carts.save(a_cart(version=version))
    with pytest.raises(CartNotFound):
        await carts.get(ALICE)
    await carts.save(a_cart())


async def of_many_first_carts_one_is_kept(carts: Carts) -> None:
    rivals = [a_cart(a_line(number), number=number) for number in range(MANY)]
    assert await kept(rivals, carts.save, VersionStale) == [await carts.get(ALICE)]


async def of_many_next_versions_one_is_kept(carts: Carts) -> None:
    await carts.save(a_cart())
    for version in (2, 3, 4):
        rivals = [a_cart(a_line(1, quantity=quantity), version=version) for quantity in range(1, MANY + 1)]
        assert await kept(rivals, carts.save, VersionStale) == [await carts.get(ALICE)]


async def no_change_is_lost(carts: Carts) -> None:
    """Many writers, who each read, change, save, and do so anew when another was first."""
    await carts.save(a_cart())

    def adding(product: int) -> Callable[[], Awaitable[None]]:
        async def add() -> None:
            cart = await carts.get(ALICE)
            await carts.save(cart.with_item(an_id(product), quantity=1, price=usd(1), at=NOW))

        return add

    await asyncio.gather(*(until_kept(adding(product), VersionStale) for product in range(MANY)))
    cart = await carts.get(ALICE)
    assert cart.version == 1 + MANY
    assert {line.product_id for line in cart.lines} == {an_id(product) for product in range(MANY)}


async def a_guests_cart_is_kept_until_it_expires(carts: Carts) -> None:
    """Up to the last moment after its last change, while others come and expire."""
    empty, filled, *_ = a_guest_cart_life(LATE)
    await carts.save(empty)
    await carts.save(a_cart(number=4, owner=Owner.guest("another"), updated_at=LATE))
    await carts.save(filled)
    moments = (LATE + GUEST_CART_LASTS, filled.updated_at + GUEST_CART_LASTS - timedelta(milliseconds=1))
    for number, moment in enumerate(moments):
        await carts.save(a_cart(number=5 + number, owner=Owner.guest(f"guest {number}"), updated_at=moment))
        assert await carts.get(GUEST) == filled


async def a_guests_cart_that_has_expired_hinders_nobody(carts: Carts) -> None:
    """Found or not, it is not another's, and what may still be is kept."""
    await carts.save(a_cart(owner=GUEST, updated_at=LATE))
    for months in range(1, 4):
        other = Owner.guest(f"guest {months}")
        cart = a_cart(a_line(months), number=1 + months, owner=other, updated_at=LATE + months * GUEST_CART_LASTS)
        await carts.save(cart)
        assert await carts.get(other) == cart


async def a_customers_cart_is_kept_whatever_its_age(carts: Carts) -> None:
    for number, moment in enumerate((datetime(1999, 1, 1, tzinfo=UTC), LATE)):
        await carts.save(a_cart(a_line(1), number=number, owner=Owner.customer(str(number)), updated_at=moment))
    for months in range(1, 4):
        guest = Owner.guest(f"guest {months}")
        await carts.save(a_cart(number=9 + months, owner=guest, updated_at=LATE + months * GUEST_CART_LASTS))
    for number in range(2):
        assert (await carts.get(Owner.customer(str(number)))).lines == (a_line(1),)
