"""What goes on without anyone asking: orders are taken up again, and events are told."""

from datetime import timedelta

import pytest

from core.order.errors import OutOfStock
from core.order.model import HANDLER_TIME, Order
from core.shared.context import Caller
from core.shared.errors import Unavailable
from tests.core.order.orders import ALICE, BOB, after
from tests.core.order.shop import CHECKOUT_SECONDS, Shop, down

CUSTOMER = Caller(id=ALICE, kind="customer")


async def left_pending(shop: Shop, *, units: int = 5, customer_id: str = ALICE) -> tuple[Order, str]:
    """An order that was made while no stock could be held."""
    product = await shop.sell(units)
    await shop.put(product, 2, customer_id=customer_id)
    order = (await shop.services(down("stock.hold")).place(customer_id=customer_id)).order
    assert order.state == "PENDING"
    return order, product


async def test_a_fresh_order_is_left_to_its_request() -> None:
    shop = Shop()
    await left_pending(shop)
    shop.clock.advance(HANDLER_TIME.total_seconds() - 0.001)
    assert (await shop.calm.order.resume_orders()).done == 0
    shop.clock.advance(0.001)
    assert (await shop.calm.order.resume_orders()).done == 1
    assert (await shop.the_order()).state == "CONFIRMED"


async def test_an_order_past_its_deadline_is_given_up() -> None:
    shop = Shop()
    _, product = await left_pending(shop)
    shop.clock.advance(CHECKOUT_SECONDS)
    await shop.calm.order.resume_orders()
    order = await shop.the_order()
    assert (order.state, order.cancel_reason, order.history[-1].by) == ("CANCELLED", "timed_out", "system")
    assert (await shop.stock(product)).available == 5
    assert await shop.in_cart() == {product: 2}
    assert (await shop.calm.place()).order.status == "confirmed"


async def test_a_decided_order_is_driven_to_its_end_after_any_time() -> None:
    shop = Shop()
    product = await shop.sell(5)
    await shop.put(product, 2)
    order = (await shop.services(down("carts.subtract")).place()).order
    assert (order.status, order.todos) == ("confirmed", ("subtract_cart",))
    assert await shop.in_cart() == {product: 2}
    shop.clock.advance(timedelta(days=3).total_seconds())
    await shop.calm.order.resume_orders()
    assert (await shop.the_order()).todos == ()
    assert await shop.in_cart() == {}


async def test_a_failure_is_reported_and_tried_again_later_and_later() -> None:
    shop = Shop()
    order, _ = await left_pending(shop)
    services = shop.services(down("stock.release"))
    await services.order.cancel_order(order_id=order.id, caller=CUSTOMER)
    waits = []
    shop.clock.advance(5)
    for _ in range(4):
        report = await services.order.resume_orders()
        assert report.failures == (f"order {order.id}: unavailable: It is down.",)
        assert (await services.order.resume_orders()) == type(report)(done=0, failures=())
        next_try = (await shop.the_order()).next_try
        assert next_try is not None
        waits.append((next_try - shop.clock.now()).total_seconds())
        shop.clock.advance(waits[-1])
    assert [round(wait / waits[0]) for wait in waits] == [1, 2, 4, 8]
    await shop.settle_down()
    assert await shop.violations() == []


async def test_one_orders_trouble_does_not_hold_up_the_others() -> None:
    shop = Shop()
    first, _ = await left_pending(shop)
    second, _ = await left_pending(shop, customer_id=BOB)
    troubled = [first.id]

    async def trouble(call: str) -> None:
        if call == "stock.hold:before" and troubled:
            troubled.pop()
            raise Unavailable("It is down.")

    shop.clock.advance(6)
    report = await shop.services(trouble).order.resume_orders()
    assert (report.done, len(report.failures)) == (1, 1)
    assert (await shop.orders.get(first.id)).state == "PENDING"
    assert (await shop.orders.get(second.id)).state == "CONFIRMED"


async def test_an_order_is_claimed_by_one_worker() -> None:
    shop = Shop()
    await left_pending(shop)
    shop.clock.advance(6)
    held: list[int] = []

    async def another_worker_first(call: str) -> None:
        if call == "orders.due:after":
            held.append((await shop.calm.order.resume_orders()).done)

    assert (await shop.services(another_worker_first).order.resume_orders()).done == 0
    assert held == [1]
    assert (await shop.the_order()).state == "CONFIRMED"


async def test_a_round_takes_no_more_than_its_limit() -> None:
    shop = Shop()
    for customer in (ALICE, BOB):
        await left_pending(shop, customer_id=customer)
    shop.clock.advance(6)
    assert (await shop.calm.order.resume_orders(limit=1)).done == 1
    assert (await shop.calm.order.resume_orders(limit=9)).done == 1
    assert (await shop.calm.order.resume_orders(limit=9)).done == 0


async def test_a_shortage_that_the_worker_meets_is_what_the_client_is_told() -> None:
    shop = Shop()
    product = await shop.sell(2)
    await shop.put(product, 2)
    await shop.services(down("stock.hold")).place(key="k")
    await shop.remove_units(product, 1)
    shop.clock.advance(6)
    await shop.calm.order.resume_orders()
    with pytest.raises(OutOfStock) as refusal:
        await shop.calm.place(key="k")
    assert refusal.value.replayed


async def confirmed_and_cancelled(shop: Shop, customer_id: str) -> Order:
    product = await shop.sell(5)
    await shop.put(product, customer_id=customer_id)
    order = (await shop.calm.place(customer_id=customer_id)).order
    shop.clock.advance(1)
    caller = Caller(id=customer_id, kind="customer")
    cancelled = await shop.calm.order.cancel_order(order_id=order.id, caller=caller)
    shop.clock.advance(1)
    return cancelled


async def test_events_are_told_in_the_order_of_each_order() -> None:
    shop = Shop()
    order = await confirmed_and_cancelled(shop, ALICE)
    assert (await shop.calm.order.relay_events()).done == 2
    assert [event.type for event in shop.publisher.told] == ["order.confirmed", "order.cancelled"]
    assert [event.id for event in shop.publisher.told] == [event.id for event in order.outbox]
    assert [event.at for event in shop.publisher.told] == [after(0), after(1)]


async def test_what_was_told_is_not_told_again() -> None:
    shop = Shop()
    await confirmed_and_cancelled(shop, ALICE)
    await shop.calm.order.relay_events()
    assert (await shop.calm.order.relay_events()).done == 0
    assert len(shop.publisher.told) == 2
    assert (await shop.the_order()).outbox == ()


async def test_the_relay_stops_at_a_failure_and_goes_on_from_there() -> None:
    shop = Shop()
    first = await confirmed_and_cancelled(shop, ALICE)
    await confirmed_and_cancelled(shop, BOB)
    told: list[str] = []

    async def second_fails(call: str) -> None:
        if call == "publisher.publish:before":
            told.append(call)
            if len(told) == 2:
                raise Unavailable("The queue is down.")

    report = await shop.services(second_fails).order.relay_events()
    assert (report.done, len(shop.publisher.told)) == (1, 1)
    assert report.failures == (f"event {first.outbox[1].id}: unavailable: The queue is down.",)
    shop.clock.advance(11)
    assert (await shop.calm.order.relay_events()).done == 3
    types = [(event.subject == first.id, event.type) for event in shop.publisher.told]
    assert types == [
        (True, "order.confirmed"),
        (False, "order.confirmed"),
        (False, "order.cancelled"),
        (True, "order.cancelled"),
    ]


async def test_relays_side_by_side_tell_each_event_once() -> None:
    shop = Shop()
    for customer_id in (ALICE, BOB):
        await confirmed_and_cancelled(shop, customer_id)
    for call in ("publisher.publish:before", "publisher.publish:after", "orders.save:after"):
        others: list[int] = []

        async def another_relay(now: str, call: str = call, others: list[int] = others) -> None:
            if now == call and not others:
                others.append(0)
                others.append((await shop.calm.order.relay_events()).done)

        await shop.services(another_relay).order.relay_events()
    ids = [event.id for event in shop.publisher.told]
    assert len(ids) == len(set(ids)) == 4


async def test_an_event_told_before_a_crash_is_told_again_under_the_same_id() -> None:
    shop = Shop()
    order = await confirmed_and_cancelled(shop, ALICE)
    saves: list[str] = []

    async def second_save_fails(call: str) -> None:
        if call == "orders.save:before":
            saves.append(call)
            if len(saves) == 2:
                raise Unavailable("The store is down.")

    with pytest.raises(Unavailable):
        await shop.services(second_save_fails).order.relay_events()
    shop.clock.advance(11)
    await shop.calm.order.relay_events()
    assert [event.id for event in shop.publisher.told] == [
        order.outbox[0].id,
        order.outbox[0].id,
        order.outbox[1].id,
    ]


async def test_an_order_that_changes_while_its_event_is_told_keeps_its_change() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))
    order = (await shop.calm.place()).order
    shipped: list[str] = []

    async def ship(call: str) -> None:
        if call == "publisher.publish:after" and not shipped:
            shipped.append(call)
            await shop.calm.order.move_order(order_id=order.id, status="shipped", note="")

    await shop.services(ship).order.relay_events()
    shop.clock.advance(11)
    kept = await shop.the_order()
    assert (kept.status, [event.type for event in kept.outbox]) == ("shipped", ["order.shipped"])
    await shop.calm.order.relay_events()
    assert [event.type for event in shop.publisher.told] == ["order.confirmed", "order.shipped"]


async def test_a_refused_order_is_told_of_too() -> None:
    shop = Shop()
    await left_pending(shop)
    shop.clock.advance(60)
    await shop.settle_down()
    assert [event.type for event in shop.publisher.told] == ["order.refused"]
