"""Carts for tests, in every state that a cart can be in."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.cart.model import Cart, Line, Owner
from tests.builders import NOW, an_id, usd

ALICE, BOB = Owner.customer(an_id(901)), Owner.customer(an_id(902))
GUEST = Owner.guest("guest-token")


def a_line(product: int = 1, *, quantity: int = 1, price: int = 1_999) -> Line:
    return Line(product_id=an_id(product), quantity=quantity, price=usd(price))


def a_cart(*lines: Line, number: int = 1, owner: Owner = ALICE, version: int = 1, **changes: Any) -> Cart:
    cart = Cart(id=an_id(number), owner=owner, version=version, lines=lines, updated_at=NOW)
    return replace(cart, **changes)


def a_cart_life() -> list[Cart]:
    """One customer's cart, version by version, until every field holds something."""
    later = [NOW + timedelta(milliseconds=17 * step) for step in range(1, 6)]
    filled = a_cart(a_line(1, quantity=2), a_line(2, quantity=999, price=10**9))
    merged = filled.merged_with(a_cart(a_line(3), number=2, owner=GUEST), at=later[0])
    bought = merged.subtracted(an_id(31), {an_id(1): 1, an_id(2): 999}, at=later[1])
    emptied = bought.emptied(at=later[2])
    refilled = emptied.with_item(an_id(4), quantity=5, price=usd(0), at=later[3])
    return [filled, merged, bought, emptied, refilled, refilled.subtracted(an_id(32), {}, at=later[4])]


def a_guest_cart_life(at: datetime = NOW) -> list[Cart]:
    """A guest cart, until it has gone to a customer."""
    empty = a_cart(number=3, owner=GUEST, updated_at=at)
    filled = empty.with_item(an_id(5), quantity=3, price=usd(12_345), at=at + timedelta(seconds=1))
    given = filled.given_to(an_id(901), at=at + timedelta(seconds=2))
    return [empty, filled, given, given.handed_over(at=at + timedelta(seconds=3))]
