"""The contract of `core.order.ports.Orders`, where it tells how much is left to do."""

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from core.order.model import Backlog, Order, State
from core.order.ports import Orders
from core.shared.rounds import Waiting
from tests.adapters.contracts.values import is_utc
from tests.core.order.orders import LIVES, after, confirmed, placed, refused, shipped

NOTHING = Waiting(count=0, oldest=None)


def _left_of(orders: Iterable[Order]) -> Backlog:
    """By looking at every order there is."""
    waiting: dict[State, list[Order]] = {state: [] for state in get_args(State)}
    events = []
    for order in orders:
        events += [event.at for event in order.outbox]
        if order.next_try is not None:
            waiting[order.state].append(order)
    return Backlog(
        unfinished={
            state: Waiting(count=len(found), oldest=min((order.history[-1].at for order in found), default=None))
            for state, found in waiting.items()
        },
        untold=Waiting(count=len(events), oldest=min(events, default=None)),
    )


async def nothing_is_left_of_nothing(orders: Orders) -> None:
    backlog = await orders.backlog(limit=10)
    assert backlog.unfinished == dict.fromkeys(get_args(State), NOTHING)
    assert backlog.untold == NOTHING


async def what_is_left_of_each_life_is_told_all_along(orders: Orders) -> None:
    lives = [life() for life in LIVES]
    now: dict[str, Order] = {}
    for step in range(max(map(len, lives))):
        for life in lives:
            if step < len(life):
                order = life[step]
                await (orders.save(order) if order.id in now else orders.add(order))
                now[order.id] = order
                assert await orders.backlog(limit=100) == _left_of(now.values())
    assert (await orders.backlog(limit=100)).unfinished == dict.fromkeys(get_args(State), NOTHING)


async def an_order_waits_in_its_state_since_its_status_changed(orders: Orders) -> None:
    for order in (placed(1), placed(2).held(at=after(1)), confirmed(3), shipped(4), shipped(5, at=after(30))):
        await orders.add(replace(order, next_try=after(500)))
    backlog = await orders.backlog(limit=10)
    assert backlog.unfinished == {
        **dict.fromkeys(get_args(State), NOTHING),
        "PENDING": Waiting(count=1, oldest=after(0)),
        "HELD": Waiting(count=1, oldest=after(0)),
        "CONFIRMED": Waiting(count=1, oldest=after(2)),
        "SHIPPED": Waiting(count=2, oldest=after(60)),
    }
    assert is_utc(*(waiting.oldest for waiting in (*backlog.unfinished.values(), backlog.untold)))


async def events_are_untold_until_they_were_told_whoever_is_telling_them(orders: Orders) -> None:
    order = shipped(1)
    await orders.add(order)
    claimed = order.being_told(now=after(90))
    await orders.save(claimed)
    assert (await orders.backlog(limit=10)).untold == Waiting(count=2, oldest=after(2))
    await orders.add(refused(2))
    assert (await orders.backlog(limit=10)).untold == Waiting(count=3, oldest=after(1))
    await orders.save(claimed.sent(order.outbox[0].id))
    assert (await orders.backlog(limit=10)).untold == Waiting(count=2, oldest=after(1))


async def no_more_orders_are_looked_at_than_were_asked_for_those_whose_turn_comes_first(orders: Orders) -> None:
    for number in range(5):
        order = replace(placed(number, at=after(number)), next_try=after(100 - number), outbox=())
        await orders.add(order)
        done = confirmed(10 + number).ticked("subtract_cart")
        (event,) = done.outbox
        await orders.add(replace(done, outbox=(replace(event, at=after(50 - number)),)))
    for limit in (1, 3, 5):
        backlog = await orders.backlog(limit=limit)
        assert backlog.unfinished["PENDING"] == Waiting(count=limit, oldest=after(5 - limit))
        assert backlog.untold == Waiting(count=limit, oldest=after(46))
