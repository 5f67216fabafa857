"""The work behind the commands of `shop`, imported only by those that need it."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from adapters.bootstrap.apps import APPS, new_app
from adapters.bootstrap.common import Common
from adapters.bootstrap.order import background, order_use_cases
from adapters.bootstrap.registry import UnknownAdapter, load
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.inbound.cli.actions import Environment
from adapters.inbound.cli.errors import CommandFailed
from adapters.outbound.http_client.order import HttpOrderRecords, HttpStockRecords
from adapters.outbound.security.keys import new_signing_key
from core.order.use_cases.audit import Audit, lasting_differences
from core.user.use_cases.administration import GrantAdmin

AUDIT_PAUSE = 0.5
"""Seconds between two looks at the books: on a live shop, what is just happening is over by then."""


def generate_signing_key() -> str:
    return new_signing_key()


async def grant_admin(email: str, environment: Environment) -> None:
    """Straight in the store of the user service. Raises: ShopError, CommandFailed."""
    settings = _settings("user", environment)
    async with Stores.chosen_by(settings) as stores:
        await GrantAdmin(users=stores.of("user").users)(email=email)


async def audit(environment: Environment) -> Sequence[str]:
    """By the internal lists of the product and order services. Raises: ShopError, CommandFailed."""
    common = Common.of("audit", _settings("order", environment))
    async with common.channel("order") as orders, common.channel("product") as products:
        books = Audit(orders=HttpOrderRecords(orders), stocks=HttpStockRecords(products), clock=common.clock)
        differences = await lasting_differences(books, lambda: asyncio.sleep(AUDIT_PAUSE))
    return [difference.sentence for difference in differences]


async def worker(environment: Environment) -> None:
    """The order service's background work on its own, until cancelled. Raises: ShopError, CommandFailed."""
    common = Common.of("order", _settings("order", environment))
    products, carts, users = common.channel("product"), common.channel("cart"), common.channel("user")
    use_cases = order_use_cases(common, products=products, carts=carts, users=users)
    async with AsyncExitStack() as stack:
        for resource in (common.stores, products, carts, users, *background(use_cases, common.settings)):
            await stack.enter_async_context(resource)
        await asyncio.Event().wait()


def openapi(folder: Path) -> Sequence[Path]:
    """The documents as the services themselves answer them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for service in APPS:
        path = folder / f"{service}.json"
        document = new_app(Settings(service=service)).openapi()
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _settings(service: Service, environment: Environment) -> Settings:
    """Raises: CommandFailed if a variable's value is not one, or names an adapter that there is not."""
    named = {name.lower(): value for name, value in environment.items()}
    try:
        settings = Settings.model_validate(named | {"service": service})
        load(service, settings.store)
    except UnknownAdapter as error:
        raise CommandFailed(f"STORE is wrong. {error}") from error
    except ValueError as error:
        raise CommandFailed(f"A setting is wrong. {error}") from error
    return settings
