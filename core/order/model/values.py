"""What an order is made of: offers, carts and lines, as the other services told them."""

from dataclasses import dataclass

from core.shared.money import Money


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
