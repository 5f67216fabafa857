"""How late the event loop comes to what is due: the first sign of something that blocks it."""

import asyncio
from types import TracebackType
from typing import Self

from adapters.telemetry.metrics import Metrics

EVERY = 0.5
"""Seconds between two samples."""


class LoopLag:
    """Samples as long as it is entered."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._sample(), name="event loop lag")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _sample(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self._metrics.loop_lag.observe(max(0.0, loop.time() - due))
