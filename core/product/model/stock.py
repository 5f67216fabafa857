"""The units of a product: how many there are, who holds them, and that none is sold twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductInvalid, Shortage
from core.shared.errors import IdempotencyKeyReused
from core.shared.ids import made_at

UNITS_MAX = 10**9
"""No product has more units for sale than this, so that no sum of them leaves 64 bits."""
HOLD_TAKEN_WITHIN = timedelta(hours=1)
"""A hold for an order made longer ago than this is refused: no request lives that long."""
HOLD_REMEMBERED = timedelta(hours=2)
"""A closed hold is forgotten this long after its order was made; by then no take can arrive any more."""
ADJUSTMENT_REMEMBERED = timedelta(hours=24)
"""An idempotency key of a stock adjustment is known for this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many units of a product."""

    product_id: str
    quantity: int


def summed(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One line a product, in the order of ids: so two orders over the same products never wait for each other."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.product_id] = quantities.get(line.product_id, 0) + line.quantity
    return tuple(Line(product_id=id, quantity=quantities[id]) for id in sorted(quantities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Units set aside for one order: `held`, given back (`void`) or sold (`settled`)."""

    quantity: int
    state: Literal["held", "void", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Units set aside, neither given back nor sold yet, and how many holds they are: one a product and order."""

    units: int
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A stock adjustment that is remembered by its idempotency key."""

    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The units of one product. Always `available` + held + `sold` = `received`.

    Each verb gives the stock after it, one `revision` on, or itself where there is nothing to do.
    """

    product_id: str
    received: int
    sold: int
    available: int
    revision: int
    holds: Mapping[str, Hold] = field(default_factory=dict)
    adjustments: Mapping[str, Adjustment] = field(default_factory=dict)

    @property
    def held(self) -> int:
        return sum(hold.quantity for hold in self.holds.values() if hold.state == "held")

    def take(self, order_id: str, quantity: int) -> "Stock":
        """Set units aside for an order, once. Raises: OutOfStock, HoldClosed."""
        hold = self.holds.get(order_id)
        if hold is None:
            if self.available < quantity:
                raise OutOfStock(Shortage(product_id=self.product_id, quantity=quantity, available=self.available))
            return self._with(order_id, Hold(quantity=quantity, state="held"), available=self.available - quantity)
        if hold.state != "held" or hold.quantity != quantity:
            raise HoldClosed(f"The hold of order {order_id} is {hold.state}, of {hold.quantity} units.")
        return self

    def release(self, order_id: str, *, at: datetime) -> "Stock":
        """Give an order's units back, once; an order that holds none can take none afterwards. Raises: HoldClosed."""
        hold = self.holds.get(order_id)
        if hold is None:
            return self._with(order_id, Hold(quantity=0, state="void")).pruned(at)
        if hold.state == "settled":
            raise HoldClosed(f"The units of order {order_id} are sold.")
        if hold.state == "void":
            return self
        void = Hold(quantity=hold.quantity, state="void")
        return self._with(order_id, void, available=self.available + hold.quantity).pruned(at)

    def settle(self, order_id: str, *, at: datetime) -> "Stock":
        """Count an order's units as sold, once. Raises: HoldClosed if they were given back, HoldUnknown."""
        hold = self.holds.get(order_id)
        if hold is None:
            if made_at(order_id) < at - HOLD_REMEMBERED:
                return self  # settled long ago, and forgotten since: a hold is never forgotten while it is held
            raise HoldUnknown(f"Order {order_id} holds no units of product {self.product_id}.")
        if hold.state == "void":
            raise HoldClosed(f"The units of order {order_id} were given back.")
        if hold.state == "settled":
            return self
        settled = Hold(quantity=hold.quantity, state="settled")
        return self._with(order_id, settled, sold=self.sold + hold.quantity).pruned(at)

    def adjust(self, delta: int, *, key: str, fingerprint: str, at: datetime) -> "Stock":
        """Add or remove units by hand, once a key.

        Raises: OutOfStock below zero, ProductInvalid beyond `UNITS_MAX`, IdempotencyKeyReused.
        """
        known = self.adjustments.get(key)
        if known is not None and known.at > at - ADJUSTMENT_REMEMBERED:
            if known.fingerprint != fingerprint:
                raise IdempotencyKeyReused("This idempotency key was used for another adjustment.")
            return self
        if self.available + delta < 0:
            raise OutOfStock(Shortage(product_id=self.product_id, quantity=-delta, available=self.available))
        if self.available + delta > UNITS_MAX:
            raise ProductInvalid(f"A product has at most {UNITS_MAX} units.")
        kept = {k: a for k, a in self.adjustments.items() if a.at > at - ADJUSTMENT_REMEMBERED}
        return replace(
            self,
            received=self.received + delta,
            available=self.available + delta,
            revision=self.revision + 1,
            adjustments={**kept, key: Adjustment(fingerprint=fingerprint, at=at)},
        )

    def pruned(self, at: datetime) -> "Stock":
        """Without the closed holds that no message can concern any more."""
        return replace(
            self,
            holds={
                id: hold
                for id, hold in self.holds.items()
                if hold.state == "held" or made_at(id) >= at - HOLD_REMEMBERED
            },
        )

    def _with(self, order_id: str, hold: Hold, *, available: int | None = None, sold: int | None = None) -> "Stock":
        return replace(
            self,
            available=self.available if available is None else available,
            sold=self.sold if sold is None else sold,
            revision=self.revision + 1,
            holds={**self.holds, order_id: hold},
        )
