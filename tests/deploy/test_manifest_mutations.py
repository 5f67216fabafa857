"""Each rule sees what it is for: an overlay that is spoilt in one place is told, and it is that rule that tells."""

from functools import cache

import pytest

from tests.deploy.mutations.every import MUTATIONS
from tests.deploy.mutations.mutation import Mutation
from tests.deploy.rendered import render
from tests.deploy.rules.every import RULES
from tests.figures import Figure


@cache
def faults(overlay: str, rule: str) -> frozenset[str]:
    """Before anything is spoilt."""
    return frozenset(RULES[rule](render(overlay)))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_spoilt_overlay_is_told(mutation: Mutation, figure: Figure) -> None:
    spoilt = render(mutation.overlay).copy()
    mutation.change(spoilt)
    assert spoilt != render(mutation.overlay), "It spoils nothing."
    told = frozenset(RULES[mutation.rule](spoilt)) - faults(mutation.overlay, mutation.rule)
    print(*told, sep="\n")
    seen = bool(told)
    figure(
        "Manifests: {seen} of {spoilt} overlays, each spoilt in one way, were seen by their rule.", seen=seen, spoilt=1
    )
    assert seen, "Nobody sees it."


def test_every_rule_has_something_to_see(figure: Figure) -> None:
    assert {mutation.rule for mutation in MUTATIONS} == RULES.keys()
    assert len({str(mutation) for mutation in MUTATIONS}) == len(MUTATIONS)
    figure("Manifests: {rules} rules have ways to break them, {ways} in all.", rules=len(RULES), ways=len(MUTATIONS))
