"""A port whose calls take time, so that others can happen meanwhile: in virtual time, which costs none."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from tests.virtual_time import LoopClock

T = TypeVar("T")
READ = 0.05
"""Seconds that a call takes."""


class Slow:
    """Any port: answers after `seconds` with what was true when it was asked, and keeps the request's deadline.

    `calls` are the method and the arguments of each call, `requests` the request that each was made for. `down` says
    for how many calls from now on it cannot answer.
    """

    def __init__(self, port: object) -> None:
        self._port = port
        self.seconds = READ
        self.down = 0
        self.calls: list[tuple[Any, ...]] = []
        self.requests: list[RequestContext] = []
        self.cancelled = 0

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **arguments: Any) -> Any:
            self.calls.append((method, *args, *arguments.values()))
            self.requests.append(REQUEST.get())
            is_down, self.down = self.down > 0, max(0, self.down - 1)
            answer = None if is_down else await getattr(self._port, method)(*args, **arguments)
            await self._takes_time()
            if is_down:
                raise Unavailable("It is down.", retry_after=7, table="products") from OSError("no route")
            return answer

        return call

    async def _takes_time(self) -> None:
        deadline = REQUEST.get().deadline
        left = None if deadline is None else deadline - LoopClock().monotonic()
        try:
            async with asyncio.timeout(left):
                await asyncio.sleep(self.seconds)
        except TimeoutError as error:
            raise Unavailable("The request had no time left.") from error
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


async def by(request: RequestContext, question: Awaitable[T]) -> T:
    """Asks as part of that request."""
    REQUEST.set(request)
    return await question
