"""What waits in the user service's books."""

from dataclasses import dataclass

from adapters.inbound.worker.gauges import age
from adapters.telemetry.metrics import Metrics
from core.shared.ports import Clock
from core.shared.rounds import Report
from core.user.use_cases.mails import TellPendingMails


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
        self.metrics.mails_oldest.set(age(waiting, self.clock.now()))
        return Report(done=0, failures=())
