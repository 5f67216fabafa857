"""The work behind the commands of `shop`, imported only by those that need it."""

import asyncio
import json
import os
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import cast

from adapters.bootstrap.apps import APPS, new_app
from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.order import order_worker
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.plugged import require_adapters
from adapters.bootstrap.registry import UnknownAdapter
from adapters.bootstrap.settings import Service, Settings, WrongSettings, checked
from adapters.bootstrap.stores import Stores, connection
from adapters.inbound.cli.actions import Environment
from adapters.inbound.cli.errors import CommandFailed
from adapters.outbound.http_client.order import HttpCatalog, HttpOrderRecords, HttpStockRecords
from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from adapters.telemetry.logs import start_logging
from core import VERSION
from core.order.use_cases.audit import Audit, Audited, lasting_differences
from core.shared.errors import Unavailable
from core.user.model import PasswordRule
from core.user.use_cases.administration import GrantAdmin

AUDIT_PAUSE = 0.5
"""Seconds between two looks at the books: on a live shop, what is just happening is over by then."""
DATABASE_SECONDS = 3.0
"""How long a database may take to answer before it is taken for one that is not there."""


def check_password(password: str, field: str, *about: str) -> None:
    """By the list that ships, and the shop's usual name. Raises: PasswordUnacceptable."""
    shop_name = Settings.model_fields["shop_name"].default
    PasswordRule(common=ShippedCommonPasswords(), shop=shop_name).check(password, field, *about)


def check_settings(environment: Environment) -> None:
    """Those of the service that SERVICE names. Raises: CommandFailed."""
    _settings(cast("Service", environment["SERVICE"]), environment)  # which is checked as well


async def check_database(environment: Environment) -> None:
    """Whether the database of the service that SERVICE names can be written to.

    Raises: CommandFailed, without the password in the address.
    """
    settings = _settings(cast("Service", environment.get("SERVICE", "product")), environment)
    choice = settings.store_of(settings.service)
    try:
        database = connection(choice, settings, seconds=DATABASE_SECONDS)
    except ValueError as error:
        raise _wrong(error) from error
    async with database:
        try:
            async with database.collection("carts").use():  # whichever it is, this one's index is soon made
                return
        except Unavailable as error:
            host = re.split("[/?]", choice.address.rpartition("://")[2])[0].rpartition("@")[2]
            raise CommandFailed(
                f"MongoDB at {host} cannot be reached, or not be written to, within {DATABASE_SECONDS:g} s"
                f" ({choice.addressed_by})."
            ) from error


async def grant_admin(email: str, environment: Environment) -> None:
    """Straight in the store of the user service. Raises: ShopError, CommandFailed."""
    settings = _settings("user", environment)
    stores = Stores(settings)
    users = stores.of("user").users
    async with stores:
        await GrantAdmin(users=users)(email=email)


async def audit(environment: Environment) -> Audited:
    """By the internal lists of the product and order services. Raises: ShopError, CommandFailed."""
    settings = _settings("order", environment)
    common = Common.of("audit", settings)
    try:
        peers = Peers.of(common)
    except ValueError as error:
        raise _wrong(error) from error
    async with peers.channel("order") as orders, peers.channel("product") as products:
        books = Audit(
            orders=HttpOrderRecords(orders),
            stocks=HttpStockRecords(products),
            catalog=HttpCatalog(products),
            clock=common.clock,
        )
        try:
            return await lasting_differences(books.look, lambda: asyncio.sleep(AUDIT_PAUSE))
        except Unavailable as error:
            raise CommandFailed(
                f"{error} Asked were {settings.order_url} (ORDER_URL) and {settings.product_url} (PRODUCT_URL)."
            ) from error


async def worker(environment: Environment) -> None:
    """The order service's background work on its own, until cancelled. Raises: ShopError, CommandFailed."""
    settings = _settings("order", environment)
    start_logging(level=settings.log_level, form=settings.log_format, service="order", version=VERSION)
    try:
        resources = order_worker(settings)
    except ValueError as error:
        raise _wrong(error) from error
    async with AsyncExitStack() as stack:
        for resource in resources:
            await stack.enter_async_context(resource)
        await asyncio.Event().wait()


def openapi(folder: Path) -> Sequence[Path]:
    """The documents as the services themselves answer them. Raises: CommandFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for service in APPS:
        path = folder / f"{service}.json"
        document = new_app(_settings(service, os.environ)).openapi()
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _wrong(error: ValueError) -> CommandFailed:
    return CommandFailed(f"A setting is wrong. {error}")


def _settings(service: Service, environment: Environment) -> Settings:
    """Raises: CommandFailed if a variable's value is not one, or names an adapter that there is not."""
    try:
        settings = checked(Settings, {"service": service}, environment=environment)
        require_adapters(settings)
    except (UnknownAdapter, ValueError) as error:
        raise CommandFailed(str(error)) from error
    except WrongSettings as wrong:
        raise CommandFailed(f"A setting is wrong. {' '.join(f'{fault}.' for fault in wrong.faults)}") from wrong
    return settings
