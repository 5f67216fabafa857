"""The order service in a function: products, carts and address books are beside it, over their own stores."""

from functools import cache

from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.order import order_service
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import FunctionSettings
from core.order.ports import AddressBook, Carts, Catalog, Stock
from core.shared.ports import KeySource


def order_parts(common: Common, settings: FunctionSettings) -> ServiceParts:
    return order_among_stores(common, public_keys(settings))


def order_among_stores(common: Common, keys: KeySource) -> ServiceParts:
    """The others are imported when an order needs them; to look at one, none is needed."""
    common.stores.expect("product", "cart", "user")
    neighbours = cache(lambda: resolve("adapters.bootstrap.in_process.neighbours:of_orders")(common))
    return order_service(
        common,
        keys=keys,
        carts=common.late.of(Carts, lambda: neighbours().carts),
        catalog=common.late.of(Catalog, lambda: neighbours().catalog),
        stock=common.late.of(Stock, lambda: neighbours().stock),
        addresses=common.late.of(AddressBook, lambda: neighbours().addresses),
    )
