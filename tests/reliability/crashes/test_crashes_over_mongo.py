"""The same crashes with the shop kept in MongoDB: what lasts is what the database says."""

import random
from collections.abc import Callable

import pytest

from tests.database import mongo_url
from tests.reliability.crashes.budget import DEEP, SEED, part
from tests.reliability.crashes.flows import FLOWS
from tests.reliability.crashes.over_mongo import premises
from tests.reliability.crashes.points import Tally, failed, points_of, recovered


@pytest.mark.parametrize("theme", FLOWS)
async def test_wherever_a_flow_fails_over_mongo_the_shop_comes_out_right(
    theme: str, figure: Callable[[str], None]
) -> None:
    """Every point with every recovery, or else a tenth of the points with one each."""
    tally, chosen, chance = Tally(), part(0.1, f"points of {theme}"), random.Random(f"{SEED} {theme}")
    async with premises(mongo_url()) as place:
        for flow in FLOWS[theme]:
            for point in filter(lambda _: chosen(), await points_of(flow, place.new_shop)):
                tally.points += 1
                names = sorted(flow.recoveries)
                for name in names if DEEP else [chance.choice(names)]:
                    scene = await failed(flow, point, place.new_shop)
                    tally.add(f"{flow.name}: {point}; {name}", await recovered(scene, flow.recoveries[name]))
    figure(f"crashes over mongo, {theme}: {tally.points} points, {tally} (SEED={SEED})")
    assert tally.points
    assert tally.violations == [], f"again with SEED={SEED}"
