"""What waits in the order service's books."""

from dataclasses import dataclass

from adapters.inbound.worker.gauges import age
from adapters.telemetry.metrics import Metrics
from core.order.use_cases.backlog import TellBacklog
from core.shared.ports import Clock
from core.shared.rounds import Report


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
            metrics.orders_oldest.labels(state).set(age(waiting, now))
        metrics.outbox_depth.set(backlog.untold.count)
        metrics.outbox_oldest.set(age(backlog.untold, now))
        return Report(done=0, failures=())
