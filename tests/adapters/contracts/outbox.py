"""The contract of `core.order.ports.Orders`, where it keeps the events that are to be told, and for whom."""

import asyncio
from dataclasses import replace

import pytest

from core.order.model import TELLING_TIME, Order
from core.order.ports import Orders
from core.shared.errors import VersionStale
from core.shared.events import Event
from tests.adapters.contracts.rivals import MANY, kept
from tests.adapters.contracts.values import MOMENTS, TEXTS
from tests.builders import an_id
from tests.core.order.orders import LIVES, after, confirmed, placed, refused

EVER = MOMENTS[-1]


def _events(count: int, data: dict[str, object] | None = None) -> tuple[Event, ...]:
    """Events of one moment, whose ids are in no order."""
    numbers = [number * 7 % 10 for number in range(count)]
    return tuple(
        Event(id=f"{number}", type="order.told", subject="s", at=after(1), data={"n": number} if data is None else data)
        for number in numbers
    )


async def events_are_kept_by_the_save_that_made_them(orders: Orders) -> None:
    for life in LIVES:
        first, *others = life()
        await orders.add(first)
        for order in others:
            await orders.save(order)
            assert (await orders.get(order.id)).outbox == order.outbox
            untold = [found for found in await orders.with_events(EVER, limit=100) if found.id == order.id]
            assert untold == ([order] if order.outbox else [])


async def a_new_order_may_have_events(orders: Orders) -> None:
    for order in (confirmed(1), refused(2), placed(3)):
        await orders.add(order)
    assert await orders.with_events(EVER, limit=100) == (refused(2), confirmed(1))


async def who_sees_a_change_sees_its_events(orders: Orders) -> None:
    """Whenever they look: before, at the same time or after."""
    order = placed().held(at=after(1))
    await orders.add(order)
    confirmed_order = order.confirmed(at=after(2))

    async def look(moments: int) -> Order:
        for _ in range(moments):
            await asyncio.sleep(0)
        return await orders.get(order.id)

    seen = await asyncio.gather(*map(look, range(4)), orders.save(confirmed_order), *map(look, range(4)))
    assert all(found in (order, confirmed_order, None) for found in seen)
    assert await orders.with_events(EVER, limit=100) == (confirmed_order,)


async def a_save_that_is_given_up_keeps_the_change_with_its_events_or_neither(orders: Orders) -> None:
    for moments in range(4):
        order = placed(moments).held(at=after(1))
        await orders.add(order)
        confirmed_order = order.confirmed(at=after(2))
        saving = asyncio.ensure_future(orders.save(confirmed_order))
        for _ in range(moments):
            await asyncio.sleep(0)
        saving.cancel()
        await asyncio.wait({saving})
        assert await orders.get(order.id) in (order, confirmed_order)


async def events_come_back_in_their_order(orders: Orders) -> None:
    order = replace(placed(), outbox=_events(10))
    await orders.add(order)
    assert (await orders.get(order.id)).outbox == _events(10)
    (found,) = await orders.with_events(EVER, limit=9)
    assert found.outbox == _events(10)


async def an_events_data_comes_back_as_it_was(orders: Orders) -> None:
    data: dict[str, object] = {
        "numbers": [0, -1, 10**15, 2**63 - 1, -(2**63), 0.1, -0.5, 1e300],
        "words": [True, False, None, *TEXTS],
        "nested": [{"é": ["x", [1, []]]}, {}, []],
        "keys": {text: text for text in TEXTS if "\0" not in text},
    }
    order = replace(placed(), outbox=_events(1, data))
    await orders.add(order)
    (event,) = (await orders.get(order.id)).outbox
    assert event.data == data
    assert repr(event.data["words"]) == repr(data["words"])
    assert repr(event.data["numbers"]) == repr(data["numbers"])


async def an_events_data_is_nobody_elses(orders: Orders) -> None:
    def order(revision: int = 1) -> tuple[Order, dict[str, object]]:
        data: dict[str, object] = {"list": [{"n": 1}]}
        return replace(placed(), outbox=_events(1, data), revision=revision), data

    added, data = order()
    await orders.add(added)
    data["n"] = "changed after it was kept"
    assert await orders.get(added.id) == order()[0]
    saved, data = order(revision=2)
    await orders.save(saved)
    data["list"] = "changed after it was kept"
    found = (await orders.get(saved.id), *await orders.with_events(EVER, limit=9), *await orders.due(EVER, limit=9))
    for read in found:
        assert isinstance(read.outbox[0].data, dict)
        read.outbox[0].data["n"] = "changed after it was read"
    assert await orders.get(saved.id) == order(revision=2)[0]


async def events_are_there_to_be_told_from_their_time_on(orders: Orders) -> None:
    order = placed().held(at=after(1)).confirmed(at=after(2.001))
    await orders.add(order)
    assert await orders.with_events(after(2), limit=20) == ()
    assert await orders.with_events(after(2.001), limit=20) == (order,)


async def events_are_told_by_the_age_of_the_oldest(orders: Orders) -> None:
    for number, second in ((1, 30), (2, 10), (3, 20)):
        await orders.add(placed(number).held(at=after(1)).confirmed(at=after(second)))
    await orders.add(placed(4))
    assert await _untold(orders) == [2, 3, 1]
    assert await _untold(orders, limit=2) == [2, 3]
    order = await orders.get(an_id(2))
    await orders.save(order.moved_to("shipped", at=after(90), by="admin", note=""))
    assert await _untold(orders) == [2, 3, 1]
    order = await orders.get(an_id(2))
    await orders.save(order.sent(order.outbox[0].id))
    assert await _untold(orders) == [3, 1, 2]


async def events_that_nobody_claims_come_again(orders: Orders) -> None:
    await orders.add(confirmed())
    for _ in range(3):
        assert await orders.with_events(after(90), limit=20) == (confirmed(),)


async def of_many_relays_one_claims_an_orders_events(orders: Orders) -> None:
    await orders.add(confirmed())

    async def relay() -> list[Order]:
        found = await orders.with_events(after(90), limit=20)
        return await kept([order.being_told(now=after(90)) for order in found], orders.save, VersionStale)

    claims = await asyncio.gather(*(relay() for _ in range(MANY)))
    assert [order for claimed in claims for order in claimed] == [confirmed().being_told(now=after(90))]
    assert await orders.with_events(after(99), limit=20) == ()


async def events_that_are_being_told_wait_for_their_turn(orders: Orders) -> None:
    claimed = confirmed().being_told(now=after(90))
    await orders.add(confirmed())
    await orders.save(claimed)
    again = after(90) + TELLING_TIME
    assert await orders.with_events(again - (after(0.001) - after(0)), limit=20) == ()
    assert await orders.with_events(again, limit=20) == (claimed,)


async def events_that_are_being_told_stand_in_nobodys_way(orders: Orders) -> None:
    for number in (1, 2, 3):
        order = confirmed(number)
        await orders.add(order)
        if number < 3:
            await orders.save(order.being_told(now=after(90)))
    assert await _untold(orders, limit=1) == [3]


async def an_event_that_was_told_is_gone_and_no_other(orders: Orders) -> None:
    order = replace(placed(), outbox=_events(3))
    await orders.add(order)
    for left in (2, 1, 0):
        told, *rest = order.outbox
        order = order.sent(told.id)
        await orders.save(order)
        found = await orders.get(order.id)
        assert found.outbox == tuple(rest)
        assert len(rest) == left
        assert await orders.with_events(EVER, limit=20) == ((order,) if left else ())


async def events_that_come_after_all_were_told_are_there_to_be_told(orders: Orders) -> None:
    order = confirmed()
    await orders.add(order)
    claimed = order.being_told(now=after(90))
    await orders.save(claimed)
    told = claimed.sent(order.outbox[0].id)
    await orders.save(told)
    assert await orders.with_events(EVER, limit=20) == ()
    shipped = told.moved_to("shipped", at=after(91), by="admin", note="")
    await orders.save(shipped)
    assert await orders.with_events(after(91), limit=20) == (shipped,)


async def a_refused_save_leaves_the_events_as_they_were(orders: Orders) -> None:
    order = confirmed()
    await orders.add(order)
    shipped = order.moved_to("shipped", at=after(60), by="admin", note="")
    await orders.save(shipped)
    with pytest.raises(VersionStale):
        await orders.save(order.sent(order.outbox[0].id))
    assert await orders.with_events(after(90), limit=20) == (shipped,)


async def _untold(orders: Orders, *, limit: int = 20) -> list[int]:
    return [int(order.id[-12:], 16) for order in await orders.with_events(after(95), limit=limit)]
