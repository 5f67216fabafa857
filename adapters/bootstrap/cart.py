"""The cart service, plugged together."""

from dataclasses import replace

from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.decorators.cart import CachedCatalog, FreshCatalog
from adapters.outbound.http_client.cart import HttpCatalog
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.system.secret import UrlSafeSecret
from adapters.telemetry.telemetry import Telemetry
from core.cart.ports import Catalog
from core.cart.use_cases import CartUseCases, ViewCart


def cart_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    """Carts in one store, prices from the product service, customers' tokens by the user service's keys."""
    common = Common.of("cart", settings, telemetry=telemetry)
    products, users = common.channel("product"), common.channel("user")
    use_cases = cart_use_cases(common, HttpCatalog(products))
    return common.app(
        cart_router(common.telemetry.observed(use_cases)),
        verifier=common.verifier(HttpKeySource(users)),
        resources=(products, users),
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
