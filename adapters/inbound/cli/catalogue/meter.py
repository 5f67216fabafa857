"""Shows how an import goes on: a bar on a terminal, a line every few seconds anywhere else."""

import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from adapters.inbound.cli.catalogue.importing import Progress
from adapters.inbound.cli.screen import sentence

EVERY = 5.0
"""Seconds between two lines where there is no terminal."""


class Meter:
    """For an import of `size` bytes; 0 if nobody knows how many there are. To be entered while it is shown."""

    def __init__(
        self, console: Console, progress: Progress, *, size: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._progress = progress
        self._size = size
        self._monotonic = monotonic
        self._began = self._told = monotonic()
        self._bar = Bar(
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.description}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=size or None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        sentence(self._console, Text(text))

    def moved(self) -> None:
        """Shows what the progress is now."""
        self._bar.update(self._task, completed=self._progress.end, description=self._speed())
        if not self._console.is_terminal and self._monotonic() - self._told >= EVERY:
            self._told = self._monotonic()
            share = f"{self._progress.end / self._size:.0%}, " if self._size else ""
            self.say(f"{share}line {self._progress.line}, {self._speed()}")

    def _speed(self) -> str:
        took = max(self._monotonic() - self._began, 0.001)
        told = f"{self._progress.kept:,} products, {self._progress.kept / took:,.0f}/s"
        if not self._size or not self._progress.end:
            return told
        left = took * (self._size - self._progress.end) / self._progress.end
        return f"{told}, {timedelta(seconds=round(max(left, 0)))} left"
