"""Stores of carts as one could get them wrong."""

import asyncio
from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.outbound.memory.cart import MemoryCarts
from core.cart.errors import CartNotFound
from core.cart.model import GUEST_CART_LASTS, Cart, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale
from tests.adapters.twins.times import on_another_clock


class _Altering(MemoryCarts):
    """Keeps another cart than it was given."""

    @abstractmethod
    def altered(self, cart: Cart) -> Cart: ...

    async def save(self, cart: Cart) -> None:
        await super().save(self.altered(cart))


class IgnoredVersion(Carts):
    """Keeps whatever comes last."""

    def __init__(self) -> None:
        self._carts: dict[Owner, Cart] = {}

    async def get(self, owner: Owner) -> Cart:
        if owner not in self._carts:
            raise CartNotFound("No cart.")
        return self._carts[owner]

    async def save(self, cart: Cart) -> None:
        self._carts[cart.owner] = cart


class CheckedBefore(IgnoredVersion):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, cart: Cart) -> None:
        kept = self._carts.get(cart.owner)
        if (cart.id, kept.version if kept else 0) != (kept.id if kept else cart.id, cart.version - 1):
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        await super().save(cart)


class FirstCartCheckedBefore(MemoryCarts):
    """Looks whether an owner has a cart, then lets somebody else pass before it keeps their first one."""

    async def save(self, cart: Cart) -> None:
        if cart.version == 1 and cart.owner not in self._carts:
            await asyncio.sleep(0)
            self._carts.pop(cart.owner, None)
        await super().save(cart)


class SecondFirstCart(MemoryCarts):
    """Takes every first version for a new cart."""

    async def save(self, cart: Cart) -> None:
        if cart.version == 1:
            self._carts.pop(cart.owner, None)
        await super().save(cart)


class AnotherCart(MemoryCarts):
    """Compares the version alone, and so takes another cart of the owner for the next version."""

    async def save(self, cart: Cart) -> None:
        kept = self._carts.get(cart.owner)
        if kept is None or kept.version != cart.version - 1:
            await super().save(cart)
        self._carts[cart.owner] = cart


class FromNowhere(MemoryCarts):
    """Keeps a next version of nothing."""

    async def save(self, cart: Cart) -> None:
        if cart.owner in self._carts or cart.version == 1:
            await super().save(cart)
        self._carts[cart.owner] = cart


class FoundById(MemoryCarts):
    """Looks for the version before by the cart's id alone, and so gives the cart to another owner."""

    async def save(self, cart: Cart) -> None:
        for owner, kept in [*self._carts.items()]:
            if owner != cart.owner and (kept.id, kept.version) == (cart.id, cart.version - 1):
                self._carts[cart.owner] = self._carts.pop(owner)
        await super().save(cart)


class RefusalSwallowed(MemoryCarts):
    """Does nothing, and says nothing, when a version is stale."""

    async def save(self, cart: Cart) -> None:
        try:
            await super().save(cart)
        except VersionStale:
            return


class NotFoundForStale(MemoryCarts):
    """Tells a save that there is no cart, which its caller does not expect."""

    async def save(self, cart: Cart) -> None:
        if cart.version > 1:
            await self.get(cart.owner)
        await super().save(cart)


class EmptyForNone(MemoryCarts):
    """Makes up an empty cart for an owner who has none."""

    async def get(self, owner: Owner) -> Cart:
        try:
            return await super().get(owner)
        except CartNotFound:
            return Cart(id="", owner=owner, version=0, lines=(), updated_at=datetime(1970, 1, 1, tzinfo=UTC))


class KindIgnored(MemoryCarts):
    """Takes a guest for the customer of the same number."""

    async def get(self, owner: Owner) -> Cart:
        if owner not in self._carts and owner.key.startswith("guest:"):
            return await super().get(Owner.customer(owner.key.removeprefix("guest:")))
        return await super().get(owner)


class CaseIgnored(MemoryCarts):
    """Takes owners for one that differ in capitals."""

    async def save(self, cart: Cart) -> None:
        await super().save(cart)
        self._carts[Owner(key=cart.owner.key.upper())] = cart

    async def get(self, owner: Owner) -> Cart:
        return await super().get(owner if owner in self._carts else Owner(key=owner.key.upper()))


class EmptyCartForgotten(MemoryCarts):
    """Throws an empty cart away, and with it what it has counted."""

    async def get(self, owner: Owner) -> Cart:
        cart = await super().get(owner)
        if not cart.lines:
            raise CartNotFound("No cart.")
        return cart


class OrdersForgotten(_Altering):
    """Forgets which orders were subtracted, so that one is subtracted twice."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, orders=())


class MergedForgotten(_Altering):
    """Forgets which guest carts were added, so that one is added twice."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, merged=())


class MergedIntoForgotten(_Altering):
    """Forgets to whom a guest cart went, so that two customers get it."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, merged_into=None)


class FewOrdersRemembered(_Altering):
    """Keeps fewer of the orders that were subtracted than the cart does."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, orders=cart.orders[-20:])


class QuantityDropped(_Altering):
    """Keeps that a product is in the cart, not how often."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, lines=tuple(replace(line, quantity=1) for line in cart.lines))


class QuantityInOneByte(_Altering):
    """Has no room for more than 255 units."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, lines=tuple(replace(line, quantity=min(255, line.quantity)) for line in cart.lines))


class PriceAsFloat(_Altering):
    """Keeps prices as floating-point numbers, which are exact up to a point."""

    def altered(self, cart: Cart) -> Cart:
        lines = (
            replace(line, price=replace(line.price, amount=int(float(line.price.amount) / 100 * 100)))
            for line in cart.lines
        )
        return replace(cart, lines=tuple(lines))


class OneCurrency(_Altering):
    """Keeps the amount of a price alone."""

    def altered(self, cart: Cart) -> Cart:
        lines = (replace(line, price=replace(line.price, currency="USD")) for line in cart.lines)
        return replace(cart, lines=tuple(lines))


class LinesSorted(_Altering):
    """Gives lines back in an order of its own."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, lines=tuple(sorted(cart.lines, key=lambda line: line.product_id)))


class LinesAdded(MemoryCarts):
    """Adds new lines to the kept ones, and never takes one out."""

    async def save(self, cart: Cart) -> None:
        kept = self._carts.get(cart.owner)
        there = {line.product_id for line in cart.lines}
        old = [line for line in kept.lines if line.product_id not in there] if kept else []
        await super().save(replace(cart, lines=(*cart.lines, *old)))


class FirstTimeKept(MemoryCarts):
    """Leaves the time of the last change at that of the first."""

    async def save(self, cart: Cart) -> None:
        kept = self._carts.get(cart.owner)
        await super().save(replace(cart, updated_at=kept.updated_at if kept else cart.updated_at))


class NaiveTimes(_Altering):
    """Loses the time zone."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, updated_at=cart.updated_at.replace(tzinfo=None))


class LocalTimes(_Altering):
    """Gives the right moment on another clock."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, updated_at=on_another_clock(cart.updated_at))


class WholeSeconds(_Altering):
    """Cuts times to the second."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, updated_at=cart.updated_at.replace(microsecond=0))


class TimesSinceTheEpoch(_Altering):
    """Knows no time before 1970."""

    def altered(self, cart: Cart) -> Cart:
        return replace(cart, updated_at=max(cart.updated_at, datetime(1970, 1, 1, tzinfo=UTC)))


class CutAtNul(_Altering):
    """Ends texts where C does."""

    def altered(self, cart: Cart) -> Cart:
        lines = (replace(line, product_id=line.product_id.partition("\0")[0]) for line in cart.lines)
        return replace(cart, lines=tuple(lines))


class _Expiring(MemoryCarts):
    """Forgets, whenever a cart was saved, those that it holds to have expired."""

    def _forget(self, now: datetime) -> None:
        """Not when they should be."""

    async def save(self, cart: Cart) -> None:
        await super().save(cart)
        for each in [*self._carts.values()]:
            if self.has_expired(each, cart.updated_at):
                del self._carts[each.owner]

    @abstractmethod
    def has_expired(self, cart: Cart, now: datetime) -> bool: ...


class ExpiredSinceTheFirstChange(_Expiring):
    """Counts a guest's month from the cart's beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[Owner, datetime] = {}

    def has_expired(self, cart: Cart, now: datetime) -> bool:
        begun = self._begun.setdefault(cart.owner, cart.updated_at)
        return cart.owner.is_guest and now >= begun + GUEST_CART_LASTS


class ExpiredADayBefore(_Expiring):
    """Throws a guest's cart away a day too early."""

    def has_expired(self, cart: Cart, now: datetime) -> bool:
        return cart.owner.is_guest and now >= cart.updated_at + GUEST_CART_LASTS - timedelta(days=1)


class CustomersExpireToo(_Expiring):
    """Throws every cart away that nobody has changed for long."""

    def has_expired(self, cart: Cart, now: datetime) -> bool:
        return now >= cart.updated_at + GUEST_CART_LASTS


class ExpiredWithTheFirst(_Expiring):
    """Throws all guests' carts away as soon as one has expired."""

    def has_expired(self, cart: Cart, now: datetime) -> bool:
        oldest = min((each.updated_at for each in self._carts.values() if each.owner.is_guest), default=now)
        return cart.owner.is_guest and now >= oldest + GUEST_CART_LASTS
