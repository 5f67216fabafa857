"""How dealings with a cart can fail."""

from dataclasses import dataclass

from core.shared.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A line that cannot be had: `quantity` units wanted, `available` there."""

    product_id: str
    quantity: int
    available: int


class CartNotFound(NotFound):
    """This owner has no cart yet."""


class ProductNotForSale(Invalid):
    """The product does not exist, or is no longer sold."""


class QuantityInvalid(Invalid):
    """A line has more units than a cart can hold, or fewer than one."""


class CartFull(Invalid):
    """The cart has as many lines as it can hold."""


class OutOfStock(Conflict):
    """There are fewer units than the line would need."""

    def __init__(self, *lines: Shortage) -> None:
        super().__init__("There are not enough units left.", lines=lines)
        self.lines = lines


class CartAlreadyMerged(Conflict):
    """The guest cart went to a customer, and is closed."""


class CartTokenInvalid(Unauthenticated):
    """No guest cart has this token."""


class CartBusy(Unavailable):
    """Too many changes of one cart came at once."""


class GuestCartUnknown(Invalid):
    """There is no guest cart with this token to bring along."""
