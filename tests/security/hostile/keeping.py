"""What a shop's stores hold: compared after each request, and put back as it was."""

import asyncio
import functools
import io
import pickle
import threading
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol
from weakref import WeakValueDictionary

from pymongo import AsyncMongoClient, monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from adapters.outbound.memory.product_index import ProductIndex
from tests.security.hostile.corpus import CANARY

FOREIGN = ("$gt", "$ne", "$where", "$regex", "$exists", "$expr", "$function", "$not")

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_locks: WeakValueDictionary[int, Any] = WeakValueDictionary()


class Watch(CommandListener):
    """Looks at what is sent to MongoDB for operators that somebody outside made up, and not we."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.faults += [f"sent {found} to the database" for found in _foreign(event.command, event.command_name)]

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@functools.cache
def watch() -> Watch:
    """Looks at every client that is made from now on; the drivers of stores are made out of reach."""
    looking = Watch()
    monitoring.register(looking)
    return looking


class Keeping(Protocol):
    """The contents of all stores, since it was made."""

    @abstractmethod
    async def changed(self) -> bool:
        """Whether they hold something else now."""

    @abstractmethod
    async def put_back(self) -> None:
        """Everything as it was."""

    @abstractmethod
    async def operators(self) -> list[str]:
        """Where an operator object is kept: one with a name that begins with a dollar."""


class InMemory(Keeping):
    """The repositories of memory stores."""

    def __init__(self, stores: Sequence[object]) -> None:
        self._repositories = [repository for store in stores for repository in vars(store).values()]
        self._kept = _frozen(self._repositories, derived=True)
        self._seen = _frozen(self._repositories)

    async def changed(self) -> bool:
        return _frozen(self._repositories) != self._seen

    async def put_back(self) -> None:
        kept = pickle.loads(self._kept)  # noqa: S301 - made here
        for repository, before in zip(self._repositories, kept, strict=True):
            vars(repository).clear()
            vars(repository).update(vars(before))
        self._seen = _frozen(self._repositories)

    async def operators(self) -> list[str]:
        return [found for each in self._repositories for found in _operators(each, type(each).__name__)]


class InMongo(Keeping):
    """The collections of a database."""

    def __init__(self, client: AsyncMongoClient[dict[str, Any]], name: str) -> None:
        self._database = client[name]
        self._kept: dict[str, list[Any]] = {}

    async def begin(self) -> None:
        self._kept = await self._look()

    async def changed(self) -> bool:
        return await self._look() != self._kept

    async def put_back(self) -> None:
        for name, documents in (await self._look()).items():
            if documents != self._kept.get(name, []):
                await self._database[name].delete_many({})
                if self._kept.get(name):
                    await self._database[name].insert_many(self._kept[name])

    async def operators(self) -> list[str]:
        kept = [found for name, documents in (await self._look()).items() for found in _operators(documents, name)]
        return kept + watch().faults

    async def _look(self) -> dict[str, list[Any]]:
        names = sorted(await self._database.list_collection_names())
        return dict(zip(names, await asyncio.gather(*map(self._documents, names)), strict=True))

    async def _documents(self, name: str) -> list[Any]:
        return await self._database[name].find().to_list()


def _frozen(things: object, *, derived: bool = False) -> bytes:
    """The things as bytes: the same as long as nothing in them is changed; `derived` with what is made of the rest."""
    kept = io.BytesIO()
    _Freezing(kept, derived=derived).dump(things)
    return kept.getvalue()


class _Freezing(pickle.Pickler):
    """Takes locks as they are, and what may only be read as what it shows."""

    def __init__(self, kept: io.BytesIO, *, derived: bool) -> None:
        super().__init__(kept, protocol=5)
        self._derived = derived

    def reducer_override(self, each: object) -> Any:
        if isinstance(each, _LOCKS):
            _locks[id(each)] = each
            return _lock, (id(each),)
        if isinstance(each, MappingProxyType):
            return _read_only, (dict(each),)
        return (object, ()) if isinstance(each, ProductIndex) and not self._derived else NotImplemented


def _lock(number: int) -> object:
    return _locks[number]


def _read_only(values: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(values)


def _foreign(each: object, where: str) -> Iterator[str]:
    """Our own operators never have what only the attack sends as their operand."""
    if isinstance(each, Mapping):
        for name, value in each.items():
            if name in FOREIGN and CANARY in str(value):
                yield f"{where}: {name}"
            yield from _foreign(value, f"{where}.{name}")
    elif isinstance(each, list):
        for below in each:
            yield from _foreign(below, where)


def _operators(each: object, where: str) -> Iterator[str]:
    """A product's own attributes may be called anything, and are text."""
    if isinstance(each, Mapping):
        for name, value in each.items():
            if str(name).startswith("$") and not (where.endswith(".attributes") and isinstance(value, str)):
                yield f"{where}: {name}"
            yield from _operators(value, f"{where}.{name}")
    elif isinstance(each, list | tuple | set | frozenset):
        for below in each:
            yield from _operators(below, where)
    elif not isinstance(each, ProductIndex):
        names = getattr(each, "__dataclass_fields__", None) or getattr(each, "__dict__", {})
        for name in list(names):
            yield from _operators(getattr(each, name, None), f"{where}.{name}")
