"""Carts in this process's memory, for as long as it lives."""

import heapq
from datetime import datetime
from threading import Lock

from core.cart.errors import CartNotFound
from core.cart.model import Cart, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale


class MemoryCarts(Carts):
    """Carts by owner. Safe to share between threads."""

    def __init__(self) -> None:
        self._carts: dict[Owner, Cart] = {}
        self._expiries: list[tuple[datetime, str]] = []
        self._lock = Lock()

    async def get(self, owner: Owner) -> Cart:
        with self._lock:
            try:
                return self._carts[owner]
            except KeyError as absent:
                raise CartNotFound("This owner has no cart yet.") from absent

    async def save(self, cart: Cart) -> None:
        """Keep it, and forget guest carts that had expired when it was made, so that memory does not fill up."""
        with self._lock:
            self._forget(cart.updated_at)
            kept = self._carts.get(cart.owner)
            id, version = (cart.id, 0) if kept is None else (kept.id, kept.version)
            if (id, version) != (cart.id, cart.version - 1):
                raise VersionStale(f"The cart is at version {version}.")
            self._carts[cart.owner] = cart
            if kept is None and cart.expires_at is not None:
                heapq.heappush(self._expiries, (cart.expires_at, cart.owner.key))

    def _forget(self, now: datetime) -> None:
        """A cart that was changed meanwhile has become good for longer, and is put back."""
        while self._expiries and self._expiries[0][0] <= now:
            owner = Owner(key=heapq.heappop(self._expiries)[1])
            expires_at = self._carts[owner].expires_at
            if expires_at is not None and expires_at > now:
                heapq.heappush(self._expiries, (expires_at, owner.key))
            else:
                del self._carts[owner]


class MemoryCartStore:
    """All that the cart service keeps."""

    def __init__(self) -> None:
        self.carts = MemoryCarts()
