"""Stores of orders as one could get them wrong, where they give back what they were given."""

from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime

from adapters.outbound.memory.order import MemoryOrders
from core.order.model import Line, Order
from tests.adapters.twins.times import on_another_clock


class _Altering(MemoryOrders):
    """Keeps another order than it was given."""

    @abstractmethod
    def altered(self, order: Order) -> Order: ...

    async def add(self, order: Order) -> None:
        await super().add(self.altered(order))

    async def save(self, order: Order) -> None:
        await super().save(self.altered(order))


class LinesSummed(_Altering):
    """Keeps one line a product."""

    def altered(self, order: Order) -> Order:
        lines: dict[str, Line] = {}
        for line in order.lines:
            known = lines.get(line.product_id)
            lines[line.product_id] = replace(line, quantity=known.quantity + line.quantity) if known else line
        return replace(order, lines=tuple(lines.values()))


class QuantityDropped(_Altering):
    """Keeps what was ordered, not how much of it."""

    def altered(self, order: Order) -> Order:
        return replace(order, lines=tuple(replace(line, quantity=1) for line in order.lines))


class OneCurrency(_Altering):
    """Keeps the amount of a price alone."""

    def altered(self, order: Order) -> Order:
        lines = (replace(line, unit_price=replace(line.unit_price, currency="USD")) for line in order.lines)
        return replace(order, lines=tuple(lines))


class NotesForgotten(_Altering):
    """Keeps when a status changed, not what was said of it."""

    def altered(self, order: Order) -> Order:
        return replace(order, history=tuple(replace(change, note="") for change in order.history))


class LastChangeOnly(_Altering):
    """Keeps the last change of status only."""

    def altered(self, order: Order) -> Order:
        return replace(order, history=order.history[-1:])


class FirstShortageOnly(_Altering):
    """Keeps the first line that was short only."""

    def altered(self, order: Order) -> Order:
        return replace(order, shortages=order.shortages[:1])


class ReasonForgotten(_Altering):
    """Forgets why an order was cancelled."""

    def altered(self, order: Order) -> Order:
        return replace(order, cancel_reason=None)


class AddressForgotten(MemoryOrders):
    """Leaves a field out when it saves."""

    async def save(self, order: Order) -> None:
        await super().save(replace(order, shipping_address=None))


class TodosForgotten(_Altering):
    """Keeps the first thing to do only."""

    def altered(self, order: Order) -> Order:
        return replace(order, todos=order.todos[:1])


class TriesForgotten(_Altering):
    """Forgets how often an order was tried, so that it is tried as often as ever."""

    def altered(self, order: Order) -> Order:
        return replace(order, tries=0)


class FingerprintForgotten(_Altering):
    """Knows a request's key again, and not what the request said."""

    def altered(self, order: Order) -> Order:
        return replace(order, keys=tuple(replace(key, fingerprint="") for key in order.keys))


class Trimmed(_Altering):
    """Tidies texts that are not its own."""

    def altered(self, order: Order) -> Order:
        return replace(order, lines=tuple(replace(line, name=line.name.strip()) for line in order.lines))


class NaiveTimes(_Altering):
    """Loses the time zone of when status changed."""

    def altered(self, order: Order) -> Order:
        history = (replace(change, at=change.at.replace(tzinfo=None)) for change in order.history)
        return replace(order, history=tuple(history))


class LocalTimes(_Altering):
    """Gives the right moment on another clock."""

    def altered(self, order: Order) -> Order:
        return replace(order, deadline=on_another_clock(order.deadline))


class WholeSeconds(_Altering):
    """Cuts times to the second."""

    def altered(self, order: Order) -> Order:
        return replace(order, deadline=order.deadline.replace(microsecond=0))


class TimesOfThisCentury(_Altering):
    """Has no room for a time after 2038."""

    def altered(self, order: Order) -> Order:
        return replace(order, placed_at=min(order.placed_at, datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)))
