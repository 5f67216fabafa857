"""A command `shop` as a process of its own, to be read, signalled and waited for."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.ports import Port, accepts, require_free
from tests.ports import own_ports

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0


def free_ports() -> tuple[int, int]:
    """A base port with five free ones from it, and one for the gateway."""
    while True:
        base = random.choice(own_ports()[::10])
        try:
            require_free([Port(number=base + n, purpose="", option="") for n in range(6)])
        except CommandFailed:
            continue
        return base, base + 5


class Running:
    """A command under way; `said` is all it has written so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def says(self, words: str) -> None:
        """Reads until `words` have been written."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while words not in self.said:
                line = (await self.process.stdout.readline()).decode()
                assert line, f"It ended without saying {words!r}:\n{self.said}"
                self.said += line

    async def ends(self, told: signal.Signals | None = None) -> int:
        """The exit status, after it was sent a signal."""
        assert self.process.stdout is not None
        if told is not None:
            self.process.send_signal(told)
        async with asyncio.timeout(PATIENCE):
            self.said += (await self.process.stdout.read()).decode()
            return await self.process.wait()


@asynccontextmanager
async def running(command: Sequence[str], environ: Mapping[str, str], *, cwd: Path = ROOT) -> AsyncIterator[Running]:
    """Starts the command in its own process group; what is left of it in the end is told to end, as by Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    it = Running(process)
    try:
        yield it
    finally:
        if process.returncode is None:
            await it.ends(signal.SIGINT)


async def opened(port: int) -> None:
    """Waits until somebody accepts connections on it."""
    async with asyncio.timeout(PATIENCE):
        while not await accepts(port):  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.05)


async def closed(*ports: int) -> None:
    """Waits until nobody accepts connections on any of them."""
    async with asyncio.timeout(PATIENCE):
        while any([await accepts(port) for port in ports]):  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.05)


STAND_IN = (sys.executable, "-m", "tests.adapters.cli.stand_ins")
