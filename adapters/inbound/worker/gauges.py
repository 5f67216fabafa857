"""Has the gauges of the books show what the stores say, round after round: what waits, and for how long.

A store that does not answer leaves them as they are: an old figure is told by the age of the worker's last success.
"""

from dataclasses import dataclass
from datetime import datetime

from adapters.telemetry.metrics import Metrics
from core.order.use_cases.backlog import TellBacklog
from core.product.use_cases import TellHeld
from core.shared.ports import Clock
from core.shared.rounds import Report, Waiting
from core.user.use_cases.mails import TellPendingMails

SECONDS = 15.0
"""Between two rounds: as often as Prometheus comes by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGauges:
    """Orders that are not finished, by their state, every state there is; and events that nobody was told of."""

    tell_backlog: TellBacklog
    metrics: Metrics
    clock: Clock

    async def __call__(self) -> Report:
        """Raises: Unavailable."""
        backlog, metrics = await self.tell_backlog(), self.metrics
        now = self.clock.now()
        for state, waiting in backlog.unfinished.items():
            metrics.orders_unfinished.labels(state).set(waiting.count)
            metrics.orders_oldest.labels(state).set(_age(waiting, now))
        metrics.outbox_depth.set(backlog.untold.count)
        metrics.outbox_oldest.set(_age(backlog.untold, now))
        return Report(done=0, failures=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StockGauges:
    """Units that are set aside."""

    tell_held: TellHeld
    metrics: Metrics

    async def __call__(self) -> Report:
        """Raises: Unavailable."""
        held = await self.tell_held()
        self.metrics.units_held.set(held.units)
        self.metrics.holds.set(held.holds)
        return Report(done=0, failures=())


@dataclass(frozen=True, slots=True, kw_only=True)
class MailGauges:
    """Mails that were asked for and not sent."""

    tell_pending_mails: TellPendingMails
    metrics: Metrics
    clock: Clock

    async def __call__(self) -> Report:
        """Raises: Unavailable."""
        waiting = await self.tell_pending_mails()
        self.metrics.mails_pending.set(waiting.count)
        self.metrics.mails_oldest.set(_age(waiting, self.clock.now()))
        return Report(done=0, failures=())


def _age(waiting: Waiting, now: datetime) -> float:
    """In seconds; none where nothing waits, or where the clock that dated it is ahead of ours."""
    return max(0.0, (now - waiting.oldest).total_seconds()) if waiting.oldest else 0.0
