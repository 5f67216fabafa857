"""The product service in a function: it needs keys alone."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.keys import public_keys
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.product import product_service
from adapters.bootstrap.settings import FunctionSettings


def product_parts(common: Common, settings: FunctionSettings) -> ServiceParts:
    return product_service(common, keys=public_keys(settings))
