"""Repeats a piece of background work for as long as a process lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import time

from adapters.background import Background
from adapters.telemetry.spans import Span
from adapters.telemetry.telemetry import Telemetry
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import ShopError
from core.shared.ports import NewId
from core.shared.rounds import Report

log = logging.getLogger(__name__)


class Rounds(Background):
    """Does `round` again and again, `seconds` apart; an async context manager that ends it between two steps.

    What fails is logged and tried again in the next round: the work itself is such that it may end anywhere. Each round
    is a request of its own, so that its lines, its calls and its span are found together.
    """

    def __init__(
        self,
        name: str,
        round: Callable[[], Awaitable[Report]],
        *,
        seconds: float,
        new_id: NewId,
        telemetry: Telemetry | None = None,
    ) -> None:
        """`name` is a word: the label of its metrics."""
        super().__init__(name)
        self._name = name
        self._round = round
        self._seconds = seconds
        self._new_id = new_id
        telemetry = telemetry or Telemetry.unread()
        self._spans = telemetry.spans
        self._rounds = {
            outcome: telemetry.metrics.rounds.labels(worker=name, outcome=outcome) for outcome in ("ok", "failed")
        }
        self._items = telemetry.metrics.round_items.labels(worker=name)
        self._success = telemetry.metrics.round_success.labels(worker=name)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(self._seconds)

    async def once(self) -> Report:
        """One round, told; what it raised, too, is in the report."""
        with self._spans.work(f"{self._name} round") as span:
            before = REQUEST.set(RequestContext(request_id=f"worker-{self._new_id()}", traceparent=span.traceparent))
            try:
                return await self._one(span)
            finally:
                REQUEST.reset(before)

    async def _one(self, span: Span) -> Report:
        try:
            report = await self._round()
        except ShopError as error:
            log.warning("%s: %s: %s", self._name, error.code, error.detail)
            self._failed(span, error.code)
            return Report(done=0, failures=(f"{error.code}: {error.detail}",))
        except Exception as error:
            log.exception("%s: failed; it goes on with the next round", self._name)
            self._failed(span, "failed")
            return Report(done=0, failures=(), unforeseen=(error,))
        self._tell(report, span)
        return report

    def _tell(self, report: Report, span: Span) -> None:
        for failure in report.failures:
            log.warning("%s: %s", self._name, failure)
        for unforeseen in report.unforeseen:
            log.error("%s: unforeseen", self._name, exc_info=unforeseen)
        self._items.inc(report.done)
        span.tell({"portico.items": report.done})
        if report.failures or report.unforeseen:
            self._failed(span, "failed")
        else:
            self._rounds["ok"].inc()
            self._success.set(time())

    def _failed(self, span: Span, reason: str) -> None:
        self._rounds["failed"].inc()
        span.fail(reason)
