"""The order service in a process of its own: it asks all three others."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from adapters.bootstrap.common import Common
from adapters.bootstrap.order import order_service
from adapters.bootstrap.over_http.container import container, rounds
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.order import HttpAddressBook, HttpCarts, HttpCatalog, HttpStock
from adapters.outbound.http_client.security import HttpKeySource
from adapters.telemetry.telemetry import Telemetry


def order_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    return order_container(Common.of("order", settings, telemetry=telemetry))


def order_container(common: Common) -> ShopApp:
    peers = Peers.of(common)
    service, channels = _between_the_others(common, peers)
    return container(common, peers, service, channels=channels)


def order_worker(settings: Settings) -> Sequence[AbstractAsyncContextManager[object]]:
    """The rounds of the order service without its routes, and what they stand on: all to be opened, in this order."""
    common = Common.of("order", settings)
    service, channels = _between_the_others(common, Peers.of(common))
    return (*common.foundation, *channels, *rounds(common, service))


def _between_the_others(common: Common, peers: Peers) -> tuple[ServiceParts, Sequence[Channel]]:
    products, carts, users = channels = peers.channels("product", "cart", "user")
    service = order_service(
        common,
        keys=HttpKeySource(users),
        carts=HttpCarts(carts),
        catalog=HttpCatalog(products),
        stock=HttpStock(products),
        addresses=HttpAddressBook(users),
    )
    return service, channels
