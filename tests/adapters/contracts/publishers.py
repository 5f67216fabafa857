"""The contract of `core.order.ports.EventPublisher`, seen from who listens."""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.order.ports import EventPublisher
from core.shared.events import Event
from core.shared.money import MAX_AMOUNT
from tests.adapters.contracts.rivals import MANY
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.core.order.orders import after


class Wire(Protocol):
    """A publisher, and what came out at its other end."""

    publisher: EventPublisher

    @abstractmethod
    def told(self) -> Sequence[Event]: ...


def an_event(number: int = 1, **data: object) -> Event:
    return Event(id=f"order:{number}", type="order.confirmed", subject="order", at=after(number / 1000), data=data)


async def nothing_is_told_before_it_happened(wire: Wire) -> None:
    assert list(wire.told()) == []


async def events_are_told_in_turn_and_at_once(wire: Wire) -> None:
    events = [an_event(number) for number in (1, 3, 2, 10)]
    for count, event in enumerate(events, start=1):
        await wire.publisher.publish(event)
        assert list(wire.told()) == events[:count]


async def many_events_that_come_at_once_are_all_told(wire: Wire) -> None:
    events = [an_event(number) for number in range(MANY)]
    await asyncio.gather(*map(wire.publisher.publish, events))
    assert sorted(wire.told(), key=lambda event: event.at) == events


async def an_event_is_told_to_the_character(wire: Wire) -> None:
    events = [
        Event(id=text, type=text, subject=text, at=after(number), data={text: text, "-": [text]})
        for number, text in enumerate(TEXTS)
    ]
    for event in events:
        await wire.publisher.publish(event)
    assert list(wire.told()) == events


async def an_event_is_told_with_all_its_data(wire: Wire) -> None:
    data: dict[str, object] = {
        "total": {"amount": MAX_AMOUNT, "currency": "USD"},
        "lines": [{"quantity": 1}, {}, []],
        "numbers": [0, -1, 2**63 - 1, 0.1, 1e300],
        "others": [True, False, None],
    }
    await wire.publisher.publish(an_event(7, **data))
    await wire.publisher.publish(an_event(8))
    told, empty = wire.told()
    assert (told, empty) == (an_event(7, **data), an_event(8))
    assert repr(told.data["others"]) == repr(data["others"])
    assert repr(told.data["numbers"]) == repr(data["numbers"])


async def every_time_is_told_in_utc_to_the_millisecond(wire: Wire) -> None:
    events = [replace(an_event(number), at=moment) for number, moment in enumerate(MOMENTS)]
    for event in events:
        await wire.publisher.publish(event)
    assert list(wire.told()) == events
    assert is_utc(*(event.at for event in wire.told()))


async def an_event_that_comes_twice_is_told_under_one_id(wire: Wire) -> None:
    for _ in range(2):
        await wire.publisher.publish(an_event())
    told = wire.told()
    assert told
    assert all(event == an_event() for event in told)


async def what_was_told_stays_as_it_was(wire: Wire) -> None:
    lines = [1, 2]
    data: dict[str, object] = {"lines": lines}
    await wire.publisher.publish(replace(an_event(), data=data))
    lines.append(3)
    data["n"] = 1
    assert list(wire.told()) == [an_event(lines=[1, 2])]
