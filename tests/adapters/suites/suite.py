"""What a port's suite is: its contract, every adapter that must keep it, and broken ones that it must tell."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.adapters.contracts.clauses import Clause, clauses_of

Opener = Callable[[], AbstractAsyncContextManager[Any]]
"""Makes what a clause is called with, on a fresh and empty adapter: the adapter, or that with what it stands on."""


def _itself(subject: object) -> object:
    return subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The suite of one port.

    `adapters` are those that there are, by name; `twins` are broken ones by their fault, each a fault that somebody
    could make. `adapter` picks the adapter out of what a clause is called with.
    """

    port: type
    contracts: Sequence[ModuleType]
    adapters: Mapping[str, Opener]
    twins: Mapping[str, Opener]
    adapter: Callable[[Any], object] = _itself

    @property
    def name(self) -> str:
        return f"{self.port.__module__}.{self.port.__name__}"

    @property
    def clauses(self) -> list[Clause]:
        return [clause for contract in self.contracts for clause in clauses_of(contract)]


def made_by(make: Callable[[], object]) -> Opener:
    """Opens what needs no opening."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[object]:
        yield make()

    return opened


def broken(*twins: Callable[[], object]) -> Mapping[str, Opener]:
    """Broken adapters that need no opening, by the names of their classes."""
    return {twin.__name__: made_by(twin) for twin in twins}
