"""Runs processes side by side: starts them in stages, says which one died, and ends them in reverse order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn, TypeVar

from adapters.inbound.cli.errors import CommandFailed, Died
from adapters.inbound.cli.leash import Leash
from adapters.inbound.cli.process import Log, Process, Program

T = TypeVar("T")
Tell = Callable[[str, str], None]
"""Takes the name of a program and a line about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to wait, in seconds: for a program to be ready, to end when asked, and between two looks."""

    ready: float = 60.0
    grace: float = 15.0
    look: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """Starts again what died, after a pause that doubles; gives up after `most` deaths within `quick` seconds each."""

    most: int = 5
    quick: float = 20.0
    pause: float = 0.5


class Supervisor:
    """An async context in which programs run; none of them is left when it is over.

    `news` hears what becomes of each program, `output` what each writes.
    """

    def __init__(
        self,
        logs: Path,
        *,
        news: Tell,
        output: Tell | None = None,
        restarts: Restarts | None = None,
        limits: Limits = Limits(),
    ) -> None:
        self._logs = logs
        self._news = news
        self._output = output
        self._restarts = restarts
        self._limits = limits
        self._running: dict[str, Process] = {}
        self._stages: list[tuple[str, ...]] = []
        self._keepers: list[asyncio.Task[NoReturn]] = []
        self._was_ready: set[str] = set()
        self._hurry = asyncio.Event()

    async def __aenter__(self) -> "Supervisor":
        async with AsyncExitStack() as stack:
            self._logs.mkdir(parents=True, exist_ok=True)
            self._leash = stack.enter_context(Leash())
            if self._output is not None:
                stack.callback(asyncio.create_task(self._echo()).cancel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._stack:
            for keeper in self._keepers:
                keeper.cancel()
            await asyncio.gather(*self._keepers, return_exceptions=True)
            for stage in reversed(self._stages):
                await asyncio.gather(*(self._end(self._running[name]) for name in stage if name in self._running))
            self._flush(*self._running)

    async def start(self, *stage: Program) -> None:
        """Starts the programs of one stage together and waits until each is ready.

        Raises: Died if any program ends meanwhile, CommandFailed if one cannot be started or is not ready in time.
        """
        self._stages.append(tuple(program.name for program in stage))
        for program in stage:
            log = self._logs / f"{program.name}.log"
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            process = await self._launch(program)
            self._keepers.append(asyncio.create_task(self._keep(process)))
        await self.during(asyncio.gather(*(self._until_ready(program) for program in stage)))

    async def during(self, work: Awaitable[T]) -> T:
        """What `work` gives, unless a program dies for good meanwhile. Raises: Died."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task, *self._keepers), return_when=asyncio.FIRST_COMPLETED)
            for keeper in self._keepers:
                if keeper.done():
                    keeper.result()
            return await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def hurry(self) -> None:
        """Be patient with no program any more: what is asked to end is ended."""
        self._hurry.set()

    async def _launch(self, program: Program) -> Process:
        process = await Process.start(program, Log(self._logs / f"{program.name}.log"))
        self._leash.hold(process.pid)
        self._running[program.name] = process
        return process

    async def _keep(self, process: Process) -> NoReturn:
        """Watches over a program for as long as it is started again; then raises Died."""
        program, quick_deaths = process.program, 0
        while True:
            how = await process.ended()
            self._leash.drop(process.pid)
            death = Died(program.name, how, process.log.last_lines())
            restarts = self._restarts
            if restarts is None or program.name not in self._was_ready:
                raise death
            quick_deaths = quick_deaths + 1 if time.monotonic() - process.began < restarts.quick else 1
            if quick_deaths > restarts.most:
                raise Died(program.name, how, death.last_lines, f", {quick_deaths} times in quick succession")
            pause = restarts.pause * 2 ** (quick_deaths - 1)
            self._news(program.name, f"ended by itself ({how}); starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            self._flush(program.name)
            process = await self._launch(program)
            ready = asyncio.create_task(self._until_ready(program))
            ended = asyncio.create_task(process.ended())
            try:
                await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
            finally:
                ready.cancel()
                ended.cancel()
            if ready.done() and not ready.cancelled():
                ready.result()

    async def _until_ready(self, program: Program) -> None:
        process = self._running[program.name]
        while not await program.ready():
            if time.monotonic() - process.began > self._limits.ready:
                raise CommandFailed(
                    f"{program.name} was not ready within {self._limits.ready:g} s;"
                    f" its output is in {process.log.path}."
                )
            await asyncio.sleep(self._limits.look)
        self._was_ready.add(program.name)
        self._news(program.name, f"ready after {time.monotonic() - process.began:.1f} s, process {process.pid}")

    async def _end(self, process: Process) -> None:
        if not await process.end(grace=self._limits.grace, hurry=self._hurry):
            self._news(process.program.name, "did not end when asked; killed")
        self._leash.drop(process.pid)

    async def _echo(self) -> None:
        while True:
            await asyncio.sleep(self._limits.look)
            self._flush()

    def _flush(self, *ended: str) -> None:
        if self._output is not None:
            for name, process in self._running.items():
                for line in process.log.new_lines(ended=name in ended):
                    self._output(name, line)
