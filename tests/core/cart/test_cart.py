"""The rules of a cart."""

from datetime import timedelta

import pytest

from core.cart.errors import CartAlreadyMerged, CartFull, QuantityInvalid
from core.cart.model import GUEST_CART_LASTS, LINES_MAX, QUANTITY_MAX, REMEMBERED, Cart, Item, Offer, Owner
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, GUEST, a_cart, a_guest_cart_life, a_line

LATER = NOW + timedelta(minutes=1)


def lines_of(cart: Cart) -> dict[str, int]:
    return {line.product_id: line.quantity for line in cart.lines}


def test_a_guests_key_does_not_tell_the_token() -> None:
    guest = Owner.guest("secret-token")
    assert guest.is_guest
    assert "secret-token" not in guest.key
    assert guest != Owner.guest("another-token")


def test_a_customer_and_a_guest_never_have_the_same_key() -> None:
    assert not Owner.customer("x").is_guest
    assert Owner.customer("x") != Owner.guest("x")


def test_a_guests_cart_expires_a_month_after_its_last_change() -> None:
    changed = a_cart(owner=GUEST).with_item(an_id(1), quantity=1, price=usd(1), at=LATER)
    assert changed.expires_at == LATER + GUEST_CART_LASTS
    assert not changed.is_over(at=LATER + GUEST_CART_LASTS - timedelta(milliseconds=1))
    assert changed.is_over(at=LATER + GUEST_CART_LASTS)


def test_a_customers_cart_never_expires() -> None:
    assert a_cart().expires_at is None
    assert not a_cart().is_over(at=NOW + 1_000 * GUEST_CART_LASTS)


def test_an_item_is_set_to_a_quantity_and_a_price() -> None:
    cart = a_cart(a_line(1, quantity=2, price=100), a_line(2))
    after = cart.with_item(an_id(1), quantity=5, price=usd(90), at=LATER)
    assert after.lines == (a_line(1, quantity=5, price=90), a_line(2))
    assert (after.version, after.updated_at) == (2, LATER)


def test_a_new_item_comes_last() -> None:
    after = a_cart(a_line(2)).with_item(an_id(1), quantity=1, price=usd(1_999), at=LATER)
    assert after.lines == (a_line(2), a_line(1))


@pytest.mark.parametrize("quantity", [-1, 0, QUANTITY_MAX + 1])
def test_a_line_has_1_to_999_units(quantity: int) -> None:
    with pytest.raises(QuantityInvalid):
        a_cart().with_item(an_id(1), quantity=quantity, price=usd(1), at=LATER)


@pytest.mark.parametrize("quantity", [1, QUANTITY_MAX])
def test_the_limits_of_a_line_are_included(quantity: int) -> None:
    assert a_cart().with_item(an_id(1), quantity=quantity, price=usd(1), at=LATER).quantity_of(an_id(1)) == quantity


def test_a_full_cart_takes_no_new_line_but_changes_the_old_ones() -> None:
    full = a_cart(*(a_line(number) for number in range(LINES_MAX)))
    with pytest.raises(CartFull):
        full.with_item(an_id(LINES_MAX), quantity=1, price=usd(1), at=LATER)
    assert full.with_item(an_id(0), quantity=7, price=usd(1), at=LATER).quantity_of(an_id(0)) == 7


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    cart = a_cart(a_line(1))
    assert cart.without_item(an_id(2), at=LATER) is cart
    assert a_cart().emptied(at=LATER).version == 1
    assert lines_of(cart.without_item(an_id(1), at=LATER)) == lines_of(cart.emptied(at=LATER)) == {}


def test_an_order_is_subtracted_and_what_was_added_since_stays() -> None:
    cart = a_cart(a_line(1, quantity=3), a_line(2, quantity=1), a_line(3))
    after = cart.subtracted(an_id(31), {an_id(1): 2, an_id(2): 1}, at=LATER)
    assert lines_of(after) == {an_id(1): 1, an_id(3): 1}
    assert after.version == 2


def test_an_order_is_subtracted_once() -> None:
    after = a_cart(a_line(1, quantity=3)).subtracted(an_id(31), {an_id(1): 1}, at=LATER)
    assert after.subtracted(an_id(31), {an_id(1): 1}, at=LATER) is after
    assert lines_of(after.subtracted(an_id(32), {an_id(1): 1}, at=LATER)) == {an_id(1): 1}


def test_an_order_is_remembered_even_if_the_cart_has_nothing_of_it() -> None:
    after = a_cart().subtracted(an_id(31), {an_id(1): 1}, at=LATER)
    assert (after.orders, after.version) == ((an_id(31),), 2)


def test_more_was_ordered_than_is_left() -> None:
    assert lines_of(a_cart(a_line(1, quantity=1)).subtracted(an_id(31), {an_id(1): 5}, at=LATER)) == {}


def test_a_cart_remembers_its_last_hundred_orders() -> None:
    cart = a_cart()
    for number in range(REMEMBERED + 5):
        cart = cart.subtracted(an_id(number), {}, at=LATER)
    assert cart.orders == tuple(an_id(number) for number in range(5, REMEMBERED + 5))


def test_a_guest_cart_goes_to_one_customer_only() -> None:
    given = a_cart(a_line(1), owner=GUEST).given_to(an_id(901), at=LATER)
    assert (given.merged_into, given.version) == (an_id(901), 2)
    assert given.given_to(an_id(901), at=LATER) is given
    with pytest.raises(CartAlreadyMerged):
        given.given_to(an_id(902), at=LATER)


def test_a_given_cart_is_closed() -> None:
    given = a_guest_cart_life()[2]
    with pytest.raises(CartAlreadyMerged):
        given.opened()
    with pytest.raises(CartAlreadyMerged):
        given.with_item(an_id(1), quantity=1, price=usd(1), at=LATER)
    with pytest.raises(CartAlreadyMerged):
        given.without_item(an_id(5), at=LATER)
    with pytest.raises(CartAlreadyMerged):
        given.emptied(at=LATER)


def test_merged_lines_add_up_at_the_customers_price() -> None:
    cart, guest = a_cart(a_line(1, quantity=2, price=100)), a_cart(a_line(1, quantity=3, price=90), a_line(2), number=2)
    merged = cart.merged_with(guest, at=LATER)
    assert merged.lines == (a_line(1, quantity=5, price=100), a_line(2))
    assert (merged.merged, merged.version) == ((guest.id,), 2)


def test_a_guest_cart_is_merged_once() -> None:
    guest = a_cart(a_line(1), number=2, owner=GUEST)
    merged = a_cart().merged_with(guest, at=LATER)
    assert merged.merged_with(guest, at=LATER) is merged


def test_a_merge_is_capped_by_the_limits_of_a_cart() -> None:
    nearly = a_cart(a_line(0, quantity=QUANTITY_MAX), *(a_line(number) for number in range(1, LINES_MAX - 1)))
    guest = a_cart(a_line(0), a_line(500), a_line(501), number=2)
    merged = nearly.merged_with(guest, at=LATER)
    assert len(merged.lines) == LINES_MAX
    assert merged.quantity_of(an_id(0)) == QUANTITY_MAX
    assert (merged.quantity_of(an_id(500)), merged.quantity_of(an_id(501))) == (1, 0)


def test_a_guest_cart_that_was_handed_over_adds_nothing() -> None:
    *_, given, handed_over = a_guest_cart_life()
    cart = a_cart(owner=ALICE)
    assert cart.merged_with(handed_over, at=LATER) is cart
    assert handed_over.handed_over(at=LATER) is handed_over
    assert lines_of(given) != lines_of(handed_over) == {}


def test_an_item_is_shown_at_todays_price_with_the_old_one_beside_it() -> None:
    line = a_line(1, quantity=3, price=100)
    offer = Offer(product_id=an_id(1), sku="S", name="N", price=usd(90), available=7, for_sale=True)
    item = Item.of(line, offer)
    assert (item.unit_price, item.line_total, item.price_changed_from, item.available) == (
        usd(90),
        usd(270),
        usd(100),
        7,
    )
    assert Item.of(a_line(1, price=90), offer).price_changed_from is None


def test_an_item_that_is_not_sold_has_no_units_to_be_had() -> None:
    offer = Offer(product_id=an_id(1), sku="S", name="N", price=usd(90), available=7, for_sale=False)
    assert Item.of(a_line(1), offer).available == 0
    assert Item.of(a_line(1), None).available == 0
