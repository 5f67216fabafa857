"""What goes on without anyone asking: orders left half-way are driven on, and events are told."""

from dataclasses import dataclass

from core.order.model import Order
from core.order.ports import EventPublisher, Orders
from core.order.use_cases.checkout import Checkout
from core.shared.errors import ShopError, VersionStale
from core.shared.ports import Clock
from core.shared.rounds import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOrders:
    """Take up the orders that were left half-way."""

    orders: Orders
    checkout: Checkout
    clock: Clock

    async def __call__(self, *, limit: int = 50) -> Report:
        """One round. Any number may run at once: an order is claimed by putting off its next try."""
        done, failures, unforeseen = 0, [], []
        for order in await self.orders.due(self.clock.now(), limit=limit):
            try:
                claimed = order.postponed(now=self.clock.now())
                await self.orders.save(claimed)
                await self.checkout.drive(claimed)
            except VersionStale:
                continue
            except ShopError as error:
                failures.append(f"order {order.id}: {error.code}: {error.detail}")
            except Exception as error:  # noqa: BLE001 - one order that is beyond help must not stop the others
                failures.append(f"order {order.id}: {type(error).__name__}")
                unforeseen.append(error)
            else:
                done += 1
        return Report(done=done, failures=tuple(failures), unforeseen=tuple(unforeseen))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayEvents:
    """Tell the world what happened to orders, the longest untold first."""

    orders: Orders
    publisher: EventPublisher
    clock: Clock

    async def __call__(self, *, limit: int = 100) -> Report:
        """One round; it stops at the first failure. Any number may run at once: an order is claimed before it is told.

        Raises: Unavailable if the store cannot answer.
        """
        done = 0
        for found in await self.orders.with_events(self.clock.now(), limit=limit):
            order = found.being_told(now=self.clock.now())
            try:
                await self.orders.save(order)
            except VersionStale:
                continue
            for event in found.outbox:
                try:
                    await self.publisher.publish(event)
                except ShopError as error:
                    return Report(done=done, failures=(f"event {event.id}: {error.code}: {error.detail}",))
                order = await self._without(order, event.id)
                done += 1
        return Report(done=done, failures=())

    async def _without(self, order: Order, event_id: str) -> Order:
        while any(event.id == event_id for event in order.outbox):
            after = order.sent(event_id)
            try:
                await self.orders.save(after)
            except VersionStale:
                order = await self.orders.get(order.id)
            else:
                return after
        return order
