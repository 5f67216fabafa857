"""The connection to MongoDB: one client a process, durable writes, limits on every call, and errors in our words."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Self

import pymongo
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, PyMongoError, WriteConcernError

from adapters.outbound.mongo.indexes import INDEXES
from core.shared.context import REQUEST
from core.shared.errors import ShopError, Unavailable

Document = dict[str, Any]

DURABLE = WriteConcern(w="majority", j=True)
"""What is acknowledged survives the loss of any one server: most of them have it in their journal."""
_log = logging.getLogger(__name__)


_INDEX = re.compile(r" index: (\S+) dup key")


def connect(
    url: str, database: str, *, seconds: float = 2.0, monotonic: Callable[[], float] = time.monotonic
) -> "MongoDatabase":
    """A database of the server at `url`; open it with `async with`, which needs no server to be there yet.

    One step takes `seconds` at most, from choosing a server to its answer, and no longer than the request has left
    by the clock `monotonic`. An index that takes longer to build goes on building meanwhile.
    """
    limit = int(seconds * 1000)
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        url,
        appname="portico",
        tz_aware=True,
        tzinfo=UTC,
        serverSelectionTimeoutMS=limit,
        connectTimeoutMS=limit,
        socketTimeoutMS=limit,
    )
    return MongoDatabase(client, database, limits=Limits(seconds=seconds, monotonic=monotonic))


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

    def __init__(self, client: AsyncMongoClient[Document], name: str, *, limits: Limits) -> None:
        self._client = client
        self._database = client.get_database(name, read_preference=ReadPreference.PRIMARY, write_concern=DURABLE)
        self._limits = limits
        self._collections: dict[str, MongoCollection] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    def collection(self, name: str) -> "MongoCollection":
        """The collection of that name; its indexes are those of `INDEXES`."""
        if name not in self._collections:
            self._collections[name] = MongoCollection(self._database[name], self._limits)
        return self._collections[name]

    async def prepare(self) -> None:
        """Make the indexes of all collections handed out. A database that is down is no reason not to start."""
        await asyncio.gather(*(collection.prepare() for collection in self._collections.values()))


class MongoCollection:
    """A collection that is reached only with its indexes made, a time limit, and its driver's errors translated."""

    def __init__(self, collection: AsyncCollection[Document], limits: Limits) -> None:
        self._collection = collection
        self._limits = limits
        self._ready = False
        self._preparing = asyncio.Lock()

    @asynccontextmanager
    async def use(self, taken: Mapping[str, ShopError] | None = None) -> AsyncIterator[AsyncCollection[Document]]:
        """The driver's collection, for one step of a repository.

        `taken` says, by the name of a unique index, what it means that the index refused a document.
        Raises: Unavailable if the database cannot be reached, refuses, or is too slow.
        """
        with pymongo.timeout(self._limits.left()), _translated(taken or {}):
            if not self._ready:
                await self._make_indexes()
            yield self._collection

    async def prepare(self) -> None:
        """Make the indexes if that is possible now; if not, the first use tries again."""
        try:
            async with self.use():
                _log.debug("the collection %s is ready", self._collection.name)
        except Unavailable as error:
            _log.warning("the collection %s is not ready: %s (%s)", self._collection.name, error, error.__cause__)

    async def _make_indexes(self) -> None:
        """Make the indexes: durably, so that a server which cannot write so is found out at the start."""
        async with self._preparing:
            if not self._ready:
                await self._collection.create_indexes(list(INDEXES[self._collection.name]))
                self._ready = True


@contextmanager
def _translated(taken: Mapping[str, ShopError]) -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        index = _INDEX.search(str(error))
        if index is not None and index[1] in taken:
            raise taken[index[1]] from error
        raise Unavailable("The database refused a document.") from error
    except WriteConcernError as error:
        raise Unavailable("The database did not make the write durable.") from error
    except PyMongoError as error:
        raise Unavailable("The database cannot answer now.") from error
