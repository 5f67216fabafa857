"""Every metric that a process keeps: its name, its unit, and the labels that tell its series apart.

Names follow https://prometheus.io/docs/practices/naming/. Labels have few values, whatever is sent: route templates,
known methods, our own names, error codes; so a stranger cannot make the series grow.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""From a cached read to the longest that a request may take."""
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


class Counter(Protocol):
    """Goes up. A metric has a series for each set of labels; one without labels is its only series itself."""

    @abstractmethod
    def labels(self, *values: object, **named: object) -> "Counter":
        """The series with these, the same whenever it is asked for."""

    @abstractmethod
    def inc(self, amount: float = 1) -> None: ...


class Gauge(Protocol):
    """Goes up and down. Labels are as of `Counter`."""

    @abstractmethod
    def labels(self, *values: object, **named: object) -> "Gauge": ...

    @abstractmethod
    def inc(self, amount: float = 1) -> None: ...

    @abstractmethod
    def dec(self, amount: float = 1) -> None: ...

    @abstractmethod
    def set(self, value: float) -> None: ...

    @abstractmethod
    def set_function(self, value: Callable[[], float]) -> None:
        """Whoever asks for it has it looked up then."""


class Histogram(Protocol):
    """Counts what it is told by how much it is: seconds, into buckets that end at `SECONDS`. Labels likewise."""

    @abstractmethod
    def labels(self, *values: object, **named: object) -> "Histogram": ...

    @abstractmethod
    def observe(self, amount: float) -> None: ...


class Metrics(ABC):
    """The metrics of one service process, each an attribute; kept by whoever it is that makes their three kinds."""

    @abstractmethod
    def histogram(self, name: str, documentation: str, *labels: str) -> Histogram: ...

    @abstractmethod
    def counter(self, name: str, documentation: str, *labels: str) -> Counter: ...

    @abstractmethod
    def gauge(self, name: str, documentation: str, *labels: str) -> Gauge: ...

    @abstractmethod
    def text(self) -> bytes:
        """Everything in Prometheus' text format, for whoever comes by to read it."""

    def __init__(self) -> None:
        histogram, counter, gauge = self.histogram, self.counter, self.gauge

        # The edge
        self.requests = histogram(
            "http_server_request_duration_seconds", "Requests answered.", "method", "route", "status"
        )
        self.active_requests = gauge("http_server_active_requests", "Requests being answered now.")
        self.throttled = counter("portico_throttled_total", "Requests refused for coming too often.", "limit")
        self.loop_lag = histogram(
            "portico_event_loop_lag_seconds", "How late the event loop comes to what is due, sampled."
        )

        # The use cases
        self.use_cases = histogram(
            "portico_use_case_duration_seconds", "What was done, and with what outcome.", "use_case", "outcome"
        )

        # What they stand on
        self.commands = histogram(
            "portico_mongo_command_duration_seconds", "Commands to MongoDB.", "command", "outcome"
        )
        self.connections = gauge("portico_mongo_pool_connections", "Connections to MongoDB, by state.", "state")
        self.connections_max = gauge("portico_mongo_pool_connections_max", "The most connections the pool may have.")
        self.checkout_failures = counter(
            "portico_mongo_pool_checkout_failures_total", "Times no connection could be had.", "reason"
        )
        self.calls = histogram(
            "http_client_request_duration_seconds", "Attempts to call another service.", "peer", "outcome"
        )
        self.retries = counter("portico_peer_retries_total", "Calls to another service repeated.", "peer")
        self.retry_budget = gauge("portico_peer_retry_budget", "Repeats that are left now.", "peer")
        self.hashes = histogram("portico_password_hash_duration_seconds", "Password hashes, waiting included.")
        self.hashes_waiting = gauge("portico_password_hashes_waiting", "Passwords being hashed or waiting for it.")

        # The work that nobody asks for
        self.rounds = counter("portico_worker_rounds_total", "Rounds of background work.", "worker", "outcome")
        self.round_items = counter("portico_worker_items_total", "Things done by background work.", "worker")
        self.round_success = gauge(
            "portico_worker_last_success_timestamp_seconds", "When a round last ended well.", "worker"
        )
        self.orders_unfinished = gauge(
            "portico_orders_unfinished", "Orders with work left, by their state, 10,000 in all at most.", "status"
        )
        self.orders_oldest = gauge(
            "portico_orders_unfinished_oldest_age_seconds", "How long the oldest of them has had its status.", "status"
        )
        self.outbox_depth = gauge("portico_outbox_events", "Events not told yet, of 10,000 orders at most.")
        self.outbox_oldest = gauge("portico_outbox_oldest_age_seconds", "The age of the oldest of them.")
        self.units_held = gauge(
            "portico_stock_units_held",
            "Units that orders hold, neither given back nor sold, of 10,000 products at most.",
        )
        self.holds = gauge("portico_stock_holds", "How many holds these are: one a product and order.")
        self.mails_pending = gauge("portico_mails_pending", "Mails asked for and not sent, 10,000 at most.")
        self.mails_oldest = gauge("portico_mails_pending_oldest_age_seconds", "The age of the oldest of them.")
