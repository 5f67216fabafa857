"""The passing of time, which reaches a function as an event of EventBridge now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from core.shared.rounds import Report

SPARE_SECONDS = 3.0
"""Of a function's time, kept for telling what was done."""

Once = Callable[[], Awaitable[Report]]
"""A round, told already, whatever came of it."""

_log = logging.getLogger(__name__)


class RoundFailed(Exception):
    """Something that nobody foresaw happened in a round; what it was, is in the log."""


class Schedule:
    """Does a round of each kind of work, and further ones of what did something, as long as there is time.

    They go on side by side, so that what fails or hangs in one is no matter of the others. A round that is cut short
    by the time goes on with the next invocation: the work itself is such that it may end anywhere.
    """

    def __init__(self, rounds: Mapping[str, Once]) -> None:
        self._rounds = rounds

    async def __call__(self, *, seconds: float) -> dict[str, int]:
        """What was done, by the name of the round, within `seconds`. Raises: RoundFailed, so that an alarm sees it."""
        done = dict.fromkeys(self._rounds, 0)
        unforeseen: set[str] = set()
        try:
            async with asyncio.timeout(max(0.0, seconds - SPARE_SECONDS)):
                await asyncio.gather(*(self._work(name, done, unforeseen) for name in self._rounds))
        except TimeoutError:
            _log.warning("the time was up before the work was: %s", done)
        if unforeseen:
            raise RoundFailed(", ".join(sorted(unforeseen)))
        return done

    async def _work(self, name: str, done: dict[str, int], unforeseen: set[str]) -> None:
        while True:
            report = await self._rounds[name]()
            done[name] += report.done
            if report.unforeseen:
                unforeseen.add(name)
            if report.failures or report.unforeseen or not report.done:
                return
