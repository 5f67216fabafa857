"""How placing and changing orders can fail."""

from dataclasses import dataclass

from core.shared.errors import Conflict, Forbidden, Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A line that cannot be had: `quantity` units wanted, `available` there."""

    product_id: str
    quantity: int
    available: int


class OrderNotFound(NotFound):
    """There is no such order, or it is somebody else's."""


class NotYourOrders(Forbidden):
    """Only a shopkeeper sees the orders of others."""


class OrderInvalid(Invalid):
    """The request to place an order contradicts itself."""


class AddressUnknown(Invalid):
    """The customer's address book has no such address."""


class CartEmpty(Invalid):
    """There is nothing in the cart to order."""


class ProductNotForSale(Invalid):
    """A product in the cart does not exist, or is no longer sold."""


class PriceChanged(Conflict):
    """The catalogue's price is not the one the customer has seen."""


class CartChanged(Conflict):
    """The cart is not the one the customer meant to order."""


class OutOfStock(Conflict):
    """There are fewer units than ordered; `lines` names every short one."""

    def __init__(self, lines: tuple[Shortage, ...], **facts: object) -> None:
        super().__init__("There are not enough units left.", lines=lines, **facts)
        self.lines = lines


class OrderCancelled(Conflict):
    """The order was cancelled before it was confirmed."""


class CheckoutInProgress(Conflict):
    """Another order is being made of an earlier state of this cart."""


class CheckoutClash(Conflict):
    """One of the order's keys, or its cart, belongs to another order."""


class IllegalTransition(Conflict):
    """The order's status does not allow that."""


class HoldClosed(Conflict):
    """The order can hold no units any more."""


class TooManyKeys(Conflict):
    """The order answers as many idempotency keys as it can; use one of those."""
