"""The stores whose cost is measured, and how to tell what a read looked at in each."""

import json
import os
import tempfile
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pymongo
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from adapters.bootstrap.registry import load
from adapters.outbound.mongo.database import Limits, MongoDatabase
from core.order.ports import Orders
from tests.database import free_port, secantus_process, secantus_url

REQUESTS = 100
REQUESTS_SENT = 12
"""So many where a server is asked each time."""
Read = Callable[[int], Awaitable[bytes]]
"""One request, one of many like it by its number: the body of its answer."""


class Queries(CommandListener):
    """Keeps the queries that were sent."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate"):
            self.sent.append(event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class Bench(ABC):
    """A store to be measured."""

    product: Any
    orders: Orders
    requests: int
    server: int | None = None
    """The process id of a server of our own."""

    @abstractmethod
    async def examined(self, read: Read) -> float | None:
        """How many documents each of some requests looked at, all told."""


class MemoryBench(Bench):
    requests = REQUESTS

    def __init__(self) -> None:
        self.product = load("product", "memory")()
        self.orders = load("order", "memory")().orders

    async def examined(self, read: Read) -> float | None:
        index = self.product.products._shelf.index
        before = index.examined
        answered = [documents(await read(number)) for number in range(self.requests)]
        return (index.examined - before) / max(1, sum(answered)) or 1.0  # what is found by its key is looked at once


class MongoBench(Bench):
    requests = REQUESTS_SENT

    def __init__(self, database: MongoDatabase, queries: Queries, plain: Any, server: int | None) -> None:
        self.product = load("product", "mongo")(database)
        self.orders = load("order", "mongo")(database).orders
        self.server = server
        self._queries = queries
        self._plain = plain

    async def examined(self, read: Read) -> float | None:
        if self.server is not None:
            return None
        self._queries.sent.clear()
        answered = [documents(await read(number)) for number in range(self.requests)]
        looked_at = 0
        for command in list(self._queries.sent):
            asked = {key: value for key, value in command.items() if key in _EXPLAINED}
            told = await self._plain.command("explain", asked, verbosity="executionStats")
            looked_at += sum(stats["totalDocsExamined"] for stats in _stats(told))
        return looked_at / max(1, sum(answered))


_EXPLAINED = {"find", "filter", "sort", "limit", "projection", "aggregate", "pipeline", "cursor"}


def _stats(told: Any) -> list[Mapping[str, Any]]:
    if isinstance(told, Mapping):
        own = [told["executionStats"]] if "executionStats" in told else []
        return own or [found for value in told.values() for found in _stats(value)]
    return [found for value in told for found in _stats(value)] if isinstance(told, list) else []


def documents(body: bytes) -> int:
    """How many an answer has."""
    answer = json.loads(body)
    return len(answer["items"]) if "items" in answer else 1


@asynccontextmanager
async def in_memory() -> AsyncIterator[Bench]:
    yield MemoryBench()


@asynccontextmanager
async def in_mongo() -> AsyncIterator[Bench]:
    """A database of its own on the server that MONGO_URL names, else on an embedded one of our own."""
    with ExitStack() as stack:
        url, server = os.environ.get("MONGO_URL"), None
        if not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portico-scale-"))
            port = free_port()
            server = stack.enter_context(secantus_process(port, Path(folder))).pid
            url = secantus_url(port)
        queries = Queries()
        client = pymongo.AsyncMongoClient[dict[str, Any]](url, tz_aware=True, event_listeners=[queries])
        name = f"scale_{uuid.uuid4().hex}"
        async with MongoDatabase(client, name, limits=Limits(seconds=60)) as database:
            try:
                yield MongoBench(database, queries, client[name], server)
            finally:
                await client.drop_database(name)


STORES: Mapping[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {"memory": in_memory, "mongo": in_mongo}
