"""The process ends, or a call fails, before and after every call of every port; the shop must come out right."""

import pytest

from tests.figures import Figure
from tests.reliability.crashes.faults import cancelled, killed
from tests.reliability.crashes.flows import FLOWS, Flow
from tests.reliability.crashes.points import begun, every_point, failed, in_memory, points_of, recovered
from tests.reliability.crashes.truths import ending

ALL = [flow for flows in FLOWS.values() for flow in flows]


@pytest.mark.parametrize("theme", FLOWS)
async def test_wherever_a_flow_fails_the_shop_comes_out_right(theme: str, figure: Figure) -> None:
    tallies = {flow.name: await every_point(flow) for flow in FLOWS[theme]}
    points, runs = sum(tally.points for tally in tallies.values()), sum(tally.runs for tally in tallies.values())
    found = [violation for tally in tallies.values() for violation in tally.violations]
    most = max(len(flow.recoveries) for flow in FLOWS[theme])
    figure(
        f"crashes, {theme}: {{points:,}} points x up to {most} recoveries = {{runs:,}} ends, {{violations}} violations",
        points=points,
        runs=runs,
        violations=len(found),
    )
    figure("crashes of all: {points:,} points, {runs:,} ends", points=points, runs=runs)
    assert all(tally.points for tally in tallies.values())
    assert found == []


@pytest.mark.parametrize("flow", [flow for flow in ALL if flow.rival is None], ids=lambda flow: flow.name)
async def test_what_fails_anywhere_and_is_asked_again_comes_to_what_it_would_have(flow: Flow) -> None:
    calm = await begun(flow, in_memory)
    assert await recovered(calm, [flow.run]) == []
    expected = await ending(calm)
    for point in await points_of(flow, in_memory):
        scene = await failed(flow, point, in_memory)
        await recovered(scene, [flow.run])
        assert await ending(scene) == expected, point


async def test_a_cancelled_task_is_the_same_as_a_crash(figure: Figure) -> None:
    """Nothing that comes behind an `await` is relied on, so there is no third way to end."""
    points = 0
    for flow in ALL:
        pairs = zip(
            await points_of(flow, in_memory, [killed]), await points_of(flow, in_memory, [cancelled]), strict=True
        )
        for crash, cancellation in pairs:
            points += 1
            left = [await (await failed(flow, point, in_memory)).lasting() for point in (crash, cancellation)]
            assert left[0] == left[1], f"{flow.name}: {cancellation}"
    figure(f"crashes: a task cancelled at {points} points leaves what a crash leaves")
