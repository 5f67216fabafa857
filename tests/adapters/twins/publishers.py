"""Publishers of events as one could get them wrong."""

import asyncio
from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime

from adapters.outbound.memory.order import MemoryPublisher
from core.shared.events import Event
from tests.adapters.twins.times import on_another_clock


class _Altering(MemoryPublisher):
    """Tells another event than it was given."""

    @abstractmethod
    def altered(self, event: Event) -> Event: ...

    async def publish(self, event: Event) -> None:
        await super().publish(self.altered(event))


class Silent(MemoryPublisher):
    """Says that it told, and does not."""

    async def publish(self, event: Event) -> None:
        pass


class Overeager(MemoryPublisher):
    """Tells that it is there before anything happened."""

    def __init__(self) -> None:
        super().__init__()
        hello = Event(id="", type="publisher.started", subject="", at=datetime(2026, 1, 1, tzinfo=UTC), data={})
        self._told.append(hello)


class OnceATypeOnly(MemoryPublisher):
    """Takes a second event of a type for the first."""

    async def publish(self, event: Event) -> None:
        if all(other.type != event.type for other in self.told):
            await super().publish(event)


class LastOnly(MemoryPublisher):
    """Tells the last event in place of the one before."""

    async def publish(self, event: Event) -> None:
        self._told.clear()
        await super().publish(event)


class Held(MemoryPublisher):
    """Waits for a second event before it tells the first."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Event] = []

    async def publish(self, event: Event) -> None:
        self._waiting.append(event)
        if len(self._waiting) == 2:
            for each in self._waiting:
                await super().publish(each)
            self._waiting = []


class ToldLater(MemoryPublisher):
    """Leaves the telling to a task that nobody waits for."""

    async def publish(self, event: Event) -> None:
        self._task = asyncio.ensure_future(super().publish(event))


class NewestFirst(MemoryPublisher):
    """Tells what happened last first."""

    async def publish(self, event: Event) -> None:
        self._told.appendleft(event)


class ByTime(MemoryPublisher):
    """Puts events in the order of their times, not of their telling."""

    async def publish(self, event: Event) -> None:
        await super().publish(event)
        told = sorted(self._told, key=lambda each: each.at)
        self._told.clear()
        self._told.extend(told)


class ReadAndWritten(MemoryPublisher):
    """Reads all that was told, lets somebody else pass, and writes it back with one event more."""

    async def publish(self, event: Event) -> None:
        told = [*self._told, event]
        await asyncio.sleep(0)
        self._told.clear()
        self._told.extend(told)


class Aliased(MemoryPublisher):
    """Keeps what it was given, which its giver may change."""

    async def publish(self, event: Event) -> None:
        self._told.append(event)


class AliasedBelow(_Altering):
    """Copies the data of an event, and not what is in it."""

    async def publish(self, event: Event) -> None:
        self._told.append(self.altered(event))

    def altered(self, event: Event) -> Event:
        return replace(event, data=dict(event.data))


class IdAnew(MemoryPublisher):
    """Gives an event that comes again another id, so that nobody knows it again."""

    async def publish(self, event: Event) -> None:
        times = sum(told.id.partition("#")[0] == event.id for told in self._told)
        await super().publish(replace(event, id=f"{event.id}#{times}") if times else event)


class DataForgotten(_Altering):
    """Tells that something happened, not to what."""

    def altered(self, event: Event) -> Event:
        return replace(event, data={})


class EmptyLeftOut(_Altering):
    """Leaves out what is empty."""

    def altered(self, event: Event) -> Event:
        return replace(event, data={name: value for name, value in event.data.items() if value})


class OneLevel(_Altering):
    """Tells what is nested as text."""

    def altered(self, event: Event) -> Event:
        plain = (str, int, float, list, type(None))
        return replace(
            event, data={name: value if isinstance(value, plain) else str(value) for name, value in event.data.items()}
        )


class YesIsOne(_Altering):
    """Takes yes and no for numbers."""

    def altered(self, event: Event) -> Event:
        return replace(event, data={name: _numbered(value) for name, value in event.data.items()})


def _numbered(value: object) -> object:
    return [int(each) if isinstance(each, bool) else each for each in value] if isinstance(value, list) else value


class Ascii(_Altering):
    """Knows no letters but those of English."""

    def altered(self, event: Event) -> Event:
        return replace(event, subject=event.subject.encode("ascii", "replace").decode())


class OneLine(_Altering):
    """Cuts an event at the end of its line."""

    def altered(self, event: Event) -> Event:
        return replace(event, type=event.type.partition("\n")[0])


class NaiveTimes(_Altering):
    """Loses the time zone."""

    def altered(self, event: Event) -> Event:
        return replace(event, at=event.at.replace(tzinfo=None))


class LocalTimes(_Altering):
    """Tells the right moment on another clock."""

    def altered(self, event: Event) -> Event:
        return replace(event, at=on_another_clock(event.at))


class WholeSeconds(_Altering):
    """Cuts times to the second."""

    def altered(self, event: Event) -> Event:
        return replace(event, at=event.at.replace(microsecond=0))


class TimesOfTelling(_Altering):
    """Tells when it was told in place of when it happened."""

    def altered(self, event: Event) -> Event:
        return replace(event, at=datetime(2026, 1, 1, tzinfo=UTC))
