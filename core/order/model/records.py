"""The books as the audit reads them, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.order.model.states import State, Todo
from core.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    product_id: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order as the order service's books have it."""

    id: str
    customer_id: str
    state: State
    ever_confirmed: bool
    cart_id: str
    cart_version: int
    deadline: datetime
    todos: tuple[Todo, ...]
    lines: tuple[RecordLine, ...]
    total: Money


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
    """Something the books do not agree on: what kind, whose id it concerns, and a sentence for the shopkeeper."""

    kind: str
    subject: str
    sentence: str
