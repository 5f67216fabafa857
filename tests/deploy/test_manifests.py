"""Every overlay keeps every rule, as `kubectl kustomize` renders it; nothing that is not rendered counts."""

import pytest

from tests.deploy.composed import calls
from tests.deploy.rendered import OVERLAYS, VARIANTS, render
from tests.deploy.rules.every import RULES
from tests.deploy.rules.schemas import CUSTOM
from tests.figures import Figure


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("overlay", [*OVERLAYS, *VARIANTS])
def test_an_overlay_keeps_the_rule(overlay: str, rule: str, figure: Figure) -> None:
    faults = list(RULES[rule](render(overlay)))
    assert faults == []
    figure("Manifests: {checks} times an overlay was held to a rule, and kept it.", checks=1)


def test_there_is_an_overlay_for_each_place(figure: Figure) -> None:
    assert OVERLAYS == ["atlas", "eks", "eks-prod", "local"]
    rendered = [render(overlay) for overlay in (*OVERLAYS, *VARIANTS)]
    for each in rendered:
        assert {workload.service for workload in each.services} == {"product", "user", "cart", "order"}
    figure(
        "Manifests: {rules} rules, {overlays} overlays, {objects} objects, {custom} of them of others' kinds.",
        rules=len(RULES),
        overlays=len(rendered),
        objects=sum(len(each.manifests) for each in rendered),
        custom=sum(len(each.of(*CUSTOM)) for each in rendered),
    )


def test_the_calls_of_the_code_are_those_of_the_architecture(figure: Figure) -> None:
    """What the rules compare policies with is read from the plugged apps; here it is once in words."""
    assert calls() == {
        "product": {"user"},
        "user": set(),
        "cart": {"product", "user"},
        "order": {"product", "cart", "user"},
    }
    figure("Manifests: the code has {edges} ways from one service to another.", edges=sum(map(len, calls().values())))
