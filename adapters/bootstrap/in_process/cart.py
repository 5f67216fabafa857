"""The cart service in a function: it looks prices up among the products themselves."""

from adapters.bootstrap.cart import cart_service
from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import FunctionSettings
from core.cart.ports import Catalog


def cart_parts(common: Common, settings: FunctionSettings) -> ServiceParts:
    """The products are imported when a cart has some."""
    common.stores.expect("product")
    catalog = common.late.of(Catalog, lambda: resolve("adapters.bootstrap.in_process.neighbours:of_carts")(common))
    return cart_service(common, keys=public_keys(settings), catalog=catalog)
