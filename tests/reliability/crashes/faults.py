"""Ends a process, or fails a call, at a call of a port that is told by its number."""

import asyncio
from collections.abc import Callable

from core.shared.errors import Unavailable
from tests.core.order.shop import Hook


class Killed(BaseException):
    """The process has ended; nobody handles it, and nothing after the `await` runs."""


def killed() -> BaseException:
    return Killed()


def unavailable() -> BaseException:
    return Unavailable("A call failed.")


def cancelled() -> BaseException:
    return asyncio.CancelledError()


ENDS = (Killed, asyncio.CancelledError)
"""What nobody handles."""
Error = Callable[[], BaseException]
ERRORS: tuple[Error, ...] = (killed, unavailable)


class Fault:
    """Writes down every call of a port, before and after its effect, and raises an error at one of them.

    `rival` gets in the way at each of the calls first.
    """

    def __init__(self, number: int | None = None, error: Error = killed, rival: Hook | None = None) -> None:
        self.calls: list[str] = []
        self._number = number
        self._error = error
        self._rival = rival

    async def __call__(self, call: str) -> None:
        self.calls.append(call)
        if self._rival is not None:
            await self._rival(call)
        if len(self.calls) - 1 == self._number:
            raise self._error()
