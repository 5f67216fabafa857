"""Small programs to supervise, and a way to see that one is gone."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from adapters.inbound.cli.process import Program
from adapters.inbound.cli.supervisor import Limits

LIMITS = Limits(ready=10, grace=5, look=0.01)

OBEDIENT = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
READY = "import pathlib; pathlib.Path(MARK).touch()\n"
STAY = "import time; time.sleep(600)\n"


def program(folder: Path, name: str, *code: str, ready_at_once: bool = False) -> Program:
    """A Python program; it is ready once it, or an earlier run of it, has made the file MARK."""
    mark = folder / f"{name}.ready"

    async def ready() -> bool:
        return ready_at_once or mark.exists()

    source = f"MARK = {str(mark)!r}; NAME = {name!r}; FOLDER = {str(folder)!r}\n" + "".join(code)
    return Program(name=name, command=(sys.executable, "-I", "-S", "-c", source), environment={}, ready=ready)


class News:
    """Keeps what it is told, and can wait until it hears something."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._more = asyncio.Event()

    def __call__(self, name: str, message: str) -> None:
        self.heard.append((name, message))
        self._more.set()

    def of(self, name: str) -> list[str]:
        return [message for who, message in self.heard if who == name]

    async def until(self, part: str, *, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while sum(part in message for _, message in self.heard) < times:
                self._more.clear()
                await self._more.wait()


class Line:
    """A connection that a program holds for as long as it lives; `code` makes it take one."""

    def __init__(self, port: int) -> None:
        self.code = f"import socket; line = socket.create_connection(('127.0.0.1', {port}))\n"
        self.taken = asyncio.Event()
        self.ended = asyncio.Event()


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    listener = socket.create_server(("127.0.0.1", 0))

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.taken.set()
        with suppress(ConnectionResetError):
            await reader.read()
        held.ended.set()
        writer.close()

    held = Line(listener.getsockname()[1])
    async with await asyncio.start_server(hold, sock=listener):
        yield held
