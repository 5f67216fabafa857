"""Carts in this process's memory, for as long as it lives."""

from threading import Lock

from core.cart.errors import CartNotFound
from core.cart.model import Cart, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale


class MemoryCarts(Carts):
    """Carts by owner. Safe to share between threads."""

    def __init__(self) -> None:
        self._carts: dict[Owner, Cart] = {}
        self._lock = Lock()

    async def get(self, owner: Owner) -> Cart:
        with self._lock:
            try:
                return self._carts[owner]
            except KeyError as absent:
                raise CartNotFound("This owner has no cart yet.") from absent

    async def save(self, cart: Cart) -> None:
        with self._lock:
            kept = self._carts.get(cart.owner)
            id, version = (cart.id, 0) if kept is None else (kept.id, kept.version)
            if (id, version) != (cart.id, cart.version - 1):
                raise VersionStale(f"The cart is at version {version}.")
            self._carts[cart.owner] = cart


class MemoryCartStore:
    """All that the cart service keeps."""

    def __init__(self) -> None:
        self.carts = MemoryCarts()
