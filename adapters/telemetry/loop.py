"""How late the event loop comes to what is due: the first sign of something that blocks it."""

import asyncio

from adapters.background import Background
from adapters.telemetry.metrics import Metrics

EVERY = 0.5
"""Seconds between two samples."""


class LoopLag(Background):
    """Samples as long as it is entered."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__("event loop lag")
        self._metrics = metrics

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self._metrics.loop_lag.observe(max(0.0, loop.time() - due))
