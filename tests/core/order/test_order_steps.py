"""What is left to do with an order, and when it is looked at again: told from the order alone."""

from datetime import timedelta
from itertools import pairwise

import pytest

from core.order.model import BACKOFF_MAX, HANDLER_TIME, Order, Step
from tests.core.order.orders import a_key, after, confirmed, placed, refused, shipped


@pytest.mark.parametrize(
    ("order", "step"),
    [
        (placed(), "hold_stock"),
        (placed().held(at=after(1)), "confirm"),
        (confirmed(), "subtract_cart"),
        (confirmed().ticked("subtract_cart"), None),
        (shipped(), "settle_stock"),
        (confirmed().moved_to("shipped", at=after(9), by="admin", note=""), "subtract_cart"),
        (shipped().ticked("settle_stock"), None),
        (shipped().moved_to("delivered", at=after(99), by="admin", note=""), "settle_stock"),
        (placed().cancelling("timed_out", at=after(1)), "release_stock"),
        (confirmed().called_off(at=after(3), by="customer"), "release_stock"),
        (confirmed().called_off(at=after(3), by="customer").cancelled(at=after(4)), "subtract_cart"),
        (refused(), None),
    ],
)
def test_the_next_step_follows_from_the_order(order: Order, step: Step | None) -> None:
    assert order.next_step(after(10)) == step
    assert (order.next_try is None) == (step is None)


@pytest.mark.parametrize("order", [placed(), placed().held(at=after(1))])
def test_an_undecided_order_is_given_up_at_its_deadline(order: Order) -> None:
    assert order.next_step(after(29.999)) != "give_up"
    assert order.next_step(after(30)) == "give_up"


@pytest.mark.parametrize("order", [confirmed(), shipped(), placed().cancelling("timed_out", at=after(1))])
def test_a_decided_order_is_never_given_up(order: Order) -> None:
    assert order.next_step(after(10**6)) == order.next_step(after(10))


def test_a_worker_leaves_a_fresh_order_to_its_request() -> None:
    assert placed().next_try == after(0) + HANDLER_TIME
    assert placed().held(at=after(1)).next_try == after(1) + HANDLER_TIME


def test_joining_an_order_does_not_put_it_off() -> None:
    assert placed().joined_by(a_key()).next_try == placed().next_try


def test_the_time_to_the_next_try_doubles() -> None:
    order, waits = placed(), []
    for _ in range(14):
        order = order.postponed(now=after(0))
        assert order.next_try is not None
        waits.append(order.next_try - after(0))
    doubled = [next_wait - 2 * wait for wait, next_wait in pairwise(waits[:9])]
    assert all(abs(difference) <= timedelta(milliseconds=1) for difference in doubled)
    assert waits[-1] <= 1.5 * BACKOFF_MAX
    assert waits[-1] == waits[-2]
    assert (order.tries, order.version, order.revision) == (14, 1, 15)


def test_an_order_is_never_put_off_beyond_reason_however_often_it_was_tried() -> None:
    order = placed()
    for _ in range(2000):
        order = order.postponed(now=after(0))
    assert order.next_try is not None
    assert order.next_try <= after(0) + 1.5 * BACKOFF_MAX


def test_orders_put_off_together_do_not_come_back_together() -> None:
    waits = {placed(31 + 997 * number).postponed(now=after(0)).next_try for number in range(50)}
    assert len(waits) > 40
    assert all(wait is not None and after(0.5) <= wait <= after(1.5) for wait in waits)


def test_times_are_whole_milliseconds() -> None:
    for number in range(50):
        next_try = placed(number).postponed(now=after(0.001)).next_try
        assert next_try is not None
        assert next_try.microsecond % 1000 == 0


def test_a_change_of_state_starts_the_tries_anew() -> None:
    order = placed().postponed(now=after(5)).postponed(now=after(7)).held(at=after(9))
    assert (order.tries, order.next_try) == (0, after(9) + timedelta(seconds=5))


def test_what_is_done_is_ticked_off_alone() -> None:
    order = confirmed().moved_to("shipped", at=after(9), by="admin", note="")
    assert order.ticked("settle_stock").todos == ("subtract_cart",)
    assert order.ticked("settle_stock").open_cart == order.cart_id
    assert order.ticked("subtract_cart").todos == ("settle_stock",)
    assert order.ticked("subtract_cart").version == order.version
