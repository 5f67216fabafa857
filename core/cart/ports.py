"""What carts need from outside: a place to be kept, and the catalogue's word on products."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Protocol

from core.cart.model import Cart, Offer, Owner


class Carts(Protocol):
    """Keeps one cart an owner, to the field; times are whole milliseconds, as `Clock.now` tells them."""

    @abstractmethod
    async def get(self, owner: Owner) -> Cart:
        """The owner's cart. Raises: CartNotFound."""

    @abstractmethod
    async def save(self, cart: Cart) -> None:
        """Keep a cart's next version; version 1 is a new cart.

        Raises: VersionStale if the version kept now is not `cart.version - 1`, or, for version 1, if the owner
        has a cart; also if the owner's cart is another by its id.
        """


class Catalog(Protocol):
    """Tells what products cost, and whether they can be had."""

    @abstractmethod
    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        """The offers by product id; a product that does not exist is left out. Raises: Unavailable."""
