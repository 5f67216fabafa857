"""The books as the audit reads them, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from core.order.model.states import State, Todo
from core.shared.money import Money

NEVER = datetime.max.replace(microsecond=0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    product_id: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order as the order service's books have it; of one that cannot be read, nothing but the id is known.

    `changed_at` is when its status last changed, `untold_since` when the oldest event happened that was not yet told.
    """

    id: str
    customer_id: str
    state: State | Literal["UNREADABLE"]
    ever_confirmed: bool
    cart_id: str
    cart_version: int
    deadline: datetime
    changed_at: datetime
    untold_since: datetime | None
    todos: tuple[Todo, ...]
    lines: tuple[RecordLine, ...]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What should be an order, and is damaged so that it cannot be read."""

    id: str

    def record(self) -> OrderRecord:
        return OrderRecord(
            id=self.id,
            customer_id="",
            state="UNREADABLE",
            ever_confirmed=False,
            cart_id="",
            cart_version=0,
            deadline=NEVER,
            changed_at=NEVER,
            untold_since=None,
            todos=(),
            lines=(),
            total=Money(amount=0, currency="XXX"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRecord:
    quantity: int
    state: Literal["held", "void", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRecord:
    """A product's stock as the product service's books have it; `holds` by order id."""

    product_id: str
    received: int
    sold: int
    available: int
    holds: Mapping[str, HoldRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something the books do not agree on: what kind, whose id it concerns, and a sentence for the shopkeeper.

    `products` are the ids of products in the sentence.
    """

    kind: str
    subject: str
    sentence: str
    products: tuple[str, ...] = ()
