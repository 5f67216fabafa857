"""What a service has of others that are beside it, over their own stores: apart, for it is imported when it is used."""

from dataclasses import dataclass

from adapters.bootstrap.cart import cart_use_cases
from adapters.bootstrap.common import Common
from adapters.bootstrap.product import product_use_cases
from adapters.outbound.in_process import cart as for_carts
from adapters.outbound.in_process import order as for_orders
from core.cart import ports as cart_ports
from core.order import ports as order_ports
from core.user.use_cases.addresses import GetAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrders:
    """The order service's."""

    carts: order_ports.Carts
    catalog: order_ports.Catalog
    stock: order_ports.Stock
    addresses: order_ports.AddressBook


def of_carts(common: Common) -> cart_ports.Catalog:
    return for_carts.InProcessCatalog(common.telemetry.observed(product_use_cases(common)))


def of_orders(common: Common) -> OfOrders:
    """Of accounts there is the address book alone: neither a password's pepper nor a private key is needed."""
    product = common.telemetry.observed(product_use_cases(common))
    cart = common.telemetry.observed(cart_use_cases(common, for_carts.InProcessCatalog(product)))
    return OfOrders(
        carts=for_orders.InProcessCarts(cart),
        catalog=for_orders.InProcessCatalog(product),
        stock=for_orders.InProcessStock(product),
        addresses=for_orders.InProcessAddressBook(GetAddress(users=common.stores.of("user").users)),
    )
