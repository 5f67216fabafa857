"""Work that goes on beside everything else, for as long as it is entered."""

import asyncio
from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

AGAIN = 1.0
"""Seconds after which what goes on although it was cancelled is cancelled again."""


class Background(AbstractAsyncContextManager[object]):
    """An async context manager: entering it begins `run` in a task called `task_name`, leaving it cancels that."""

    _task: asyncio.Task[None] | None = None

    def __init__(self, task_name: str) -> None:
        self._task_name = task_name

    @abstractmethod
    async def run(self) -> None:
        """Until cancelled."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name=self._task_name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Cancels until it has ended: once may be lost, as by `asyncio.wait_for` of Python 3.11 in PyMongo."""
        if self._task is not None:
            while not self._task.done():
                self._task.cancel()
                await asyncio.wait({self._task}, timeout=AGAIN)
            await asyncio.gather(self._task, return_exceptions=True)
