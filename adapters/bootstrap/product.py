"""The product service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.product import product_router
from adapters.outbound.http_client.security import HttpKeySource
from core.product.use_cases import ProductUseCases


def product_app(settings: Settings) -> ShopApp:
    """Products and stock in one store; customers' tokens are checked by the user service's keys."""
    common = Common.of("product", settings)
    store = common.stores.of("product")
    users = common.channel("user")
    use_cases = ProductUseCases.over(
        products=store.products,
        stocks=store.stocks,
        clock=common.clock,
        new_id=common.new_id,
        currency=settings.currency,
    )
    return common.app(product_router(use_cases), verifier=common.verifier(HttpKeySource(users)), resources=(users,))
