"""The product service over HTTP: the catalogue for everyone, its care for admins, holds for the order service."""

from adapters.inbound.web.product.imports import ImportLimits
from adapters.inbound.web.product.routes import product_router

__all__ = ["ImportLimits", "product_router"]
