"""An order that was confirmed, as far as whoever ordered is written of it."""

from dataclasses import dataclass
from typing import Any

from core.shared.events import Event, EventUnreadable
from core.shared.ids import is_id
from core.shared.money import Money, MoneyInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """So many units of a product, by the name and at the price of one unit that it had when it was ordered."""

    name: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedOrder:
    """`number` is what people call it."""

    id: str
    number: str
    customer_id: str
    lines: tuple[OrderedLine, ...]
    total: Money

    @classmethod
    def told_by(cls, event: Event) -> "ConfirmedOrder":
        """The order that the event says was confirmed. Raises: EventUnreadable if it lacks what is needed of it."""
        data: Any = event.data
        try:
            order = cls(
                id=str(data["order_id"]),
                number=str(data["number"]),
                customer_id=str(data["customer_id"]),
                lines=tuple(_line(line) for line in data["lines"]),
                total=Money(**data["total"]),
            )
        except (LookupError, TypeError, ValueError, MoneyInvalid) as error:
            raise EventUnreadable(f"The event {event.type} lacks what an order has.") from error
        if order.id != event.subject or not is_id(order.id):
            raise EventUnreadable(f"The event {event.type} is about no order.")
        return order


def _line(data: Any) -> OrderedLine:
    return OrderedLine(name=str(data["name"]), quantity=int(data["quantity"]), unit_price=Money(**data["unit_price"]))
