"""The connection to MongoDB: one client a process, durable writes, limits on every call, and errors in our words."""

import asyncio
import contextvars
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Self

import pymongo
from pymongo import AsyncMongoClient, InsertOne, ReadPreference, UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    DuplicateKeyError,
    InvalidName,
    PyMongoError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern

from adapters.outbound.mongo.indexes import INDEXES
from adapters.outbound.mongo.telemetry import Commands, Connections, tell_of_failure, tell_of_pool
from adapters.telemetry.telemetry import Telemetry
from core.shared.context import REQUEST
from core.shared.errors import ShopError, Unavailable

Document = dict[str, Any]
Write = InsertOne[Document] | UpdateOne

DURABLE = WriteConcern(w="majority", j=True)
"""What is acknowledged survives the loss of any one server: most of them have it in their journal."""
SURVIVING = ReadConcern("majority")
"""Nothing is read that the loss of a server could still undo; what was acknowledged by `DURABLE` is read at once."""
_PAUSE = 1.0
"""Seconds between two attempts to make indexes."""
_log = logging.getLogger(__name__)


_INDEX = re.compile(r" index: (\S+) dup key")


def connect(
    url: str,
    database: str,
    *,
    seconds: float = 2.0,
    monotonic: Callable[[], float] = time.monotonic,
    telemetry: Telemetry | None = None,
) -> "MongoDatabase":
    """A database of the server at `url`; open it with `async with`, which needs no server to be there yet.

    One step takes `seconds` at most, from choosing a server to its answer, and no longer than the request has left
    by the clock `monotonic`. Making indexes takes as long as it takes, in the background.

    Raises: ValueError naming the setting that cannot be; it does not tell the value, which may hold a password.
    """
    limit = int(seconds * 1000)
    telemetry = telemetry or Telemetry.unread()
    try:
        client: AsyncMongoClient[Document] = AsyncMongoClient(
            url,
            appname="portico",
            tz_aware=True,
            tzinfo=UTC,
            serverSelectionTimeoutMS=limit,
            connectTimeoutMS=limit,
            socketTimeoutMS=None,  # each step has its own limit, and the making of indexes none, whatever the URL says
            timeoutMS=None,
            event_listeners=[Commands(telemetry), Connections(telemetry)],
        )
        tell_of_pool(client, telemetry)
        limits = Limits(seconds=seconds, monotonic=monotonic)
        return MongoDatabase(client, database, limits=limits, telemetry=telemetry)
    except InvalidName:
        raise ValueError("MONGO_DATABASE: not a name that a database can have.") from None
    except (ConfigurationError, ValueError, OSError):
        raise ValueError("MONGO_URL: not an address of MongoDB, or one with options that cannot be.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one step may take: `seconds`, and no longer than the request has left."""

    seconds: float = 2.0
    monotonic: Callable[[], float] = time.monotonic

    def left(self) -> float:
        deadline = REQUEST.get().deadline
        if deadline is None:
            return self.seconds
        left = deadline - self.monotonic()
        if left <= 0:
            raise Unavailable("There is no time left to ask the database.")
        return min(self.seconds, left)


class MongoDatabase:
    """One database over a client of its own, which it closes. Hands out collections."""

    def __init__(
        self, client: AsyncMongoClient[Document], name: str, *, limits: Limits, telemetry: Telemetry | None = None
    ) -> None:
        self._client = client
        self._database = client.get_database(
            name, read_preference=ReadPreference.PRIMARY, read_concern=SURVIVING, write_concern=DURABLE
        )
        self._limits = limits
        self._telemetry = telemetry or Telemetry.unread()
        self._collections: dict[str, MongoCollection] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(collection.close() for collection in self._collections.values()))
        with pymongo.timeout(self._limits.seconds):
            await self._client.close()

    def collection(self, name: str) -> "MongoCollection":
        """The collection of that name; its indexes are those of `INDEXES`."""
        if name not in self._collections:
            self._collections[name] = MongoCollection(self._database[name], self._limits, telemetry=self._telemetry)
        return self._collections[name]

    async def prepare(self) -> None:
        """Begin to make the indexes of all collections handed out, and wait for it as long as for any other step.

        A database that is down, or busy with an index, is no reason not to start: making them goes on until it is done.
        """
        await asyncio.gather(*(collection.prepare() for collection in self._collections.values()))


class MongoCollection:
    """A collection that is reached only with its indexes made, a time limit, and its driver's errors translated."""

    def __init__(
        self, collection: AsyncCollection[Document], limits: Limits, *, telemetry: Telemetry | None = None
    ) -> None:
        self._collection = collection
        self._limits = limits
        self._telemetry = telemetry or Telemetry.unread()
        self._indexing: asyncio.Task[None] | None = None
        self._indexed = False
        self._closing = asyncio.Event()

    @asynccontextmanager
    async def use(self, taken: Mapping[str, ShopError] | None = None) -> AsyncIterator[AsyncCollection[Document]]:
        """The driver's collection, for one step of a repository.

        `taken` says, by the name of a unique index, what it means that the index refused a document.
        Raises: Unavailable if the database cannot be reached, refuses, or is too slow.
        """
        left = self._limits.left()
        with pymongo.timeout(left), _translated(taken or {}, self._telemetry):
            if not self._indexed:
                await self._wait_for_indexes(left)
            yield self._collection

    async def write_each(
        self, writes: Sequence[tuple[Write, Mapping[str, ShopError]]]
    ) -> tuple[int, Mapping[int, ShopError]]:
        """As one step, writes of which none hinders another, each with its `taken` as in `use`.

        Returns how many documents the updates matched, and by position why those writes were refused that were.
        Raises: Unavailable as `use` does; then some may have been made.
        """
        async with self.use() as collection:
            result: Mapping[str, Any]
            try:
                result = (await collection.bulk_write([write for write, _ in writes], ordered=False)).bulk_api_result
            except BulkWriteError as error:
                result = error.details
                if result["writeConcernErrors"]:
                    raise
        refused = {error["index"]: error["errmsg"] for error in result["writeErrors"]}
        return result["nMatched"], {index: _refusal(text, writes[index][1]) for index, text in refused.items()}

    async def prepare(self) -> None:
        """Begin to make the indexes, and wait for it as long as for any other step."""
        try:
            async with self.use():
                _log.debug("the collection %s is ready", self._collection.name)
        except Unavailable as error:
            _log.warning("the collection %s is not ready: %s", self._collection.name, error)

    async def close(self) -> None:
        """Make no more indexes.

        A driver that chooses a server is given the time to give up: if it is cancelled just then, its locks may never
        be free again, and nothing that needs them ends (PyMongo 4.20 on Python 3.11). Only a build outlasts that.
        """
        self._closing.set()
        patience = self._limits.seconds + _PAUSE
        while self._indexing is not None and not self._indexing.done():
            done, _ = await asyncio.wait({self._indexing}, timeout=patience)
            if not done:
                self._indexing.cancel()
                patience = _PAUSE

    async def _wait_for_indexes(self, seconds: float) -> None:
        if self._indexing is None:
            # In a context of its own, so that neither the driver's time limit nor the request's reaches the task.
            self._indexing = asyncio.create_task(self._make_indexes(), context=contextvars.Context())
        done, _ = await asyncio.wait({self._indexing}, timeout=seconds)
        if not done:
            raise Unavailable("The database is not ready yet.")
        self._indexing.result()

    async def _make_indexes(self) -> None:
        """Make the indexes, however often and long it takes.

        There is no time limit, since a server gives up a build that nobody waits for, and would begin it anew each
        time. They are made durably, so that a server which cannot write so is found out at the start.
        """
        while not self._indexed and not self._closing.is_set():
            try:
                await self._collection.create_indexes(list(INDEXES[self._collection.name]))
                self._indexed = True
            except PyMongoError as error:
                tell_of_failure(error, self._telemetry)
                _log.warning("the indexes of %s cannot be made now: %s", self._collection.name, error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE):
                        await self._closing.wait()


@contextmanager
def _translated(taken: Mapping[str, ShopError], telemetry: Telemetry) -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise _refusal(str(error), taken) from error
    except DocumentTooLarge as error:  # of the driver's errors the one that is no PyMongoError
        raise Unavailable("This has grown larger than the database can keep.") from error
    except (WriteConcernError, BulkWriteError) as error:  # the latter's other faults are told write by write
        raise Unavailable("The database did not make the write durable.") from error
    except PyMongoError as error:
        tell_of_failure(error, telemetry)
        raise Unavailable("The database cannot answer now.") from error


def _refusal(message: str, taken: Mapping[str, ShopError]) -> ShopError:
    """What it means that the database refused a document, by the index that its message names."""
    index = _INDEX.search(message)
    return taken.get(index[1] if index else "") or Unavailable("The database refused a document.")
