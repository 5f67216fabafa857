"""What carts need from outside: a place to be kept, and the catalogue's word on products."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Protocol

from core.cart.model import Cart, Offer, Owner


class Carts(Protocol):
    """Keeps one cart an owner, to the field, a guest's until it expires at least; a customer's is never forgotten.

    Times are whole milliseconds, as `Clock.now` tells them. No two carts have one id. Any method raises Unavailable
    if the store cannot answer.
    """

    @abstractmethod
    async def get(self, owner: Owner) -> Cart:
        """The owner's cart as last saved, an empty one too.

        Raises: CartNotFound if nothing was ever saved; a guest's cart that has expired may be found or not.
        """

    @abstractmethod
    async def save(self, cart: Cart) -> None:
        """Keep a cart's next version, made just now; version 1 is a new cart. Of many at once, one is kept.

        Raises: VersionStale if the version kept now is not `cart.version - 1`, or, for version 1, if the owner
        has a cart; also if the owner's cart is another by its id. What is refused changes nothing.
        """


class Catalog(Protocol):
    """Tells what products cost, and whether they can be had: a little while ago, at worst.

    An offer may be `OFFERS_AGE_MAX` seconds old by the clock when it is asked for, however often it was before.
    """

    @abstractmethod
    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        """The offers of all these products and no others, by product id, however many they are.

        An archived product's offer is not `for_sale`; what is on hold is not `available`. What does not exist, or is
        no id to the letter, is left out. Raises: Unavailable, unless all the offers are known.
        """
