"""The cart service, plugged together."""

from dataclasses import replace

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.registry import resolve
from adapters.outbound.decorators.cart import CachedCatalog, FreshCatalog
from adapters.outbound.system.secret import UrlSafeSecret
from core.cart.ports import Catalog
from core.cart.use_cases import CartUseCases, ViewCart
from core.shared.ports import KeySource


def cart_service(common: Common, *, keys: KeySource, catalog: Catalog) -> ServiceParts:
    """Carts in one store, prices from the `catalog`, customers' tokens by the user service's `keys`."""
    use_cases = common.telemetry.observed(cart_use_cases(common, catalog))
    return ServiceParts(
        use_cases=use_cases,
        router=lambda: resolve("adapters.inbound.web.cart:cart_router")(use_cases),
        verifier=common.verifier(keys),
    )


def cart_use_cases(common: Common, catalog: Catalog) -> CartUseCases:
    """The cart service without an edge.

    With a cache, carts are looked at through it; whatever changes one asks for itself, and has the cache learn of it.
    """
    seconds = common.settings.catalog_cache_seconds
    cache = CachedCatalog(catalog, clock=common.clock, seconds=seconds) if seconds else None
    use_cases = CartUseCases.over(
        carts=common.stores.of("cart").carts,
        catalog=FreshCatalog(cache) if cache else catalog,
        clock=common.clock,
        new_id=common.new_id,
        new_secret=UrlSafeSecret(),
        currency=common.settings.currency,
    )
    if cache is None:
        return use_cases
    return replace(use_cases, view_cart=ViewCart(shelf=replace(use_cases.view_cart.shelf, catalog=cache)))
