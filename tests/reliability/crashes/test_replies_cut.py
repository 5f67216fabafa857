"""A command to the database is done and its reply lost, or refused, at every command in turn: the same end."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.order.shop import Shop
from tests.database import free_port, secantus_process
from tests.reliability.crashes.acts import Act
from tests.reliability.crashes.budget import DEEP, SEED, part
from tests.reliability.crashes.flows import FLOWS, Flow
from tests.reliability.crashes.forgetful import MergesForgotten
from tests.reliability.crashes.losses import WAYS, Losing, Way, losing
from tests.reliability.crashes.points import Tally, recovered
from tests.reliability.crashes.truths import ending

IN_CI = {
    "order two products",
    "order two products without a key",
    "order what runs short later",
    "resume an order that was just made",
    "relay an event",
    "cancel what is confirmed as the customer",
    "ship",
    "merge",
}
WHOLE_IN_CI = {
    "the reply is cut",
    "the reply is cut, and the driver tries again",
    "the write is not made durable in time",
}
"""The others lose a part of the commands that is told by SEED."""
ALL = [flow for flows in FLOWS.values() for flow in flows]
THE_SAME_AGAIN = "the same again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One command to go wrong, and who comes after; `expected` is what it would have come to."""

    flow: Flow
    commands: Sequence[str]
    number: int
    recovery: str
    expected: object

    @property
    def acts(self) -> tuple[Act, ...]:
        return (self.flow.run,) if self.recovery == THE_SAME_AGAIN else self.flow.recoveries[self.recovery]

    def __str__(self) -> str:
        return f"{self.flow.name}: {self.commands[self.number]}, number {self.number}; {self.recovery}"


async def jobs_of(flow: Flow, shop: Losing, way: Way, chosen: Callable[[], bool], extra: random.Random) -> list[Job]:
    """Every chosen command with the client who asks again, and with others who come after: all, or one now and then."""
    scene, commands = await shop.done(flow, None)
    await recovered(scene, [flow.run])
    expected = await ending(scene)
    jobs = []
    for number, command in enumerate(commands):
        if command.startswith(way.commands) and chosen():
            others = sorted(flow.recoveries)
            names = others if DEEP else [extra.choice(others)] if extra.random() < 0.1 else []
            jobs += [
                Job(flow=flow, commands=commands, number=number, recovery=name, expected=expected)
                for name in (THE_SAME_AGAIN, *names)
            ]
    return jobs


async def work(shop: Losing, jobs: Iterator[Job], tally: Tally) -> None:
    """Does one job after another, until none is left."""
    for job in jobs:
        scene, commands = await shop.done(job.flow, job.number)
        assert commands[: job.number + 1] == job.commands[: job.number + 1], f"{job} is not the same every time"
        found = await recovered(scene, job.acts)
        if job.recovery == THE_SAME_AGAIN and job.flow.rival is None and await ending(scene) != job.expected:
            found.append(f"it came to {await ending(scene)}, not {job.expected}")
        tally.add(str(job), found)


async def every_command(
    flows: Sequence[Flow], way: Way, folder: Path, *, chosen: Callable[[], bool], make: Callable[[], Shop] = Shop
) -> tuple[Tally, Counter[str]]:
    """What came of it, and how often each command was the one."""
    tally, port, extra = Tally(), free_port(), random.Random(SEED)
    with secantus_process(port, folder, "--enable-test-commands"):
        async with AsyncExitStack() as stack:
            shops = [await stack.enter_async_context(losing(port, way, make)) for _ in range(way.lanes)]
            jobs = [job for flow in flows for job in await jobs_of(flow, shops[0], way, chosen, extra)]
            shared = iter(jobs)
            await asyncio.gather(*(work(shop, shared, tally) for shop in shops))
    edges = Counter(job.commands[job.number] for job in jobs if job.recovery == THE_SAME_AGAIN)
    tally.points = edges.total()
    return tally, edges


@pytest.mark.parametrize("name", WAYS)
async def test_whatever_becomes_of_a_command_the_shop_comes_out_right(
    name: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    flows = [flow for flow in ALL if DEEP or flow.name in IN_CI]
    chosen = part(1 if name in WHOLE_IN_CI else 0.1, name)
    tally, edges = await every_command(flows, WAYS[name], tmp_path, chosen=chosen)
    kinds = ", ".join(f"{times} {command}" for command, times in sorted(edges.items()))
    figure(f"database, {name}: {tally.points} commands ({kinds}), {tally} (SEED={SEED})")
    assert tally.points
    assert tally.violations == [], f"again with SEED={SEED}"


async def test_a_cart_that_forgets_what_was_merged_is_told_by_a_reply_that_is_cut(tmp_path: Path) -> None:
    (merge,) = (flow for flow in ALL if flow.name == "merge")
    tally, _ = await every_command(
        [merge], WAYS["the reply is cut"], tmp_path, chosen=lambda: True, make=MergesForgotten
    )
    assert [violation for violation in tally.violations if THE_SAME_AGAIN in violation]
