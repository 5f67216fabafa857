"""Every publisher of events keeps its contract, and the contract tells one that does not."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import pytest

from adapters.bootstrap.registry import ADAPTERS, load
from adapters.outbound.log.order import LogPublisher
from adapters.outbound.memory.order import REMEMBERED, MemoryPublisher
from core.order.ports import EventPublisher
from core.shared.events import Event
from tests.adapters.contracts import publishers as contract
from tests.adapters.contracts.clauses import Clause, broken_clauses, every_clause


class Kept(contract.Wire):
    """What the publisher itself remembers."""

    def __init__(self, publisher: MemoryPublisher) -> None:
        self.publisher = publisher

    def told(self) -> Sequence[Event]:
        return self.publisher.told


class Logged(logging.Handler, contract.Wire):
    """What came out at the end of the log, which for all else is set to be quiet."""

    def __init__(self, publisher: LogPublisher) -> None:
        super().__init__()
        self.publisher = publisher
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self) -> Sequence[Event]:
        assert not any("\n" in line for line in self.lines)
        return [Event(**{**event, "at": datetime.fromisoformat(event["at"])}) for event in map(json.loads, self.lines)]


@contextmanager
def remembered() -> Iterator[contract.Wire]:
    yield Kept(load("publisher", "memory")())


@contextmanager
def logged() -> Iterator[contract.Wire]:
    handler = Logged(load("publisher", "log")())
    logging.getLogger().addHandler(handler)
    try:
        yield handler
    finally:
        logging.getLogger().removeHandler(handler)


WIRES: Mapping[str, Callable[[], AbstractContextManager[contract.Wire]]] = {"memory": remembered, "log": logged}
"""How to listen to each; a publisher in the registry that is missing here fails its suite."""


@pytest.mark.parametrize("name", ADAPTERS["publisher"])
@every_clause(contract)
async def test_a_publisher_keeps_its_contract(name: str, clause: Clause) -> None:
    with WIRES[name]() as wire:
        await clause(wire)


class Silent(MemoryPublisher):
    """Says that it told, and does not."""

    async def publish(self, event: Event) -> None:
        pass


class Hoarding(EventPublisher):
    """Keeps what it was given, which its giver may change."""

    def __init__(self) -> None:
        self.told: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.told.insert(0, event)


@pytest.mark.parametrize(
    ("twin", "clauses"),
    [
        (Silent, {contract.an_event_is_told_whole, contract.events_are_told_in_turn}),
        (Hoarding, {contract.what_was_told_is_told, contract.events_are_told_in_turn}),
    ],
)
async def test_the_contract_tells_a_broken_publisher(twin: Callable[[], MemoryPublisher], clauses: set[Clause]) -> None:
    broken = await broken_clauses(contract, lambda: Kept(twin()))
    assert {clause.__name__ for clause in clauses} <= broken


async def test_memory_keeps_no_more_than_the_last_events() -> None:
    publisher = MemoryPublisher()
    for number in range(REMEMBERED + 3):
        await publisher.publish(contract.an_event(number))
    assert len(publisher.told) == REMEMBERED
    assert publisher.told[0].id == "order:3"
