"""What comes after a crash ends or fails too; then the shop must come out right all the same."""

import pytest

from tests.figures import Figure
from tests.reliability.crashes.budget import SEED, part
from tests.reliability.crashes.flows import FLOWS
from tests.reliability.crashes.points import every_pair


@pytest.mark.parametrize("theme", FLOWS)
async def test_a_recovery_may_fail_too(theme: str, figure: Figure) -> None:
    chosen = part(0.02, f"pairs of {theme}")
    tallies = [await every_pair(flow, chosen=chosen) for flow in FLOWS[theme]]
    pairs, found = sum(tally.points for tally in tallies), [line for tally in tallies for line in tally.violations]
    figure(
        f"two crashes: {{pairs:,}} pairs x 2 recoveries, {{violations}} violations (SEED={SEED})",
        pairs=pairs,
        violations=len(found),
    )
    assert pairs
    assert found == [], f"again with SEED={SEED}"
