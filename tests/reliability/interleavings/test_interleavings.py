"""Whoever goes first, the shop comes out right: every schedule up to so many preemptions, and by chance beyond it."""

import os
from collections.abc import Iterator

import pytest

from tests.figures import Figure
from tests.reliability.interleavings.explore import Case, Run
from tests.reliability.interleavings.scenarios import ALL, SCENARIOS
from tests.reliability.interleavings.scene import Scenario
from tests.reliability.interleavings.scheduler import following

DEEP = os.environ.get("DEEP") == "1"
SEED, SCHEDULE = os.environ.get("SEED"), os.environ.get("SCHEDULE")
"""A failure names them, one or both; with them it is seen again, and nothing else of its kind is tried."""
PARTS, SEEDS = (10, 4_600) if DEEP else (1, 1_000)
"""Of each scenario; all together 23,000 seeds, or more than a million."""
PLACES = range(1) if SEED else range(PARTS)
EXPLORED = {scenario: most + DEEP for scenario, most in SCENARIOS.items() if most is not None}


def named(scenario: Scenario) -> str:
    return scenario.__name__


def by_chance(scenario: Scenario, part: int) -> Iterator[tuple[Case, Run]]:
    for seed in [int(SEED)] if SEED else range(part * SEEDS, (part + 1) * SEEDS):
        case = Case(scenario=scenario, seed=seed)
        yield case, case.run(following(SCHEDULE) if SEED and SCHEDULE else None)


@pytest.mark.parametrize("part", PLACES, ids=lambda part: f"part {part + 1}")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_whoever_goes_first_by_chance_the_shop_comes_out_right(scenario: Scenario, part: int, figure: Figure) -> None:
    seeds = steps = preemptions = 0
    for case, run in by_chance(scenario, part):
        assert not run.violations, case.told(run)
        seeds, steps, preemptions = seeds + 1, steps + len(run.play.steps), preemptions + run.play.preemptions
    figure(
        "interleavings by chance: {seeds:,} seeds of {scenarios} scenarios, {steps:,} steps, "
        "{preemptions:,} preemptions, 0 violations",
        seeds=seeds,
        scenarios=int(part == 0),
        steps=steps,
        preemptions=preemptions,
    )


@pytest.mark.parametrize(("scenario", "most"), EXPLORED.items(), ids=map(named, EXPLORED))
def test_whoever_goes_first_in_every_way_the_shop_comes_out_right(
    scenario: Scenario, most: int, figure: Figure
) -> None:
    case, schedules = Case(scenario=scenario), 0
    for run in [case.run(following(SCHEDULE))] if SCHEDULE and not SEED else case.within(most):
        assert not run.violations, case.told(run)
        schedules += 1
    bound = "there are" if most >= ALL else f"of at most {most} preemptions"
    figure(
        f"interleavings in every way: all {{schedules:,}} schedules {bound} of {{scenarios}} scenarios, 0 violations",
        schedules=schedules,
        scenarios=1,
    )
