"""The stores of one technology over one connection, which opens and closes with the process."""

from types import TracebackType
from typing import Any, Self

from adapters.bootstrap.registry import ADAPTERS, load
from adapters.bootstrap.settings import Settings


class Stores:
    """Hands out stores at once; as an async context manager it opens what they stand on, and closes it."""

    def __init__(self, technology: str, *, url: str, database: str) -> None:
        """A technology that needs no connection ignores `url` and `database`. Nothing is connected yet."""
        self._technology = technology
        connected = technology in ADAPTERS["connection"]
        self._connection = load("connection", technology)(url, database) if connected else None

    @classmethod
    def chosen_by(cls, settings: Settings) -> Self:
        return cls(settings.store, url=settings.mongo_url.get_secret_value(), database=settings.mongo_database)

    def of(self, service: str) -> Any:
        """The service's store. Raises: UnknownAdapter."""
        store = load(service, self._technology)
        return store() if self._connection is None else store(self._connection)

    async def __aenter__(self) -> Self:
        if self._connection is not None:
            await self._connection.__aenter__()
            await self._connection.prepare()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.__aexit__(kind, error, traceback)
