"""The order service, plugged together."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.order import order_router
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.order import HttpAddressBook, HttpCarts, HttpCatalog, HttpStock
from adapters.outbound.http_client.security import HttpKeySource
from core.order.use_cases import OrderUseCases


def order_app(settings: Settings) -> ShopApp:
    """Orders in one store; carts, products and addresses over HTTP; the worker and the relay beside the routes."""
    common = Common.of("order", settings)
    products, carts, users = common.channel("product"), common.channel("cart"), common.channel("user")
    use_cases = order_use_cases(common, products=products, carts=carts, users=users)
    return common.app(
        order_router(use_cases),
        verifier=common.verifier(HttpKeySource(users)),
        resources=(products, carts, users, *background(use_cases, settings)),
    )


def order_use_cases(common: Common, *, products: Channel, carts: Channel, users: Channel) -> OrderUseCases:
    """The order service without an edge, as the web and a worker of its own both need it."""
    return OrderUseCases.over(
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


def background(use_cases: OrderUseCases, settings: Settings) -> tuple[Rounds, Rounds]:
    """What goes on without a request: orders left half-way are taken up, and events are told."""
    return (
        Rounds("resume orders", use_cases.resume_orders, seconds=settings.worker_seconds),
        Rounds("relay events", use_cases.relay_events, seconds=settings.worker_seconds),
    )
