"""The order service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.order import order_router
from adapters.inbound.worker import gauges
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.order import HttpAddressBook, HttpCarts, HttpCatalog, HttpStock
from adapters.outbound.http_client.security import HttpKeySource
from adapters.telemetry.telemetry import Telemetry
from core.order.use_cases import OrderUseCases


def order_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    """Orders in one store; carts, products and addresses over HTTP; the worker and the relay beside the routes."""
    common = Common.of("order", settings, telemetry=telemetry)
    products, carts, users = common.channel("product"), common.channel("cart"), common.channel("user")
    use_cases = order_use_cases(common, products=products, carts=carts, users=users)
    books = gauges.OrderGauges(
        tell_backlog=use_cases.tell_backlog, metrics=common.telemetry.metrics, clock=common.clock
    )
    return common.app(
        order_router(use_cases),
        verifier=common.verifier(HttpKeySource(users)),
        resources=(
            products,
            carts,
            users,
            *background(common, use_cases),
            common.rounds("count_books", books, seconds=gauges.SECONDS),
        ),
    )


def order_use_cases(common: Common, *, products: Channel, carts: Channel, users: Channel) -> OrderUseCases:
    """The order service without an edge, observed, as the web and a worker of its own both need it."""
    use_cases = OrderUseCases.over(
        orders=common.stores.of("order").orders,
        carts=HttpCarts(carts),
        catalog=HttpCatalog(products),
        stock=HttpStock(products),
        addresses=HttpAddressBook(users),
        publisher=load("publisher", common.settings.event_publisher)(),
        clock=common.clock,
        new_id=common.new_id,
        checkout_seconds=common.settings.checkout_seconds,
    )
    return common.telemetry.observed(use_cases)


def background(common: Common, use_cases: OrderUseCases) -> tuple[Rounds, Rounds]:
    """What goes on without a request: orders left half-way are taken up, and events are told."""
    return (
        common.rounds("resume_orders", use_cases.resume_orders),
        common.rounds("relay_events", use_cases.relay_events),
    )
