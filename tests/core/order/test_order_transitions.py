"""How an order changes its state: which changes are legal, and what each leaves behind."""

from collections.abc import Callable
from itertools import pairwise
from typing import get_args

import pytest

from core.order.errors import IllegalTransition, TooManyKeys
from core.order.model import ALLOWED, HANDLER_TIME, KEYS_MAX, STATUS, CancelReason, Order, RequestKey, State, Status
from tests.builders import NOW, an_id
from tests.core.order.orders import LIVES, TOTAL, a_key, after, confirmed, placed, refused, shipped

STATES: dict[State, Callable[[], Order]] = {
    "PENDING": placed,
    "HELD": lambda: placed().held(at=after(1)),
    "CONFIRMED": confirmed,
    "SHIPPED": shipped,
    "DELIVERED": lambda: shipped().moved_to("delivered", at=after(99), by="admin", note=""),
    "CANCELLING": lambda: placed().cancelling("timed_out", at=after(1)),
    "CANCELLED": refused,
}
REFUSALS = [
    (state, status)
    for state in get_args(State)
    for status in ("pending", "confirmed", "shipped", "delivered", "cancelled")
    if status not in ALLOWED.get(state, ())
]


def test_a_new_order_is_an_intent() -> None:
    order = placed(key=a_key())
    assert (order.state, order.status, order.version, order.revision) == ("PENDING", "pending", 1, 1)
    assert order.open_cart == order.cart_id
    assert [(change.status, change.by, change.at) for change in order.history] == [("pending", "customer", NOW)]
    assert order.next_try == NOW + HANDLER_TIME
    assert (order.todos, order.outbox, order.cancel_reason) == ((), (), None)


def test_a_new_order_answers_its_carts_version_and_the_callers_key() -> None:
    assert [key.key for key in placed(key=a_key("mine")).keys] == [f"cart:{an_id(500_031)}:3", "key:mine"]
    assert placed(key=None).keys == (RequestKey.of_cart(an_id(500_031), 3),)


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_status(state: State) -> None:
    assert STATES[state]().state == state
    assert STATES[state]().status == STATUS[state]


def test_a_confirmed_order_has_its_cart_to_subtract_and_an_event_to_tell() -> None:
    order = confirmed()
    assert order.todos == ("subtract_cart",)
    (event,) = order.outbox
    assert (event.id, event.type, event.subject, event.at) == (
        f"{order.id}:{order.version}",
        "order.confirmed",
        order.id,
        after(2),
    )
    assert event.data == {
        "order_id": order.id,
        "number": order.number,
        "customer_id": order.customer_id,
        "status": "confirmed",
        "version": order.version,
        "total": {"amount": TOTAL.amount, "currency": "USD"},
        "lines": [
            {
                "product_id": an_id(1),
                "name": "Thing 1",
                "quantity": 2,
                "unit_price": {"amount": 1_999, "currency": "USD"},
            },
            {
                "product_id": an_id(2),
                "name": "Thing 2",
                "quantity": 1,
                "unit_price": {"amount": 500, "currency": "USD"},
            },
        ],
    }


def test_holding_stock_is_no_news() -> None:
    held = placed().held(at=after(1))
    assert (held.history, held.outbox) == (placed().history, ())


def test_a_shipped_order_has_its_stock_to_settle() -> None:
    order = confirmed().moved_to("shipped", at=after(60), by="admin", note="Parcel 7")
    assert order.todos == ("subtract_cart", "settle_stock")
    assert [event.type for event in order.outbox] == ["order.confirmed", "order.shipped"]
    last = order.history[-1]
    assert (last.status, last.at, last.by, last.note) == ("shipped", after(60), "admin", "Parcel 7")


def test_a_delivered_order_has_nothing_left_to_do() -> None:
    order = shipped().ticked("settle_stock").moved_to("delivered", at=after(99), by="admin", note="")
    assert (order.next_step(after(10**6)), order.next_try) == (None, None)
    assert order.outbox[-1].type == "order.delivered"


def test_a_delivery_does_not_forget_what_is_left_to_do() -> None:
    order = shipped().moved_to("delivered", at=after(99), by="admin", note="")
    assert order.next_step(after(100)) == "settle_stock"
    assert order.next_try is not None


@pytest.mark.parametrize(("state", "status"), REFUSALS)
def test_nobody_moves_an_order_where_its_state_does_not_lead(state: State, status: Status) -> None:
    with pytest.raises(IllegalTransition) as refusal:
        STATES[state]().moved_to(status, at=after(99), by="admin", note="")
    assert refusal.value.facts["allowed"] == ALLOWED.get(state, ())


def test_a_shopkeeper_moves_a_confirmed_order_to_cancelled() -> None:
    order = confirmed().moved_to("cancelled", at=after(9), by="admin", note="Lost")
    assert (order.state, order.cancel_reason, order.history[-1].note) == ("CANCELLING", "admin_request", "Lost")


@pytest.mark.parametrize("state", ["PENDING", "HELD", "CONFIRMED"])
@pytest.mark.parametrize(("by", "reason"), [("customer", "customer_request"), ("admin", "admin_request")])
def test_an_order_is_called_off_until_it_is_shipped(state: State, by: str, reason: CancelReason) -> None:
    order = STATES[state]().called_off(at=after(9), by=by)  # type: ignore[arg-type]  # the parameters are literals
    assert (order.state, order.cancel_reason, order.history[-1].by) == ("CANCELLING", reason, by)


@pytest.mark.parametrize("state", ["CANCELLING", "CANCELLED"])
def test_calling_off_a_cancelled_order_changes_nothing(state: State) -> None:
    order = STATES[state]()
    assert order.called_off(at=after(9), by="customer") is order


@pytest.mark.parametrize("state", ["SHIPPED", "DELIVERED"])
def test_a_shipped_order_is_not_called_off(state: State) -> None:
    with pytest.raises(IllegalTransition):
        STATES[state]().called_off(at=after(9), by="admin")


@pytest.mark.parametrize("state", ["PENDING", "HELD"])
def test_an_attempt_that_fails_frees_its_cart_and_the_carts_version(state: State) -> None:
    order = STATES[state]().joined_by(a_key("mine")).cancelling("out_of_stock", at=after(9))
    assert order.open_cart is None
    assert [key.key for key in order.keys] == ["key:mine"]
    assert order.failed
    assert order.outbox[-1].type == "order.refused"


def test_a_confirmed_order_that_is_called_off_keeps_its_carts_version_and_has_not_failed() -> None:
    order = confirmed().called_off(at=after(9), by="customer")
    assert order.keys == confirmed().keys
    assert order.open_cart == order.cart_id
    assert order.todos == ("subtract_cart",)
    assert not order.failed
    assert [event.type for event in order.outbox] == ["order.confirmed", "order.cancelled"]


def test_the_cart_is_free_when_it_has_been_subtracted() -> None:
    order = confirmed().ticked("subtract_cart")
    assert (order.open_cart, order.todos, order.next_try) == (None, (), None)


def test_a_cancelled_order_is_told_once() -> None:
    order = confirmed().called_off(at=after(9), by="customer")
    done = order.cancelled(at=after(10))
    assert (done.state, done.history, done.outbox) == ("CANCELLED", order.history, order.outbox)


@pytest.mark.parametrize("life", LIVES)
def test_every_change_is_one_revision_and_every_change_of_state_one_version(life: Callable[[], list[Order]]) -> None:
    orders = life()
    assert [order.revision for order in orders] == list(range(1, len(orders) + 1))
    for before, now in pairwise(orders):
        assert now.version == before.version + (before.state != now.state)


@pytest.mark.parametrize("life", LIVES)
def test_event_ids_are_never_used_twice(life: Callable[[], list[Order]]) -> None:
    events = {event.id: event for order in life() for event in order.outbox}
    types = {(event.subject, event.type) for event in events.values()}
    assert len(events) == len(types)


def test_a_joined_order_answers_one_more_request() -> None:
    order = placed().joined_by(a_key("other"))
    assert order.keys == (*placed().keys, a_key("other"))
    assert (order.version, order.revision, order.state) == (1, 2, "PENDING")


def test_an_order_answers_so_many_keys_and_no_more() -> None:
    order = placed()
    for number in range(KEYS_MAX - len(order.keys)):
        order = order.joined_by(a_key(str(number)))
    with pytest.raises(TooManyKeys) as refused:
        order.joined_by(a_key("one more"))
    assert refused.value.facts == {"order_id": order.id}


def test_events_that_are_being_told_are_left_to_one_relay_for_a_while() -> None:
    order = confirmed().called_off(at=after(9), by="admin").being_told(now=after(20))
    assert (order.untold_since, order.version) == (after(30), confirmed().version + 1)
    first, second = order.outbox
    assert order.sent(first.id).untold_since == after(30)
    assert order.sent(first.id).sent(second.id).untold_since is None
    assert order.sent(first.id).sent(second.id).relay_after is None


def test_what_was_told_is_told_no_more() -> None:
    order = confirmed().called_off(at=after(9), by="admin")
    first, second = order.outbox
    assert order.sent(first.id).outbox == (second,)
    assert order.sent(first.id).version == order.version
