"""What an order is made of: offers, carts and lines, as the other services told them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from core.shared.ids import made_at
from core.shared.money import Money

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number_of(order_id: str) -> str:
    """What people call an order: the day, and forty of the id's random bits in Crockford's base 32."""
    tail = int(order_id[-10:], 16)
    return f"{made_at(order_id):%y%m%d}-" + "".join(_CROCKFORD[tail >> shift & 31] for shift in range(35, -1, -5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the catalogue says of a product: the price of one unit, and how many units can be had."""

    product_id: str
    sku: str
    name: str
    price: Money
    available: int
    for_sale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """So many units of a product, and the price of one that the customer saw."""

    product_id: str
    quantity: int
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CartContents:
    """A customer's cart as it is now."""

    id: str
    version: int
    lines: tuple[CartLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was ordered, at the price of one unit when it was."""

    product_id: str
    sku: str
    name: str
    unit_price: Money
    quantity: int

    @property
    def line_total(self) -> Money:
        return self.unit_price.times(self.quantity)


class Quantified(Protocol):
    """Anything that names so many units of a product."""

    @property
    def product_id(self) -> str: ...

    @property
    def quantity(self) -> int: ...


def quantities(lines: Iterable[Quantified]) -> dict[str, int]:
    """Units by product id; lines of one product are summed."""
    summed: dict[str, int] = {}
    for line in lines:
        summed[line.product_id] = summed.get(line.product_id, 0) + line.quantity
    return summed
