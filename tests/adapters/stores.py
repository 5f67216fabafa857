"""Runs a test on every store that the registry knows for a service, each time on a fresh and empty one."""

import inspect
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import pymongo
import pytest

from adapters.bootstrap.registry import ADAPTERS, load
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


OPENERS: Mapping[str, Callable[[str], AbstractAsyncContextManager[Any]]] = {"memory": in_memory, "mongo": in_mongo}
"""How to open a store of each technology; a technology in the registry that is missing here fails its suite."""


def on_every_store(service: str) -> Callable[[Test], Test]:
    """Calls an `async def test_...(store, ...)` once for each of the service's registered stores."""

    def decorate(test: Test) -> Test:
        async def on_one(technology: str, **arguments: Any) -> None:
            async with OPENERS[technology](service) as store:
                await test(store, **arguments)

        signature = inspect.signature(test)
        store, *rest = signature.parameters.values()
        parameters = [store.replace(name="technology", annotation=str), *rest]
        on_one.__name__, on_one.__doc__, on_one.__module__ = test.__name__, test.__doc__, test.__module__
        on_one.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # pytest reads it
        each: Test = pytest.mark.parametrize("technology", ADAPTERS[service])(on_one)
        return each

    return decorate
