"""The product service, plugged together."""

from typing import Any

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.registry import resolve
from adapters.inbound.worker.gauges.product import StockGauges
from adapters.outbound.decorators.product import CoalescedProducts
from adapters.outbound.snowball.product import SnowballStemmer
from core.product.use_cases import ProductUseCases
from core.shared.ports import KeySource


def product_service(common: Common, *, keys: KeySource) -> ServiceParts:
    """Products and stock in one store; customers' tokens are checked by the user service's `keys`."""
    settings = common.settings
    use_cases = common.telemetry.observed(product_use_cases(common))

    def router() -> Any:
        imports = resolve("adapters.inbound.web.product:ImportLimits")(
            body_bytes=settings.import_limit_bytes, seconds=settings.request_seconds, monotonic=common.clock.monotonic
        )
        return resolve("adapters.inbound.web.product:product_router")(use_cases, imports)

    return ServiceParts(
        use_cases=use_cases,
        router=router,
        verifier=common.verifier(keys),
        count_books=StockGauges(tell_held=use_cases.tell_held, metrics=common.telemetry.metrics),
    )


def product_use_cases(common: Common) -> ProductUseCases:
    """The product service without an edge."""
    store = common.stores.of("product")
    coalesces = common.settings.coalesce_reads
    return ProductUseCases.over(
        products=CoalescedProducts(store.products, common.clock) if coalesces else store.products,
        stocks=store.stocks,
        stemmer=SnowballStemmer(),
        clock=common.clock,
        new_id=common.new_id,
        currency=common.settings.currency,
    )
