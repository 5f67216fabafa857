"""Stores of orders as one could get them wrong, where they keep and find single orders."""

import asyncio
from dataclasses import replace

from adapters.outbound.memory.order import MemoryOrders
from core.order.errors import CheckoutClash, OrderNotFound
from core.order.model import Order
from core.shared.errors import VersionStale


class CheckedBefore(MemoryOrders):
    """Compares the revision, then lets somebody else pass before it writes."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        if kept is None or kept.revision != order.revision - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        self._keep(order, self._orders[order.id])


class KeyLookedUpBefore(MemoryOrders):
    """Looks whether another order has a key, then lets somebody else pass before it keeps its own."""

    async def add(self, order: Order) -> None:
        keys = {(order.customer_id, key.key) for key in order.keys}
        if any(key in self._by_key for key in keys):
            raise CheckoutClash("Clash.")
        await asyncio.sleep(0)
        for key in keys:
            self._by_key.pop(key, None)
        await super().add(order)


class CartLookedUpBefore(MemoryOrders):
    """Looks whether a cart is open, then lets somebody else pass before it opens it."""

    async def add(self, order: Order) -> None:
        if order.open_cart in self._by_open_cart:
            raise CheckoutClash("Clash.")
        await asyncio.sleep(0)
        self._by_open_cart.pop(order.open_cart or "", None)
        await super().add(order)


class IdLookedUpBefore(MemoryOrders):
    """Looks whether an order is kept already, then lets somebody else pass before it keeps it."""

    async def add(self, order: Order) -> None:
        if order.id in self._orders:
            raise CheckoutClash("Known.")
        await asyncio.sleep(0)
        self._keep(order, self._orders.get(order.id))


class KeyTakenOverBySave(MemoryOrders):
    """Sees to it that keys differ when an order is new, and never again."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        if kept is not None and kept.revision == order.revision - 1:
            self._by_key.update({(order.customer_id, key.key): order.id for key in order.keys})
        await super().save(order)


class CartTakenOverBySave(MemoryOrders):
    """Sees to it that a cart is open once when an order is new, and never again."""

    async def save(self, order: Order) -> None:
        if order.open_cart is not None:
            self._by_open_cart[order.open_cart] = order.id
        await super().save(order)


class ClashToldFirst(MemoryOrders):
    """Tells that a key is another's though the revision is stale."""

    async def save(self, order: Order) -> None:
        if any(self._by_key.get((order.customer_id, key.key), order.id) != order.id for key in order.keys):
            raise CheckoutClash("Clash.")
        await super().save(order)


class OneKeyForAll(MemoryOrders):
    """Lets no two customers have the same key."""

    async def add(self, order: Order) -> None:
        keys = {key for _, key in self._by_key}
        if any(key.key in keys for key in order.keys):
            raise CheckoutClash("Clash.")
        await super().add(order)


class CartOfOneCustomerOnly(MemoryOrders):
    """Sees to it that a cart is open once a customer only."""

    async def add(self, order: Order) -> None:
        other = self._orders.get(self._by_open_cart.get(order.open_cart or "", ""))
        if other is not None and other.customer_id != order.customer_id:
            del self._by_open_cart[order.open_cart or ""]
        await super().add(order)


class SameRequestJoined(MemoryOrders):
    """Lets a second order have a key if its request was another."""

    async def add(self, order: Order) -> None:
        for key in order.keys:
            other = self._orders.get(self._by_key.get((order.customer_id, key.key), ""))
            if other is not None and key not in other.keys:
                del self._by_key[order.customer_id, key.key]
        await super().add(order)


class LostKey(MemoryOrders):
    """Remembers the first key of an order only."""

    async def save(self, order: Order) -> None:
        await super().save(replace(order, keys=order.keys[:1]))


class KeyNeverFreed(MemoryOrders):
    """Remembers the keys that an order had once."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        given_up = [key for key in kept.keys if key not in order.keys] if kept else []
        await super().save(order)
        self._by_key.update({(order.customer_id, key.key): order.id for key in given_up})


class CartNeverFreed(MemoryOrders):
    """Holds a cart for the order that had it first, for ever."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order if kept is None else replace(order, open_cart=kept.open_cart))


class KeyOfAnybody(MemoryOrders):
    """Finds an order by a key, whoever asks."""

    async def by_key(self, customer_id: str, key: str) -> Order:
        for order in self._orders.values():
            if any(own.key == key for own in order.keys):
                return await self.get(order.id)
        raise OrderNotFound("None.")


class KeyInCapitals(MemoryOrders):
    """Finds an order by its key in capitals."""

    async def by_key(self, customer_id: str, key: str) -> Order:
        return await super().by_key(customer_id, key if (customer_id, key) in self._by_key else key.lower())


class CartFoundWhenClosed(MemoryOrders):
    """Finds an order by its cart, open or not."""

    async def by_open_cart(self, cart_id: str) -> Order:
        for order in self._orders.values():
            if cart_id in (order.cart_id, order.open_cart):
                return await self.get(order.id)
        raise OrderNotFound("None.")


class CapitalsFound(MemoryOrders):
    """Takes capitals of an id for the id."""

    async def get(self, id: str) -> Order:
        return await super().get(id.lower())


class NoKeyIsAKey(MemoryOrders):
    """Takes orders that have no key for orders with the same key."""

    async def add(self, order: Order) -> None:
        if not order.keys and any(not other.keys for other in self._orders.values()):
            raise CheckoutClash("Clash.")
        await super().add(order)


class NoCartIsACart(MemoryOrders):
    """Takes orders that have no open cart for orders of the same one."""

    async def save(self, order: Order) -> None:
        others = [other for other in self._orders.values() if other.id != order.id]
        if order.open_cart is None and any(other.open_cart is None for other in others):
            raise CheckoutClash("Clash.")
        await super().save(order)


class HalfRefused(MemoryOrders):
    """Writes the order first, and then finds that it clashes."""

    async def add(self, order: Order) -> None:
        try:
            await super().add(order)
        except CheckoutClash:
            self._orders.setdefault(order.id, order)
            raise


class KeysBeforeCart(MemoryOrders):
    """Takes an order's cart before it finds that a key of it clashes, and keeps it."""

    async def add(self, order: Order) -> None:
        known = order.id in self._orders
        try:
            await super().add(order)
        except CheckoutClash:
            if not known and order.open_cart is not None:
                self._by_open_cart.setdefault(order.open_cart, order.id)
            raise


class ReplacedByAdd(MemoryOrders):
    """Takes a known id for a new order."""

    async def add(self, order: Order) -> None:
        self._keep(order, self._orders.get(order.id))


class AddedBySave(MemoryOrders):
    """Keeps a next revision of nothing."""

    async def save(self, order: Order) -> None:
        await (super().save(order) if order.id in self._orders else self.add(order))


class NotFoundForStale(MemoryOrders):
    """Tells a save that there is no order, which its caller does not expect."""

    async def save(self, order: Order) -> None:
        await self.get(order.id)
        await super().save(order)


class RefusalSwallowed(MemoryOrders):
    """Does nothing, and says nothing, when a revision is stale."""

    async def save(self, order: Order) -> None:
        try:
            await super().save(order)
        except VersionStale:
            return


class VersionCompared(MemoryOrders):
    """Compares how often an order changed its state, not how often it was saved."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        if kept is None or kept.version not in (order.version, order.version - 1):
            raise VersionStale("Stale.")
        self._keep(order, kept)
