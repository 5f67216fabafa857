"""The signals by which a person, a terminal or a machine asks a command to end."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def on_ending(act: Callable[[], None]) -> None:
    """Calls `act` at each such signal from now on, instead of ending the process."""
    for ending in _ENDINGS:
        asyncio.get_running_loop().add_signal_handler(ending, act)


async def until_told(work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` gives; `None` if it was told to end before."""
    told = asyncio.Event()
    task = asyncio.create_task(work)

    def end() -> None:
        told.set()
        task.cancel()

    on_ending(end)
    try:
        return await task
    except asyncio.CancelledError:
        if told.is_set():
            return None
        raise
