"""The product service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.product import ImportLimits, product_router
from adapters.inbound.worker import gauges
from adapters.outbound.decorators.product import CoalescedProducts
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.snowball.product import SnowballStemmer
from adapters.telemetry.telemetry import Telemetry
from core.product.use_cases import ProductUseCases


def product_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    """Products and stock in one store; customers' tokens are checked by the user service's keys."""
    common = Common.of("product", settings, telemetry=telemetry)
    store = common.stores.of("product")
    users = common.channel("user")
    use_cases = common.telemetry.observed(
        ProductUseCases.over(
            products=CoalescedProducts(store.products, common.clock) if settings.coalesce_reads else store.products,
            stocks=store.stocks,
            stemmer=SnowballStemmer(),
            clock=common.clock,
            new_id=common.new_id,
            currency=settings.currency,
        )
    )
    imports = ImportLimits(
        body_bytes=settings.import_limit_bytes, seconds=settings.request_seconds, monotonic=common.clock.monotonic
    )
    books = gauges.StockGauges(tell_held=use_cases.tell_held, metrics=common.telemetry.metrics)
    return common.app(
        product_router(use_cases, imports),
        verifier=common.verifier(HttpKeySource(users)),
        resources=(users, common.rounds("count_books", books, seconds=gauges.SECONDS)),
    )
