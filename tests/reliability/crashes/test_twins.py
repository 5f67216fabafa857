"""Naive shops that only work while nothing fails; the crashes must tell each of them.

Stock that is read and then written is right as long as one thing is done after another: the interleavings tell it.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.core.order.broken import NeverDue, TakenAnew
from tests.core.order.shop import Shop
from tests.reliability.crashes.flows import FLOWS
from tests.reliability.crashes.forgetful import GuestCartsLeftOpen, MergesForgotten, SubtractionsForgotten
from tests.reliability.crashes.points import begun, every_point, recovered
from tests.reliability.twins import TWINS

BY_NAME = {flow.name: flow for flows in FLOWS.values() for flow in flows}
TELLING: dict[str, tuple[Callable[[], Shop], str, str]] = {
    "publish before commit": (TWINS["publish_before_commit"], "order two products", "late worker"),
    "clear the whole cart": (TWINS["clear_the_whole_cart"], "order a cart that is added to", "same key"),
    "key checked, then acted on": (TWINS["key_checked_then_acted_on"], "order two products", "without a key"),
    "hold freed by the clock": (TWINS["hold_freed_by_the_clock"], "order two products", "late worker"),
    "never due": (lambda: Shop(orders=NeverDue()), "order two products", "worker"),
    "taken anew": (lambda: Shop(products=TakenAnew()), "order two products", "worker"),
    "subtractions forgotten": (SubtractionsForgotten, "order a cart that is added to", "worker"),
    "merges forgotten": (MergesForgotten, "merge", "again"),
    "guest carts left open": (GuestCartsLeftOpen, "merge", "another customer"),
}
"""A shop by its fault, the flow that tells it, and who comes after."""
WRONG_AT_ONCE = {"clear the whole cart"}


@pytest.mark.parametrize("name", TELLING)
async def test_a_shop_that_only_works_while_nothing_fails_is_told(name: str, figure: Callable[[str], None]) -> None:
    new, flow_name, after = TELLING[name]
    flow = replace(BY_NAME[flow_name], recoveries={after: BY_NAME[flow_name].recoveries[after]})

    async def new_shop() -> Shop:
        return new()

    scene = await begun(flow, new_shop)
    if name not in WRONG_AT_ONCE:
        assert await recovered(scene, [flow.run]) == [], "It works while nothing fails."
    tally = await every_point(flow, new_shop)
    figure(f"crashes, twin: {name}: told by {tally.wrong} of {tally.runs} ends")
    assert tally.violations
