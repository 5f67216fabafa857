"""Tells of the commands that the driver sends and of the connections it keeps, and never what was sent."""

from contextvars import ContextVar
from functools import cache
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError, ServerSelectionTimeoutError
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionCheckOutFailedEvent,
    ConnectionCheckOutStartedEvent,
    ConnectionClosedEvent,
    ConnectionCreatedEvent,
    ConnectionPoolListener,
    ConnectionReadyEvent,
    PoolClearedEvent,
    PoolClosedEvent,
    PoolCreatedEvent,
    PoolReadyEvent,
)

from adapters.outbound.mongo.indexes import INDEXES
from adapters.telemetry.telemetry import Telemetry

COMMANDS = frozenset({"aggregate", "createIndexes", "delete", "find", "getMore", "insert", "update"})
"""What our stores ask; whatever else the driver may send, such as at the end of its sessions, is `other`."""

_COLLECTION: ContextVar[str] = ContextVar("_COLLECTION", default="")
"""Which one the command under way is about: only its beginning says so."""


class Commands(CommandListener):
    """Each command's duration and outcome, and its span in a trace that is recorded.

    The driver calls it in the task that waits for the answer, so the span belongs to the work that asked.
    https://opentelemetry.io/docs/specs/semconv/database/mongodb/
    """

    def __init__(self, telemetry: Telemetry) -> None:
        self._durations = cache(telemetry.metrics.commands.labels)
        self._spans = telemetry.spans

    def started(self, event: CommandStartedEvent) -> None:
        name = event.command_name
        collection = event.command["collection" if name == "getMore" else name] if name in COMMANDS else ""
        _COLLECTION.set(collection if collection in INDEXES else "")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._ended(event, "ok", {})

    def failed(self, event: CommandFailedEvent) -> None:
        code = event.failure.get("code")
        self._ended(event, _outcome(event.failure), {} if code is None else {"db.response.status_code": str(code)})

    def _ended(
        self, event: CommandSucceededEvent | CommandFailedEvent, outcome: str, attributes: dict[str, str]
    ) -> None:
        name = event.command_name if event.command_name in COMMANDS else "other"
        seconds = event.duration_micros / 1e6
        self._durations(name, outcome).observe(seconds)
        collection = _COLLECTION.get()
        if collection:
            self._spans.call(
                f"{name} {collection}",
                seconds=seconds,
                attributes={
                    "db.system.name": "mongodb",
                    "db.namespace": event.database_name,
                    "db.collection.name": collection,
                    "db.operation.name": name,
                    **attributes,
                },
                failed="" if outcome == "ok" else outcome,
            )


class Connections(ConnectionPoolListener):
    """How many connections there are in which state, and how often none could be had."""

    def __init__(self, telemetry: Telemetry) -> None:
        metrics = telemetry.metrics
        self._idle, self._used = (metrics.connections.labels(state) for state in ("idle", "used"))
        self._failures = metrics.checkout_failures

    def connection_created(self, event: ConnectionCreatedEvent) -> None:  # noqa: ARG002 - the driver's signature
        self._idle.inc()

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None:  # noqa: ARG002 - the driver's signature
        self._idle.dec()
        self._used.inc()

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None:  # noqa: ARG002 - the driver's signature
        self._used.dec()
        self._idle.inc()

    def connection_closed(self, event: ConnectionClosedEvent) -> None:  # noqa: ARG002 - the driver's signature
        """The driver gives one back before it closes it."""
        self._idle.dec()

    def connection_check_out_failed(self, event: ConnectionCheckOutFailedEvent) -> None:
        self._failures.labels(event.reason).inc()

    def pool_created(self, event: PoolCreatedEvent) -> None:
        """Not counted."""

    def pool_ready(self, event: PoolReadyEvent) -> None:
        """Not counted."""

    def pool_cleared(self, event: PoolClearedEvent) -> None:
        """Not counted."""

    def pool_closed(self, event: PoolClosedEvent) -> None:
        """Not counted."""

    def connection_ready(self, event: ConnectionReadyEvent) -> None:
        """Not counted."""

    def connection_check_out_started(self, event: ConnectionCheckOutStartedEvent) -> None:
        """Not counted."""


def tell_of_pool(client: AsyncMongoClient[Any], telemetry: Telemetry) -> None:
    """How many connections the client may have. Without a limit, it adds nothing."""
    telemetry.metrics.connections_max.inc(client.options.pool_options.max_pool_size or 0)


def tell_of_failure(error: PyMongoError, telemetry: Telemetry) -> None:
    """Where no server is there to ask, there is no connection to be had, and the listeners hear nothing."""
    if isinstance(error, ServerSelectionTimeoutError):
        telemetry.metrics.checkout_failures.labels("noServer").inc()


def _outcome(failure: Any) -> str:
    """By the server's error document, or by what the driver makes of a connection that broke."""
    if failure.get("code") == _MAX_TIME_MS_EXPIRED or failure.get("errtype") == "NetworkTimeout":
        return "timeout"
    return "unreachable" if "errtype" in failure else "failed"


_MAX_TIME_MS_EXPIRED = 50
