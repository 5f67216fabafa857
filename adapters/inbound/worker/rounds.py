"""Repeats a piece of background work for as long as a process lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from core.shared.errors import ShopError
from core.shared.rounds import Report

log = logging.getLogger(__name__)


class Rounds:
    """Does `round` again and again, `seconds` apart; an async context manager that ends it between two steps.

    What fails is logged and tried again in the next round: the work itself is such that it may end anywhere.
    """

    def __init__(self, name: str, round: Callable[[], Awaitable[Report]], *, seconds: float) -> None:
        self._name = name
        self._round = round
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name=self._name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                report = await self._round()
            except ShopError as error:
                log.warning("%s: %s: %s", self._name, error.code, error.detail)
            except Exception:
                log.exception("%s: failed; it goes on with the next round", self._name)
            else:
                for failure in report.failures:
                    log.warning("%s: %s", self._name, failure)
                for unforeseen in report.unforeseen:
                    log.error("%s: unforeseen", self._name, exc_info=unforeseen)
            await asyncio.sleep(self._seconds)
