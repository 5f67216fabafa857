"""What the stores of a shop hold, so that two moments can be compared."""

from collections import deque
from datetime import datetime
from threading import Lock
from typing import Any

from core.cart.model import Cart
from core.order.model import Order
from core.product.model import Product, Stock
from core.user.model import Session, User
from tests.security.shops import Shop

_LOCK = type(Lock())
_PLAIN = {str, int, datetime, User, Session, Product, Stock, Cart, Order}
"""Most of what is kept; there is nothing to copy in it."""
_MEMORY = "adapters.outbound.memory"
_DERIVED = (f"{_MEMORY}.product_index", f"{_MEMORY}.sorted_places")
"""What is found by searching is made of what is kept, and put into order when somebody looks."""


def state(shop: Shop) -> Any:
    """All that lasts, whichever repository of whichever service keeps it, but for the tallies of who came how often."""
    return {service: _held(store) for service, store in shop.stores.items()} | {"told": shop.publisher.told}


def _held(thing: Any) -> Any:
    """The containers are copied; what they hold is frozen."""
    kind = type(thing)
    if kind is dict:
        return {key: value if type(value) in _PLAIN else _held(value) for key, value in thing.items()}
    if kind in (list, tuple, deque):
        return [value if type(value) in _PLAIN else _held(value) for value in thing]
    if kind in (set, frozenset):
        return set(thing)
    if kind.__module__ in _DERIVED:
        return None
    if kind.__module__.startswith(_MEMORY):
        return {name: _held(part) for name, part in vars(thing).items() if not isinstance(part, _LOCK)}
    return thing
