"""What can be done with the stock: count it, hold it for an order, give it back, count it as sold."""

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from core.product.errors import HoldClosed, HoldInvalid, OutOfStock, ProductInvalid, ProductNotFound, Shortage
from core.product.model import HOLD_TAKEN_WITHIN, UNITS_MAX, Held, Line, Listing, Stock, summed
from core.product.ports import Products, Stocks
from core.shared.ids import is_id, made_at
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock, NewId
from core.shared.rounds import LOOKED_AT

HOLD_LINES_MAX = 100
CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead of ours the clock of a service that makes order ids may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Count units in or out by hand."""

    products: Products
    stocks: Stocks
    clock: Clock
    new_id: NewId

    async def __call__(
        self, *, product_id: str, delta: int, reason: str, by: str, key: str | None = None
    ) -> tuple[Listing, bool]:
        """The product afterwards, and whether the same `key` had done this before; keys belong to one caller, `by`.

        Raises: ProductNotFound, ProductInvalid, OutOfStock, IdempotencyKeyReused.
        """
        if delta == 0 or abs(delta) > UNITS_MAX:
            raise ProductInvalid(f"An adjustment is of 1 to {UNITS_MAX} units, in or out.")
        changed = await self.stocks.adjust(
            product_id,
            delta=delta,
            key=self.new_id() if key is None else _digest(by, key),
            fingerprint=_digest(str(delta), reason),
            at=self.clock.now(),
        )
        return await self.products.get(product_id), not changed


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHold:
    """Set the units of an order aside: all of its lines, or name what is short."""

    products: Products
    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable. What was taken before a shortage stays taken: only a release gives it back.

        Raises: OutOfStock naming every short line, HoldClosed, HoldInvalid, ProductNotFound.
        """
        wanted = _lines_of(order_id, lines)
        now = self.clock.now()
        if not now - HOLD_TAKEN_WITHIN < made_at(order_id) < now + CLOCK_SKEW:
            raise HoldClosed(f"The time to hold units for order {order_id} has passed.")
        for index, line in enumerate(wanted):
            try:
                await self.stocks.take(line.product_id, order_id, quantity=line.quantity)
            except OutOfStock as short:
                raise OutOfStock(*short.lines, *await self._shortages(wanted[index + 1 :])) from short

    async def _shortages(self, lines: tuple[Line, ...]) -> list[Shortage]:
        listings = await self.products.get_many([line.product_id for line in lines])
        available = {listing.product.id: listing.available for listing in listings}
        return [
            Shortage(product_id=line.product_id, quantity=line.quantity, available=available.get(line.product_id, 0))
            for line in lines
            if available.get(line.product_id, 0) < line.quantity
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """Give the units of a cancelled order back, once."""

    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable, and safe before the take that it undoes; a product that does not exist holds nothing.

        Raises: HoldClosed, HoldInvalid.
        """
        for line in _lines_of(order_id, lines):
            with suppress(ProductNotFound):
                await self.stocks.release(line.product_id, order_id, at=self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleHold:
    """Count the units of a shipped order as sold, once."""

    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable. Raises: HoldClosed, HoldUnknown, HoldInvalid, ProductNotFound."""
        for line in _lines_of(order_id, lines):
            await self.stocks.settle(line.product_id, order_id, at=self.clock.now())


def _lines_of(order_id: str, lines: Collection[Line]) -> tuple[Line, ...]:
    if not is_id(order_id):
        raise HoldInvalid("A hold belongs to an order, named by its id.")
    wanted = summed(lines)
    if not 1 <= len(wanted) <= HOLD_LINES_MAX or any(not 1 <= line.quantity <= UNITS_MAX for line in wanted):
        raise HoldInvalid(f"A hold has 1 to {HOLD_LINES_MAX} lines of at least one unit each.")
    unknown = [line.product_id for line in wanted if not is_id(line.product_id)]
    if unknown:
        raise ProductNotFound("There is no such product.", product_ids=tuple(unknown))
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStock:
    """See every product's stock with its holds, page by page, for the audit."""

    stocks: Stocks

    async def __call__(self, *, limit: int, after: Cursor | None) -> Page[Stock]:
        return await self.stocks.list(limit=limit, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHeld:
    """Tell how many units are set aside for orders."""

    stocks: Stocks

    async def __call__(self, *, limit: int = LOOKED_AT) -> Held:
        """Raises: Unavailable."""
        return await self.stocks.held(limit=limit)
