"""The suites of what the order service needs for itself: orders, and somebody to tell of them."""

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from adapters.bootstrap.registry import NEEDS, load
from adapters.messages import event_in
from adapters.outbound.log.order import LogPublisher
from adapters.outbound.memory.order import MemoryPublisher
from core.order.ports import EventPublisher, Orders
from core.shared.events import Event
from tests.adapters.contracts import backlogs, order_lists, orders, outbox, publishers
from tests.adapters.contracts.publishers import Wire
from tests.adapters.sqs import Fifo, a_queue
from tests.adapters.stores import on_stores_of
from tests.adapters.suites.suite import Opener, Suite, broken
from tests.adapters.twins import backlogs as broken_backlogs
from tests.adapters.twins import order_fields as broken_fields
from tests.adapters.twins import order_lists as broken_lists
from tests.adapters.twins import orders as broken_orders
from tests.adapters.twins import outbox as broken_outbox
from tests.adapters.twins import publishers as broken_publishers
from tests.adapters.twins.every import every_twin
from tests.core.order.broken import IgnoredClash, IgnoredRevision, NeverDue


class Kept(Wire):
    """What the publisher itself remembers."""

    def __init__(self, publisher: MemoryPublisher) -> None:
        self.publisher = publisher

    def told(self) -> Sequence[Event]:
        return self.publisher.told


class Sent(Wire):
    """What came into the queue."""

    def __init__(self, queue: Fifo) -> None:
        self.queue = queue
        self.publisher = load("publisher", "sqs")(queue_url=queue.url)

    def told(self) -> Sequence[Event]:
        return [event_in(message["Body"]) for message in self.queue.take_all()]


class Logged(logging.Handler, Wire):
    """What came out at the end of the log, which for all else is set to be quiet."""

    def __init__(self, publisher: LogPublisher) -> None:
        super().__init__()
        self.publisher = publisher
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self) -> Sequence[Event]:
        return [Event(**{**event, "at": datetime.fromisoformat(event["at"])}) for event in map(json.loads, self.lines)]


def remembered(make: Callable[[], MemoryPublisher]) -> Opener:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Wire]:
        yield Kept(make())

    return opened


@asynccontextmanager
async def logged() -> AsyncIterator[Wire]:
    handler = Logged(load("publisher", "log")())
    logging.getLogger().addHandler(handler)
    try:
        yield handler
    finally:
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def sent() -> AsyncIterator[Wire]:
    with a_queue() as queue:
        yield Sent(queue)


WIRES: Mapping[str, Callable[[], AbstractAsyncContextManager[Wire]]] = {
    "memory": remembered(load("publisher", "memory")),
    "log": logged,
    "sqs": sent,
}
"""How to listen to each; a publisher in the registry that is missing here fails its suite."""

SUITES: Sequence[Suite] = (
    Suite(
        port=Orders,
        contracts=(orders, order_lists, outbox, backlogs),
        adapters=on_stores_of("order", lambda store: store.orders),
        twins=broken(
            IgnoredRevision,
            IgnoredClash,
            NeverDue,
            *every_twin(broken_orders, broken_fields, broken_lists, broken_outbox, broken_backlogs),
        ),
    ),
    Suite(
        port=EventPublisher,
        contracts=(publishers,),
        adapters={name: WIRES[name] for name in NEEDS["publisher"].adapters},
        twins={twin.__name__: remembered(twin) for twin in every_twin(broken_publishers)},
        adapter=lambda wire: wire.publisher,
    ),
)
