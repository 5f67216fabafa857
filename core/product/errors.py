"""How dealings with the catalogue and its stock can fail."""

from dataclasses import dataclass

from core.shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A line that cannot be had: `quantity` units wanted, `available` there."""

    product_id: str
    quantity: int
    available: int


class ProductNotFound(NotFound):
    """There is no such product."""


class ProductInvalid(Invalid):
    """A product's details break a rule."""


class QueryInvalid(Invalid):
    """A search asks for something that cannot be."""


class SkuTaken(Conflict):
    """Another product has this stock-keeping unit."""


class OutOfStock(Conflict):
    """There are fewer units than asked for; `lines` names every short one."""

    def __init__(self, *lines: Shortage) -> None:
        super().__init__("There are not enough units left.", lines=lines)
        self.lines = lines


class HoldInvalid(Invalid):
    """A hold names no order, or no lines that could be held."""


class HoldClosed(Conflict):
    """The order's hold was given back or sold, or its time has passed."""


class HoldUnknown(Conflict):
    """The order never held these units."""
