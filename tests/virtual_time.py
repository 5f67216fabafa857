"""An event loop on which waiting costs nothing: its clock jumps to the next timer when there is nothing else to do.

Sockets on the loopback are real. As both of their ends live on this loop, whatever was sent is there before time goes
on: so limits are seen to hold to the millisecond, in tests that take none.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from core.shared.ports import Clock
from tests.fakes import START

DELIVERED_WITHIN = 0.001
"""Seconds of real time in which the kernel hands over what was sent, also on a busy machine."""


class _Jumping(selectors.DefaultSelector):
    """Waits for no timer: where it would, `passed` grows instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(DELIVERED_WITHIN)
        if not ready:
            self.passed += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed


class LoopClock(Clock):
    """Tells the time of the loop that runs."""

    def now(self) -> datetime:
        return START + timedelta(milliseconds=int(self.monotonic() * 1000))

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs an `async def test_...` on a loop of this kind."""

    @functools.wraps(test)
    def run(**arguments: Any) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(**arguments))

    return run
