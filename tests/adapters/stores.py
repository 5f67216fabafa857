"""Runs a test on every store that the registry knows for a service, each time on a fresh and empty one."""

import inspect
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import pymongo
import pytest

from adapters.bootstrap.registry import NEEDS, load
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.outbound.mongo.database import Limits, MongoDatabase
from core.product.ports import Products, Stocks
from tests.adapters.served import Commands
from tests.database import mongo_url

Test = Callable[..., Coroutine[Any, Any, None]]


class ProductStore(Protocol):
    @property
    def products(self) -> Products: ...

    @property
    def stocks(self) -> Stocks: ...


@asynccontextmanager
async def in_memory(service: str) -> AsyncIterator[Any]:
    yield load(service, "memory")()


@asynccontextmanager
async def in_mongo(service: str) -> AsyncIterator[Any]:
    """Over a database of its own. At the end, every query must have been served by an index and every write durable."""
    commands = Commands()
    client = pymongo.AsyncMongoClient[dict[str, Any]](
        mongo_url(), tz_aware=True, serverSelectionTimeoutMS=10_000, event_listeners=[commands]
    )
    name = f"test_{uuid.uuid4().hex}"
    async with MongoDatabase(client, name, limits=Limits(seconds=30)) as database:
        try:
            yield load(service, "mongo")(database)
            commands.check()
        finally:
            await client.drop_database(name)


@asynccontextmanager
async def at_an_address(service: str, technology: str) -> AsyncIterator[Any]:
    """As a process would open it; a technology that takes an address has one in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        takes_one = inspect.signature(load(service, technology)).parameters
        name = f"{technology}:{Path(folder) / service}" if takes_one else technology
        stores = Stores(Settings.model_validate({"store": name}))
        store = stores.of(cast("Service", service))
        async with stores:
            yield store


def opened(service: str, technology: str) -> AbstractAsyncContextManager[Any]:
    """A fresh and empty store of any technology in the registry. One that needs a server is started by a line here."""
    return in_mongo(service) if technology == "mongo" else at_an_address(service, technology)


def on_every_store(service: str) -> Callable[[Test], Test]:
    """Calls an `async def test_...(store, ...)` once for each of the service's registered stores."""

    def decorate(test: Test) -> Test:
        async def on_one(technology: str, **arguments: Any) -> None:
            async with opened(service, technology) as store:
                await test(store, **arguments)

        signature = inspect.signature(test)
        store, *rest = signature.parameters.values()
        parameters = [store.replace(name="technology", annotation=str), *rest]
        on_one.__name__, on_one.__doc__, on_one.__module__ = test.__name__, test.__doc__, test.__module__
        on_one.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # pytest reads it
        each: Test = pytest.mark.parametrize("technology", NEEDS[service].adapters)(on_one)
        return each

    return decorate


def on_stores_of(
    service: str, port: Callable[[Any], object]
) -> Mapping[str, Callable[[], AbstractAsyncContextManager[Any]]]:
    """Opens what `port` picks out of each of the service's registered stores, by the technology's name."""

    def opener(technology: str) -> Callable[[], AbstractAsyncContextManager[Any]]:
        @asynccontextmanager
        async def opened_port() -> AsyncIterator[object]:
            async with opened(service, technology) as store:
                yield port(store)

        return opened_port

    return {technology: opener(technology) for technology in NEEDS[service].adapters}
