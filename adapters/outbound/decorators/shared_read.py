"""One read for many who ask at the same time; nobody gets an answer that was read before they asked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from core.shared.ports import Clock

PATIENCE = 0.1
"""Seconds for which a read under way is waited for. Who comes later has another sent: the first one may hang."""

Q = TypeVar("Q")
A = TypeVar("A")


class _Refused(Exception):
    """The read for all was refused; whom that concerns, only a read for each can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker(Generic[Q, A]):
    question: Q
    context: RequestContext
    answer: asyncio.Future[A]

    @property
    def has_gone(self) -> bool:
        """Given up, or out of time."""
        return self.answer.done()


class SharedRead(Generic[Q, A]):
    """Asks at once while nobody else does; questions that come while a read is under way wait, and share the next.

    A read for one is made as if this were not there: in its asker's own task, by their deadline. One for several is
    made in a task and a context of its own: it knows no request and may last as long as the most patient asker's, so
    nobody's deadline, trace or hanging up reaches another. Without any timer; for one event loop.
    """

    def __init__(self, read: Callable[[Sequence[Q]], Awaitable[A]], clock: Clock) -> None:
        """`read` gives one answer to all the questions of a read; each asker takes their part from it."""
        self._read = read
        self._clock = clock
        self._waiting: list[_Asker[Q, A]] = []
        self._under_way: list[float] = []
        """When each was sent, on the clock's monotonic scale."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Q) -> A:
        """The answer of a read that is sent now or later.

        Raises: Unavailable, also if the asker's own time is up; what `read` raises to this question alone.
        """
        is_soon = bool(self._under_way) and self._clock.monotonic() - self._under_way[-1] < PATIENCE
        if not is_soon and not self._waiting:
            return await self._alone(question)
        asker: _Asker[Q, A] = _Asker(
            question=question, context=REQUEST.get(), answer=asyncio.get_running_loop().create_future()
        )
        self._waiting.append(asker)
        if not is_soon:
            self._send()
        try:
            async with asyncio.timeout(self._left(asker.context)):
                return await asker.answer
        except TimeoutError as error:
            raise Unavailable("There was no time left to wait for an answer.") from error
        except _Refused:
            pass
        return await self._read([question])

    async def _alone(self, question: Q) -> A:
        sent_at = self._begin()
        try:
            return await self._read([question])
        finally:
            self._end(sent_at)

    def _send(self) -> None:
        """Begin a read for those who wait."""
        askers = [asker for asker in self._waiting if not asker.has_gone]
        self._waiting = []
        if askers:
            task = asyncio.create_task(self._together(askers, self._begin()), context=_context_for(askers))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _together(self, askers: Sequence[_Asker[Q, A]], sent_at: float) -> None:
        try:
            answer = await self._read([asker.question for asker in askers])
            for asker in askers:
                if not asker.has_gone:
                    asker.answer.set_result(answer)
        except BaseException as error:
            for asker in askers:
                if not asker.has_gone:
                    asker.answer.set_exception(_own(error) if isinstance(error, Unavailable) else _Refused())
            if not isinstance(error, Exception):
                raise
        finally:
            self._end(sent_at)

    def _begin(self) -> float:
        now = self._clock.monotonic()
        self._under_way.append(now)
        return now

    def _end(self, sent_at: float) -> None:
        self._under_way.remove(sent_at)
        self._send()

    def _left(self, context: RequestContext) -> float | None:
        return None if context.deadline is None else context.deadline - self._clock.monotonic()


def _context_for(askers: Sequence[_Asker[Q, A]]) -> Context:
    """Of one asker their request; of several none, with the latest of their deadlines."""
    if len(askers) == 1:
        request = askers[0].context
    else:
        deadlines = [asker.context.deadline for asker in askers]
        known = [deadline for deadline in deadlines if deadline is not None]
        request = RequestContext(deadline=max(known) if len(known) == len(deadlines) else None)
    context = Context()
    context.run(REQUEST.set, request)
    return context


def _own(error: Unavailable) -> Unavailable:
    """An equal error for one asker: errors are raised, told more and kept by whoever gets them."""
    own = Unavailable(error.detail, retry_after=error.retry_after, **error.facts)
    own.__cause__ = error.__cause__
    return own
