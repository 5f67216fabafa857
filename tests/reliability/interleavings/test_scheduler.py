"""The scheduler tries what it says it tries, and a failure is seen again by its seed or its schedule alone."""

import random
from collections import Counter
from math import comb, factorial

import pytest

from tests.reliability.interleavings.explore import Case
from tests.reliability.interleavings.scenarios import (
    checkout_against_an_addition,
    one_cart_posted_twice_with_no_key,
    two_customers_for_the_last_unit,
)
from tests.reliability.interleavings.scene import Check, Scenario, Scene
from tests.reliability.interleavings.scheduler import Actor, by_chance, following, turn
from tests.reliability.twins import TWINS

MANY = 99


def steppers(*counts: int) -> Scenario:
    """So many people who do nothing but take turns, each so many."""

    def scenario(scene: Scene) -> Check:
        async def steps(count: int) -> None:
            for number in range(count):
                await turn(str(number))

        for count in counts:
            scene.enter(f"of {count}", steps(count))
        return list

    return scenario


def schedules(scenario: Scenario, preemptions: int) -> list[str]:
    return [run.play.schedule for run in Case(scenario=scenario).within(preemptions)]


@pytest.mark.parametrize("counts", [(3, 3), (1, 5), (2, 2, 2), (1, 2, 3)])
def test_without_a_bound_every_interleaving_is_tried_once(counts: tuple[int, ...]) -> None:
    tried = schedules(steppers(*counts), MANY)
    expected = factorial(sum(counts))
    for count in counts:
        expected //= factorial(count)
    assert len(tried) == len(set(tried)) == expected


def test_with_a_bound_those_of_more_preemptions_are_left_out_and_no_others() -> None:
    scenario = steppers(4, 4)
    every = Counter(run.play.preemptions for run in Case(scenario=scenario).within(MANY))
    assert every.total() == comb(8, 4)
    for bound in range(4):
        assert len(schedules(scenario, bound)) == sum(every[number] for number in range(bound + 1))


def test_chance_comes_to_every_interleaving_of_a_few_steps() -> None:
    scenario = steppers(3, 3)
    met = {Case(scenario=scenario).run(by_chance(random.Random(seed))).play.schedule for seed in range(1_000)}
    assert len(met) == comb(6, 3)


def test_a_step_is_one_call_of_a_store() -> None:
    run = Case(scenario=checkout_against_an_addition).run(following(""))
    assert run.play.told[:4] == [
        "alice: orders.by_key",
        "alice: cart.carts.get",
        "alice: product.products.get_many",
        "alice: orders.add",
    ]


def test_what_is_stopped_never_runs_again() -> None:
    reached = []

    async def deed() -> None:
        try:
            await turn("here")
        finally:
            reached.append("the end")

    actor = Actor("somebody", deed())
    actor.stop()
    assert (actor.stopped, actor.next_call, actor.outcome, reached) == (True, None, None, [])


def test_a_seed_and_a_schedule_bring_the_same_again() -> None:
    for seed in range(20):
        case = Case(scenario=two_customers_for_the_last_unit, seed=seed)
        first = case.run()
        for again in (case.run(), case.run(following(first.play.schedule))):
            assert (again.play.told, again.play.schedule) == (first.play.told, first.play.schedule)


def test_a_failure_tells_how_to_see_it_again_and_the_simplest_like_it() -> None:
    twin = TWINS["key_checked_then_acted_on"]
    cases = (Case(scenario=one_cart_posted_twice_with_no_key, new_shop=twin, seed=seed) for seed in range(100))
    case, run = next((case, run) for case in cases if (run := case.run()).violations)
    told = case.told(run)
    assert f"Again: SEED={case.seed} SCHEDULE={run.play.schedule} pytest" in told
    assert "Simplest, of 1 preemptions: SEED=" in told
    simplest = case.simplest_failure()
    assert simplest is not None
    assert case.run(following(simplest.play.schedule)).violations == simplest.violations
