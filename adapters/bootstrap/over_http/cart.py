"""The cart service in a process of its own: it asks the product service for prices, the user service for keys."""

from adapters.bootstrap.cart import cart_service
from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.container import container
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.http_client.cart import HttpCatalog
from adapters.outbound.http_client.security import HttpKeySource
from adapters.telemetry.telemetry import Telemetry


def cart_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    return cart_container(Common.of("cart", settings, telemetry=telemetry))


def cart_container(common: Common) -> ShopApp:
    peers = Peers.of(common)
    products, users = peers.channels("product", "user")
    service = cart_service(common, keys=HttpKeySource(users), catalog=HttpCatalog(products))
    return container(common, peers, service, channels=(products, users))
