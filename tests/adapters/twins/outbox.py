"""Stores of orders as one could get them wrong, where they keep the events that are to be told."""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import Order
from core.shared.events import Event


class _Altering(MemoryOrders):
    """Keeps other events than it was given."""

    @abstractmethod
    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]: ...

    async def add(self, order: Order) -> None:
        await super().add(replace(order, outbox=self.altered(order.outbox)))

    async def save(self, order: Order) -> None:
        await super().save(replace(order, outbox=self.altered(order.outbox)))


class _Choosing(MemoryOrders):
    """Chooses by itself the orders whose events are to be told."""

    @abstractmethod
    def since(self, order: Order) -> datetime | None: ...

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        found = ((self.since(order), order.id) for order in self._orders.values())
        told = sorted((since, id) for since, id in found if since is not None and since <= now)
        return tuple([await self.get(id) for _, id in told[:limit]])


class EventsWrittenAfterwards(MemoryOrders):
    """Writes the change, lets others pass, and writes the events in a second step."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(replace(order, outbox=kept.outbox if kept else ()))
        await asyncio.sleep(0)
        if self._orders[order.id].revision == order.revision:
            self._keep(order, self._orders[order.id])


class EventsOfANewOrderForgotten(MemoryOrders):
    """Does not expect events of an order that is new."""

    async def add(self, order: Order) -> None:
        await super().add(replace(order, outbox=()))


class EventsBackwards(_Altering):
    """Gives the newest event first."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return events[::-1]


class EventsById(_Altering):
    """Gives events in the order of their ids, which are texts."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(sorted(events, key=lambda event: event.id))


class LastEventOnly(_Altering):
    """Has room for one event an order."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return events[-1:]


class EventsAppended(MemoryOrders):
    """Adds new events to those that it keeps, and never takes one away."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order)
        told = [event for event in kept.outbox if event not in order.outbox] if kept else []
        self._orders[order.id] = replace(order, outbox=(*told, *order.outbox))


class HandedOutOnce(MemoryOrders):
    """Takes what it has handed out for told."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        found = await super().with_events(now, limit=limit)
        for order in found:
            self._untold.move((order.untold_since or now, order.id), None)
        return found


class ClaimOverlooked(_Choosing):
    """Hands out an order's events while another relay tells them."""

    def since(self, order: Order) -> datetime | None:
        return order.outbox[0].at if order.outbox else None


class ClaimedForEver(_Choosing):
    """Leaves an order's events for ever to the relay that began to tell them."""

    def since(self, order: Order) -> datetime | None:
        return order.untold_since if order.relay_after is None else None


class ClaimForgotten(MemoryOrders):
    """Forgets that a relay tells an order's events."""

    async def save(self, order: Order) -> None:
        await super().save(replace(order, relay_after=None))


class ClaimedAmongTheLimit(MemoryOrders):
    """Cuts the list first, and then takes out what is claimed."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        def oldest(order: Order) -> datetime:
            return order.outbox[0].at

        found = sorted((order for order in self._orders.values() if order.outbox), key=oldest)
        return tuple([await self.get(order.id) for order in found[:limit] if (order.untold_since or now) <= now])


class EventsOfFailuresForgotten(_Choosing):
    """Tells nobody of an attempt that failed."""

    def since(self, order: Order) -> datetime | None:
        return None if order.failed else order.untold_since


class EventsOfDoneForgotten(_Choosing):
    """Takes an order with nothing left to do for one with nothing left to tell."""

    def since(self, order: Order) -> datetime | None:
        return None if order.next_try is None else order.untold_since


class NewestEventCounts(_Choosing):
    """Counts from the newest event of an order, which so waits the longer the more happens to it."""

    def since(self, order: Order) -> datetime | None:
        return order.untold_since and max(order.untold_since, order.outbox[-1].at)


class EventsByOrder(MemoryOrders):
    """Takes the oldest order for the longest untold."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        found = await super().with_events(now, limit=len(self._orders))
        return tuple(sorted(found, key=lambda order: order.id))[:limit]


class EventsTooSoon(MemoryOrders):
    """Tells of what has not happened yet."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().with_events(max(now, now.replace(microsecond=999_999)), limit=limit)


class EventsTooLate(MemoryOrders):
    """Does not count the moment itself."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().with_events(now - timedelta(milliseconds=1), limit=limit)


class EventsOfAll(MemoryOrders):
    """Hands out all orders with events, however many they are."""

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().with_events(now, limit=limit + len(self._orders))


class UntoldForEver(MemoryOrders):
    """Leaves an order in the list of those with events when all were told."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order)
        if kept is not None and kept.untold_since is not None and not order.outbox:
            self._untold.move(None, (kept.untold_since, order.id))


class NoEventsAgain(MemoryOrders):
    """Does not expect events of an order whose events were all told."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order)
        if kept is not None and not kept.outbox and kept.relay_after is None and kept.todos and order.untold_since:
            self._untold.move((order.untold_since, order.id), None)


class AliasedWhenKept(MemoryOrders):
    """Keeps the data of an event that it was given, which its giver may change."""

    def _keep(self, order: Order, old: Order | None) -> None:
        super()._keep(order, old)
        self._orders[order.id] = order


class AliasedWhenGot(MemoryOrders):
    """Hands out the data of an event that it keeps, which who gets it may change."""

    async def get(self, id: str) -> Order:
        await super().get(id)
        return self._orders[id]


class AliasedWhenDue(MemoryOrders):
    """Hands out what it keeps in a list, which who gets it may change."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return tuple(self._orders[order.id] for order in await super().due(now, limit=limit))


class DataAsFloats(_Altering):
    """Keeps numbers as JavaScript does."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(
            replace(event, data=json.loads(json.dumps(event.data), parse_int=lambda digits: int(float(digits))))
            for event in events
        )


class DataWithoutNone(_Altering):
    """Leaves out of an event's data what is nothing."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(replace(event, data=_without_none(event.data)) for event in events)


def _without_none(data: Mapping[str, object]) -> dict[str, object]:
    return {
        name: [each for each in value if each is not None] if isinstance(value, list) else value
        for name, value in data.items()
    }


class KeysOfPaths(_Altering):
    """Takes a dot in a key for the way to something nested."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(replace(event, data=_nested(event.data)) for event in events)


def _nested(data: Mapping[str, object]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for name, value in data.items():
        outer, dot, inner = name.partition(".")
        nested[outer] = (_nested(value) if isinstance(value, dict) else value) if not dot else {inner: value}
    return nested


class KeysWithoutDollar(_Altering):
    """Takes a dollar at the beginning of a key away, which an older database does not bear."""

    def altered(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(replace(event, data=_undollared(event.data)) for event in events)


def _undollared(data: Mapping[str, object]) -> dict[str, object]:
    return {
        name.removeprefix("$"): _undollared(value) if isinstance(value, dict) else value for name, value in data.items()
    }
