"""Work that goes on beside everything else, for as long as it is entered."""

import asyncio
from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self


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
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
