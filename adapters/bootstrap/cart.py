"""The cart service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.http_client.cart import HttpCatalog
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.system.secret import UrlSafeSecret
from core.cart.use_cases import CartUseCases


def cart_app(settings: Settings) -> ShopApp:
    """Carts in one store, prices from the product service, customers' tokens by the user service's keys."""
    common = Common.of("cart", settings)
    products, users = common.channel("product"), common.channel("user")
    use_cases = CartUseCases.over(
        carts=common.stores.of("cart").carts,
        catalog=HttpCatalog(products),
        clock=common.clock,
        new_id=common.new_id,
        new_secret=UrlSafeSecret(),
        currency=settings.currency,
    )
    return common.app(
        cart_router(use_cases), verifier=common.verifier(HttpKeySource(users)), resources=(products, users)
    )
