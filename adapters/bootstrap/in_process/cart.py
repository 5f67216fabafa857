"""The cart service in a function: it looks prices up among the products themselves."""

from adapters.bootstrap.cart import cart_service
from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.product import product_use_cases
from adapters.bootstrap.settings import FunctionSettings
from adapters.outbound.in_process.cart import InProcessCatalog


def cart_parts(common: Common, settings: FunctionSettings) -> ServiceParts:
    product = common.telemetry.observed(product_use_cases(common))
    return cart_service(common, keys=public_keys(settings), catalog=InProcessCatalog(product))
