"""Looks at the shop again and again, and shows it."""

import asyncio
import os
import signal
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from rich.console import Console
from rich.live import Live

from adapters.inbound.cli.status.history import History
from adapters.inbound.cli.status.probe import Probe
from adapters.inbound.cli.status.summary import ShopStatus, shop_status
from adapters.inbound.cli.status.view import View


class Watch:
    """What was seen of a shop so far."""

    def __init__(self, probe: Probe, *, every: float, now: Callable[[], float] = time.time) -> None:
        self._probe = probe
        self._every = every
        self._now = now
        self._histories = {name: History() for name in probe.urls}

    async def look(self) -> ShopStatus:
        """One more look at every service."""
        for name, look in (await self._probe.look()).items():
            self._histories[name].add(look)
        return shop_status(self._histories, self._probe.urls, now=self._now())

    async def between(self) -> ShopStatus:
        """Two looks, and what happened between them."""
        await self.look()
        await asyncio.sleep(self._every)
        return await self.look()

    def view(self, shop: ShopStatus, *, live: bool) -> View:
        return View(shop, self._histories, every=self._every, live=live)

    async def live(self, console: Console, keyboard: TextIO) -> NoReturn:
        """Shows it on the whole terminal until the process is told to end; a q typed there tells it so."""
        with (
            Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as it,
            _ends_at_q(keyboard),
        ):
            asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, it.refresh)
            while True:
                due = time.monotonic() + self._every
                it.update(self.view(await self.look(), live=True), refresh=True)
                await asyncio.sleep(max(0.0, due - time.monotonic()))


@contextmanager
def _ends_at_q(keyboard: TextIO) -> Iterator[None]:
    """Keys are read as they are typed, and not shown; nothing is done where there is no keyboard."""
    if not keyboard.isatty():
        yield
        return
    number, loop = keyboard.fileno(), asyncio.get_running_loop()

    def read() -> None:
        typed = os.read(number, 64)
        if not typed:
            loop.remove_reader(number)
        if b"q" in typed.lower():
            signal.raise_signal(signal.SIGINT)

    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    loop.add_reader(number, read)
    try:
        yield
    finally:
        loop.remove_reader(number)
        termios.tcsetattr(number, termios.TCSADRAIN, before)
