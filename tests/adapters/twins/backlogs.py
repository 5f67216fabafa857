"""Stores of orders as one could get them wrong, where they tell how much is left to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import Backlog, Order


class _Looking(MemoryOrders):
    """Looks at every order there is."""

    unfinished: Callable[[Order], bool] = staticmethod(lambda order: order.next_try is not None)
    since: Callable[[Order], datetime] = staticmethod(lambda order: order.changed_at)
    told_of: Callable[[Order], bool] = staticmethod(lambda order: True)

    async def backlog(self, *, limit: int) -> Backlog:
        every = self._orders.values()
        waiting = sorted((order for order in every if self.unfinished(order)), key=lambda order: str(order.next_try))
        telling = sorted((order for order in every if self.told_of(order)), key=lambda order: str(order.untold_since))
        return Backlog.of(
            ((order.state, self.since(order)) for order in waiting[:limit]),
            (event.at for order in telling[:limit] for event in order.outbox),
        )


class DoneToo(_Looking):
    """Counts every order, done or not."""

    unfinished = staticmethod(lambda order: True)


class DecidedAreDone(_Looking):
    """Takes an order that is decided for one with nothing left to do."""

    unfinished = staticmethod(lambda order: order.next_try is not None and order.state in ("PENDING", "HELD"))


class WaitingSincePlaced(_Looking):
    """Counts from when an order was placed, a week before it was shipped."""

    since = staticmethod(lambda order: order.placed_at)


class WaitingSinceTheNextTry(_Looking):
    """Counts from the next try, which is put off and off."""

    since = staticmethod(lambda order: order.next_try or order.changed_at)


class ClaimedAreTold(_Looking):
    """Takes an event for told that somebody has begun to tell."""

    told_of = staticmethod(lambda order: order.relay_after is None)


class FailuresUntold(_Looking):
    """Leaves out the events of attempts that failed."""

    told_of = staticmethod(lambda order: not order.failed)


class OneEventAnOrder(MemoryOrders):
    """Counts orders with events for events."""

    async def backlog(self, *, limit: int) -> Backlog:
        backlog = await super().backlog(limit=limit)
        return replace(backlog, untold=replace(backlog.untold, count=len(self._untold.keys[:limit])))


class EventsSinceTheRelay(MemoryOrders):
    """Takes the end of a relay's claim for the moment of an event."""

    async def backlog(self, *, limit: int) -> Backlog:
        backlog = await super().backlog(limit=limit)
        oldest = self._untold.keys[0][0] if self._untold.keys else None
        return replace(backlog, untold=replace(backlog.untold, oldest=oldest))


class HeldIsPending(MemoryOrders):
    """Tells of statuses, not of states."""

    async def backlog(self, *, limit: int) -> Backlog:
        backlog = await super().backlog(limit=limit)
        pending, held = backlog.unfinished["PENDING"], backlog.unfinished["HELD"]
        together = replace(pending, count=pending.count + held.count, oldest=pending.oldest or held.oldest)
        return replace(backlog, unfinished={**backlog.unfinished, "PENDING": together})


class NoZeros(MemoryOrders):
    """Says nothing of states in which nothing waits."""

    async def backlog(self, *, limit: int) -> Backlog:
        backlog = await super().backlog(limit=limit)
        some = {state: waiting for state, waiting in backlog.unfinished.items() if waiting.count}
        return replace(backlog, unfinished=some)


class NoLimit(MemoryOrders):
    """Looks at all that is left, however much."""

    async def backlog(self, *, limit: int) -> Backlog:
        return await super().backlog(limit=10_000)


class LastTurnFirst(MemoryOrders):
    """Looks at those orders whose turn comes last."""

    async def backlog(self, *, limit: int) -> Backlog:
        last = [self._orders[id] for _, id in self._due.keys[-limit:]]
        unfinished = ((order.state, order.changed_at) for order in last)
        return replace(Backlog.of(unfinished, ()), untold=(await super().backlog(limit=limit)).untold)
