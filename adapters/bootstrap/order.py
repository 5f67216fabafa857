"""The order service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.publishers import publisher
from adapters.bootstrap.registry import resolve
from adapters.inbound.worker.gauges.order import OrderGauges
from core.order.ports import AddressBook, Carts, Catalog, Stock
from core.order.use_cases import OrderUseCases
from core.shared.ports import KeySource


def order_service(
    common: Common, *, keys: KeySource, carts: Carts, catalog: Catalog, stock: Stock, addresses: AddressBook
) -> ServiceParts:
    """Orders in one store, between the other three services; customers' tokens by the user service's `keys`.

    Orders left half-way are taken up in rounds, and events are told so.
    """
    use_cases = common.telemetry.observed(
        OrderUseCases.over(
            orders=common.stores.of("order").orders,
            carts=carts,
            catalog=catalog,
            stock=stock,
            addresses=addresses,
            publisher=publisher(common.settings),
            clock=common.clock,
            new_id=common.new_id,
            checkout_seconds=common.settings.checkout_seconds,
        )
    )
    return ServiceParts(
        use_cases=use_cases,
        router=lambda: resolve("adapters.inbound.web.order:order_router")(use_cases),
        verifier=common.verifier(keys),
        rounds={"resume_orders": use_cases.resume_orders, "relay_events": use_cases.relay_events},
        count_books=OrderGauges(
            tell_backlog=use_cases.tell_backlog, metrics=common.telemetry.metrics, clock=common.clock
        ),
    )
