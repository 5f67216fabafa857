"""The order service in a function: products, carts and address books are beside it, over their own stores."""

from adapters.bootstrap.cart import cart_use_cases
from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.order import order_service
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.product import product_use_cases
from adapters.bootstrap.settings import FunctionSettings
from adapters.outbound.in_process.cart import InProcessCatalog as InProcessCatalogOfCarts
from adapters.outbound.in_process.order import InProcessAddressBook, InProcessCarts, InProcessCatalog, InProcessStock
from core.shared.ports import KeySource
from core.user.use_cases.addresses import GetAddress


def order_parts(common: Common, settings: FunctionSettings) -> ServiceParts:
    return order_among_stores(common, public_keys(settings))


def order_among_stores(common: Common, keys: KeySource) -> ServiceParts:
    """Of accounts there is the address book alone: neither a password's pepper nor a private key is needed."""
    observed = common.telemetry.observed
    product = observed(product_use_cases(common))
    cart = observed(cart_use_cases(common, InProcessCatalogOfCarts(product)))
    return order_service(
        common,
        keys=keys,
        carts=InProcessCarts(cart),
        catalog=InProcessCatalog(product),
        stock=InProcessStock(product),
        addresses=InProcessAddressBook(GetAddress(users=common.stores.of("user").users)),
    )
