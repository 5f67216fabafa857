"""A cart and its rules: one document an owner, with an id that is never reused and a version that never goes back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.cart.errors import CartAlreadyMerged, CartFull, QuantityInvalid
from core.shared.money import Money

QUANTITY_MAX = 999
LINES_MAX = 100
REMEMBERED = 100
"""How many orders and merged guest carts a cart remembers, so that each is counted once."""
GUEST_CART_LASTS = timedelta(days=30)
"""How long a guest's cart is kept after its last change: nobody has to say who they are to be given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose cart it is: `key` is unique among customers and guests, and tells nothing of a guest's token."""

    key: str

    @classmethod
    def customer(cls, id: str) -> "Owner":
        return cls(key=f"customer:{id}")

    @classmethod
    def guest(cls, token: str) -> "Owner":
        return cls(key=f"guest:{hashlib.sha256(token.encode()).hexdigest()}")

    @property
    def is_guest(self) -> bool:
        return self.key.startswith("guest:")


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
class Line:
    """So many units of a product, and the price of one when the line was last added to or set."""

    product_id: str
    quantity: int
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """`version` 0 is a cart that nothing was ever put in; `orders` and `merged` are what it has already counted."""

    id: str
    owner: Owner
    version: int
    lines: tuple[Line, ...]
    updated_at: datetime
    orders: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    merged_into: str | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When a guest's cart may be forgotten; a customer's never is."""
        return self.updated_at + GUEST_CART_LASTS if self.owner.is_guest else None

    def is_over(self, *, at: datetime) -> bool:
        """Whether it has expired."""
        return self.expires_at is not None and at >= self.expires_at

    def quantity_of(self, product_id: str) -> int:
        return next((line.quantity for line in self.lines if line.product_id == product_id), 0)

    def opened(self) -> "Cart":
        """Itself. Raises: CartAlreadyMerged if this guest cart is closed."""
        if self.merged_into is not None:
            raise CartAlreadyMerged("This guest cart went to a customer's cart.")
        return self

    def with_item(self, product_id: str, *, quantity: int, price: Money, at: datetime) -> "Cart":
        """The next version, with exactly `quantity` of a product. Raises: QuantityInvalid, CartFull."""
        self.opened()
        if not 1 <= quantity <= QUANTITY_MAX:
            raise QuantityInvalid(f"A line has 1 to {QUANTITY_MAX} units.")
        line = Line(product_id=product_id, quantity=quantity, price=price)
        if self.quantity_of(product_id):
            return self._next(tuple(line if old.product_id == product_id else old for old in self.lines), at)
        if len(self.lines) >= LINES_MAX:
            raise CartFull(f"A cart has at most {LINES_MAX} lines.")
        return self._next((*self.lines, line), at)

    def without_item(self, product_id: str, *, at: datetime) -> "Cart":
        """The next version, without a product; itself if there is no such line."""
        self.opened()
        if not self.quantity_of(product_id):
            return self
        return self._next(tuple(line for line in self.lines if line.product_id != product_id), at)

    def emptied(self, *, at: datetime) -> "Cart":
        """The next version, with nothing in it; itself if there is nothing."""
        self.opened()
        return self._next((), at) if self.lines else self

    def subtracted(self, order_id: str, quantities: Mapping[str, int], *, at: datetime) -> "Cart":
        """The next version, less what an order bought: what was added since stays. Itself if done before."""
        if order_id in self.orders:
            return self
        rest = (replace(line, quantity=line.quantity - quantities.get(line.product_id, 0)) for line in self.lines)
        after = self._next(tuple(line for line in rest if line.quantity > 0), at)
        return replace(after, orders=(*self.orders, order_id)[-REMEMBERED:])

    def given_to(self, customer_id: str, *, at: datetime) -> "Cart":
        """The guest cart's next version, closed for all but this customer; itself if it is so already.

        Raises: CartAlreadyMerged if it went to another.
        """
        if self.merged_into == customer_id:
            return self
        self.opened()
        return replace(self._next(self.lines, at), merged_into=customer_id)

    def handed_over(self, *, at: datetime) -> "Cart":
        """The given guest cart, empty: its lines are in the customer's cart now, and can never be added again."""
        return self._next((), at) if self.lines else self

    def merged_with(self, guest: "Cart", *, at: datetime) -> "Cart":
        """The next version, with a guest cart's lines added up to the limits; itself if they were added before."""
        if guest.id in self.merged or not guest.lines:
            return self
        added = {line.product_id: line for line in guest.lines}
        lines = [
            replace(line, quantity=min(QUANTITY_MAX, line.quantity + added.pop(line.product_id).quantity))
            if line.product_id in added
            else line
            for line in self.lines
        ]
        after = self._next((*lines, *added.values())[:LINES_MAX], at)
        return replace(after, merged=(*self.merged, guest.id)[-REMEMBERED:])

    def _next(self, lines: tuple[Line, ...], at: datetime) -> "Cart":
        return replace(self, lines=lines, version=self.version + 1, updated_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line as the customer sees it: at the catalogue's price, and the old one if that has changed."""

    product_id: str
    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    available: int
    price_changed_from: Money | None

    @classmethod
    def of(cls, line: Line, offer: Offer | None) -> "Item":
        """The line at today's offer; a product that the catalogue does not know has no units to be had."""
        price = offer.price if offer else line.price
        return cls(
            product_id=line.product_id,
            sku=offer.sku if offer else "",
            name=offer.name if offer else "No longer in the catalogue",
            quantity=line.quantity,
            unit_price=price,
            line_total=price.times(line.quantity),
            available=offer.available if offer and offer.for_sale else 0,
            price_changed_from=line.price if line.price != price else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CartView:
    """A cart with today's prices. `id` is `None` while nothing was ever put in."""

    id: str | None
    version: int
    items: tuple[Item, ...]
    total: Money
    updated_at: datetime
