"""The user service in a process of its own: it asks nobody."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.container import container
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Settings
from adapters.bootstrap.user import user_service
from adapters.inbound.web.openapi import ShopApp
from adapters.telemetry.telemetry import Telemetry


def user_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    return user_container(Common.of("user", settings, telemetry=telemetry))


def user_container(common: Common) -> ShopApp:
    return container(common, Peers.of(common), user_service(common))
