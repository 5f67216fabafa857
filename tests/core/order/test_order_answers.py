"""What an order says of itself: its sums, its number, why it failed, and whether its cart still agrees."""

import re
from typing import Any

import pytest

from core.order.errors import CartChanged, OrderCancelled, OutOfStock, Shortage
from core.order.model import CancelReason, RequestKey
from tests.builders import an_id, usd
from tests.core.order.orders import TOTAL, a_cart, a_line, after, confirmed, placed, refused, shipped


def test_the_total_is_the_sum_of_the_lines() -> None:
    assert placed().total == TOTAL
    assert [line.line_total for line in placed().lines] == [usd(3_998), usd(500)]


def test_two_lines_of_one_product_are_counted_together() -> None:
    order = placed(lines=(a_line(2), a_line(1, quantity=3), a_line(2, quantity=4)))
    assert order.quantities == {an_id(2): 6, an_id(1): 3}


def test_the_number_is_the_day_and_forty_random_bits() -> None:
    assert re.fullmatch(r"360102-[0-9A-HJKMNP-TV-Z]{8}", placed().number)
    assert placed(31).number != placed(32).number
    assert placed(id="019b7d3a-7a88-7000-8000-00ffffffffff").number.endswith("-ZZZZZZZZ")
    assert placed(id="019b7d3a-7a88-7000-8000-ff0000000000").number.endswith("-00000000")


def test_a_key_is_known_again_by_what_the_request_said() -> None:
    assert RequestKey.given("k", {"a": 1, "b": 2}) == RequestKey.given("k", {"b": 2, "a": 1})
    assert RequestKey.given("k", {"a": 1}).fingerprint != RequestKey.given("k", {"a": 2}).fingerprint


def test_a_callers_key_is_never_taken_for_a_carts() -> None:
    assert RequestKey.given("cart:x:1", {}).key != RequestKey.of_cart("x", 1).key


@pytest.mark.parametrize("order", [placed(), placed().held(at=after(1)), confirmed(), shipped()])
def test_an_order_that_may_yet_be_confirmed_or_was_has_no_refusal(order: Any) -> None:
    assert order.refusal() is None
    assert not order.failed


def test_an_order_cancelled_after_it_was_confirmed_is_no_refusal() -> None:
    order = confirmed().called_off(at=after(3), by="customer").cancelled(at=after(4))
    assert order.refusal() is None
    assert (order.ever_confirmed, order.confirmed_at) == (True, after(2))


def test_an_order_short_of_stock_names_every_short_line() -> None:
    refusal = refused().refusal()
    assert isinstance(refusal, OutOfStock)
    assert refusal.lines == (Shortage(product_id=an_id(1), quantity=2, available=1),)
    assert refusal.facts == {"lines": refusal.lines, "order_id": an_id(31)}


def test_an_order_whose_cart_changed_says_so() -> None:
    refusal = placed().cancelling("cart_changed", at=after(1)).refusal()
    assert isinstance(refusal, CartChanged)
    assert refusal.facts == {"order_id": an_id(31)}


@pytest.mark.parametrize("reason", ["timed_out", "product_not_for_sale", "customer_request", "admin_request"])
def test_any_other_failed_order_was_cancelled_for_a_reason(reason: CancelReason) -> None:
    refusal = placed().cancelling(reason, at=after(1)).refusal()
    assert isinstance(refusal, OrderCancelled)
    assert refusal.facts == {"order_id": an_id(31), "reason": reason}


def test_a_cart_still_holds_what_was_ordered_if_more_was_added() -> None:
    order = placed()
    cart = a_cart(order)
    assert order.is_all_in(cart)
    more = tuple(type(line)(product_id=line.product_id, quantity=9, price=line.price) for line in cart.lines)
    assert order.is_all_in(a_cart(order, lines=more, version=9))


def test_a_cart_that_holds_less_is_another() -> None:
    order = placed()
    assert not order.is_all_in(a_cart(order, lines=a_cart(order).lines[:1]))
    assert not order.is_all_in(a_cart(placed(lines=(a_line(1, quantity=1), a_line(2)))))
    assert not order.is_all_in(a_cart(order, id=an_id(77)))


def test_the_audit_is_told_what_it_needs() -> None:
    order = confirmed()
    record = order.record()
    assert (record.id, record.customer_id, record.state, record.ever_confirmed) == (
        order.id,
        order.customer_id,
        "CONFIRMED",
        True,
    )
    assert (record.cart_id, record.cart_version, record.deadline, record.todos, record.total) == (
        order.cart_id,
        order.cart_version,
        order.deadline,
        ("subtract_cart",),
        TOTAL,
    )
    assert [(line.product_id, line.quantity, line.unit_price) for line in record.lines] == [
        (an_id(1), 2, usd(1_999)),
        (an_id(2), 1, usd(500)),
    ]
