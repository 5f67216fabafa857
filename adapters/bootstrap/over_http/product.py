"""The product service in a process of its own: it asks the user service for keys alone."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.container import container
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.product import product_service
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.http_client.security import HttpKeySource
from adapters.telemetry.telemetry import Telemetry


def product_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    return product_container(Common.of("product", settings, telemetry=telemetry))


def product_container(common: Common) -> ShopApp:
    peers = Peers.of(common)
    users = peers.channel("user")
    service = product_service(common, keys=HttpKeySource(users))
    return container(common, peers, service, channels=(users,))
