"""Writes what is told of every request a few lines at a time, and what is out of the ordinary at once."""

import asyncio
import logging
from typing import TextIO

MOMENT = 0.05
"""Seconds for which a line may wait for others; that much is lost with a process that is killed."""


class GatheringHandler(logging.StreamHandler[TextIO]):
    """Lines up to INFO wait for a moment, as far as there is an event loop that ends it; any other takes them along.

    Each write is a call of the system, which costs as much as making the line. None is lost with a process that ends:
    `logging.shutdown` flushes.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []
        self._ends_it: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as below
            self.handleError(record)
        else:
            self.put(record.levelno, line)

    def put(self, level: int, line: str) -> None:
        """A line that is formatted already."""
        try:
            self._lines.append(line + self.terminator)
            if level > logging.INFO:
                self.flush()
            else:
                self._flush_soon()
        except Exception:  # noqa: BLE001 - as logging's own handlers do: a line must not take the work along
            self.handleError(logging.makeLogRecord({"levelno": level, "msg": line}))

    def flush(self) -> None:
        """Write what waits."""
        self.acquire()
        try:
            self._ends_it = None
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write("".join(lines))
            super().flush()
        finally:
            self.release()

    def _flush_soon(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # none runs in this thread
            self.flush()
            return
        if self._ends_it is not loop:
            self._ends_it = loop
            loop.call_later(MOMENT, self.flush)
