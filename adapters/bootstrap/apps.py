"""The four services as containers run them, by name, each imported only in the process that is to be it."""

from collections.abc import Mapping

from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import Service, Settings
from adapters.inbound.web.openapi import ShopApp

APPS: Mapping[Service, str] = {
    "product": "adapters.bootstrap.over_http.product:product_app",
    "user": "adapters.bootstrap.over_http.user:user_app",
    "cart": "adapters.bootstrap.over_http.cart:cart_app",
    "order": "adapters.bootstrap.over_http.order:order_app",
}


def new_app(settings: Settings) -> ShopApp:
    """The service that `settings` name. Raises: UnknownAdapter, ValueError for a setting that cannot be used."""
    app: ShopApp = resolve(APPS[settings.service])(settings)
    return app
