"""The contract of `core.order.ports.EventPublisher`, seen from who listens."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from core.order.ports import EventPublisher
from core.shared.events import Event
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


async def events_are_told_in_turn(wire: Wire) -> None:
    events = [an_event(number) for number in (1, 3, 2)]
    for event in events:
        await wire.publisher.publish(event)
    assert list(wire.told()) == events


async def an_event_is_told_whole(wire: Wire) -> None:
    event = an_event(
        7, text="two\nlines, “quoted” 📦 %s {}", total={"amount": 10**15}, lines=[{"quantity": 1}], none=None
    )
    await wire.publisher.publish(event)
    assert list(wire.told()) == [event]


async def an_event_that_comes_twice_is_told_under_one_id(wire: Wire) -> None:
    for _ in range(2):
        await wire.publisher.publish(an_event())
    assert {event.id for event in wire.told()} == {an_event().id}


async def what_was_told_is_told(wire: Wire) -> None:
    lines = [1, 2]
    await wire.publisher.publish(an_event(lines=lines))
    lines.append(3)
    assert list(wire.told()) == [an_event(lines=[1, 2])]
