"""Each naive twin is caught by an interleaving, both without chance and by it; how soon is told."""

from collections.abc import Callable

import pytest

from tests.reliability.interleavings.explore import Case
from tests.reliability.interleavings.scenarios import (
    SCENARIOS,
    an_order_that_waits_to_be_shipped,
    cancel_against_a_worker,
    checkout_against_an_addition,
    one_cart_posted_twice_with_two_keys,
    two_customers_for_the_last_unit,
)
from tests.reliability.interleavings.scene import Scenario
from tests.reliability.twins import TWINS

CAUGHT_BY: dict[str, Scenario] = {
    "read_then_write_stock": two_customers_for_the_last_unit,
    "publish_before_commit": cancel_against_a_worker,
    "clear_the_whole_cart": checkout_against_an_addition,
    "key_checked_then_acted_on": one_cart_posted_twice_with_two_keys,
    "hold_freed_by_the_clock": an_order_that_waits_to_be_shipped,
}
SEEDS = 100


def test_every_twin_has_a_scenario_that_must_catch_it() -> None:
    assert CAUGHT_BY.keys() == TWINS.keys()


@pytest.mark.parametrize("twin", CAUGHT_BY)
def test_a_twin_is_caught_in_every_way_of_one_preemption(twin: str, figure: Callable[[str], None]) -> None:
    scenario = CAUGHT_BY[twin]
    for number, run in enumerate(Case(scenario=scenario, new_shop=TWINS[twin]).within(1), 1):
        if run.violations:
            figure(f"twin {twin}: caught by schedule {number} of {scenario.__name__}")
            return
    pytest.fail(f"{scenario.__name__} does not tell {twin} from the real shop")


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_caught_by_chance(twin: str, figure: Callable[[str], None]) -> None:
    cases = [
        Case(scenario=scenario, new_shop=TWINS[twin], seed=seed) for seed in range(SEEDS) for scenario in SCENARIOS
    ]
    for number, case in enumerate(cases, 1):
        if case.run().violations:
            figure(f"twin {twin}: caught by chance after {number} seeds, by {case.scenario.__name__}")
            return
    pytest.fail(f"{len(cases)} seeds do not tell {twin} from the real shop")
