"""One process with its output in a log file, and how it ended."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.inbound.cli.errors import CommandFailed

_TAIL_BYTES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process to run; `environment` is the whole of it, `ready` is asked until it says yes."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ready: Callable[[], Awaitable[bool]]


class Log:
    """The output of one program, appended to a file; knows where this run of it began."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch(mode=0o600)
        self._began = self._read_to = path.stat().st_size

    def last_lines(self, count: int = 12) -> tuple[str, ...]:
        """What this run wrote last."""
        with self.path.open("rb") as file:
            file.seek(max(self._began, self.path.stat().st_size - _TAIL_BYTES))
            return tuple(_text(line) for line in file.read().splitlines()[-count:])

    def new_lines(self, *, ended: bool = False) -> tuple[str, ...]:
        """The whole lines that were written since the last call; also an unfinished one once it has `ended`."""
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            data = file.read()
        if not ended:
            data = data[: data.rfind(b"\n") + 1]
        self._read_to += len(data)
        return tuple(_text(line) for line in data.splitlines())


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip()


class Process:
    """A running program, the leader of a process group of its own, so that Ctrl-C does not reach it."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process, log: Log) -> None:
        self.program = program
        self.pid = process.pid
        self.began = time.monotonic()
        self.log = log
        self._process = process

    @classmethod
    async def start(cls, program: Program, log: Log) -> "Process":
        """Raises: CommandFailed if there is no such command."""
        with log.path.open("ab") as output:
            try:
                process = await asyncio.create_subprocess_exec(
                    *program.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=program.environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise CommandFailed(f"Cannot start {program.name}: {program.command[0]}: {error.strerror}.") from error
        return cls(program, process, log)

    async def ended(self) -> str:
        """Waits for the end, and says how: `exit status 3` or `signal SIGKILL`."""
        status = await self._process.wait()
        return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"

    async def end(self, *, grace: float, hurry: asyncio.Event) -> bool:
        """Asks it to end, and ends it with its whole group after `grace` seconds or in a `hurry`.

        Whether it ended by itself.
        """
        if self._process.returncode is None:
            self._process.terminate()
        ended = asyncio.ensure_future(self._process.wait())
        hurried = asyncio.ensure_future(hurry.wait())
        await asyncio.wait((ended, hurried), timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        by_itself = ended.done()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # also what it left behind in its group
        await ended
        return by_itself
