"""Each service's store, of the technology and at the address that its setting names; opened with the process."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from inspect import signature
from types import TracebackType
from typing import Any, Self

from adapters.bootstrap.registry import CONNECTIONS, load, path, resolve
from adapters.bootstrap.settings import Service, Settings, StoreChoice
from adapters.telemetry.telemetry import Telemetry
from core.shared.ports import Clock, Tallies


class Stores:
    """Hands out stores at once; as an async context manager it opens what they stand on, and closes it.

    Stores of one technology and address share a connection, if the technology is in `CONNECTIONS`. Any other store is
    made with its address, or with nothing, and is opened itself if it is an async context manager.
    """

    def __init__(self, settings: Settings, *, telemetry: Telemetry | None = None, prepare: bool = True) -> None:
        """`prepare`: what the stores need, such as indexes, is made as they are opened; else when one is first used."""
        self._settings = settings
        self._prepare = prepare
        self._telemetry = telemetry or Telemetry.unread()
        self._connections: dict[tuple[str, str], Any] = {}
        self._stores: dict[Service, Any] = {}
        self._open = AsyncExitStack()

    def of(self, service: Service) -> Any:
        """The service's store, of which there is one. Raises: UnknownAdapter, ValueError, both naming the setting."""
        if service not in self._stores:
            self._stores[service] = self._made(service)
        return self._stores[service]

    def expect(self, *services: Service) -> None:
        """Their stores may be asked for once these are open: what they stand on is opened with the rest.

        Raises: UnknownAdapter, ValueError, as `of`.
        """
        for service in services:
            choice = self._settings.store_of(service)
            require_store(service, choice)
            if choice.technology in CONNECTIONS:
                self._connection(choice)
            else:
                self.of(service)

    def _made(self, service: Service) -> Any:
        choice = self._settings.store_of(service)
        make = store_of(service, choice)
        if choice.technology not in CONNECTIONS:
            return make(choice.address) if choice.address else make()
        return make(self._connection(choice))

    def tallies_of(self, service: Service, clock: Clock) -> Tallies:
        """Where the service counts tries, beside its store if it can be. Raises: UnknownAdapter, ValueError."""
        choice = self._settings.tallies_of(service)
        make = load("tallies", self._settings.throttle)
        found: Tallies = make(self._connection(choice) if choice.technology in CONNECTIONS else clock)
        return found

    def _connection(self, choice: StoreChoice) -> Any:
        place = (choice.technology, choice.address)
        if place not in self._connections:
            self._connections[place] = connection(choice, self._settings, telemetry=self._telemetry)
        return self._connections[place]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for each in self._connections.values():
                await opening.enter_async_context(each)
                if self._prepare:
                    await each.prepare()
            for store in self._stores.values():
                if isinstance(store, AbstractAsyncContextManager):
                    await opening.enter_async_context(store)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._open.aclose()


def store_of(service: Service, choice: StoreChoice) -> Any:
    """The class of the store that is chosen. Raises: UnknownAdapter, ValueError, as `require_store`."""
    return resolve(require_store(service, choice))


def require_store(service: Service, choice: StoreChoice) -> str:
    """The path of the store that is chosen; no driver behind one of `CONNECTIONS` is imported.

    Raises: UnknownAdapter; ValueError if such a store has no address, and one is given, or the other way round.
    """
    name, rule = choice.technology, ""
    store = path(service, name, variable=choice.variable)
    if name in CONNECTIONS:
        if choice.addressed_by == choice.variable and choice.address.startswith("//"):
            rule = "a URL stands whole behind the name and a colon, as in mongo:mongodb://127.0.0.1"
    elif bool(signature(resolve(store)).parameters) != bool(choice.address):
        rule = f"it is {name} alone, without an address" if choice.address else f"it needs an address: {name}:..."
    if rule:
        raise ValueError(f"{choice.variable} is wrong. For the store {name}, {rule}.")
    return store


def connection(choice: StoreChoice, settings: Settings, **options: Any) -> Any:
    """What the stores of a technology share; to be opened with `async with`. Raises: ValueError naming the setting."""
    try:
        return resolve(CONNECTIONS[choice.technology])(choice.address, settings.mongo_database, **options)
    except ValueError as error:
        raise ValueError(str(error).replace("MONGO_URL", choice.addressed_by)) from error
