"""Dashboards are what Grafana can show, and ask for what there is."""

from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from tests.deploy.monitoring import DASHBOARDS, dashboards, panels, told
from tests.deploy.promql import groupings, selectors
from tests.making.dashboards import DASHBOARDS as MADE
from tests.making.dashboards import SERVICES
from tests.making.grafana import files

UNITS = {"s", "bytes", "percentunit", "reqps", "ops", "short"}
"""Grafana's names."""
NAMES = [path.name for path in DASHBOARDS]
COLUMNS = 24


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def faults(dashboard: dict[str, Any]) -> list[str]:
    """What Grafana would not show, or would show wrongly."""
    found = []
    if any(number > 1 for number in Counter(panel["id"] for panel in dashboard["panels"]).values()):
        found.append("an id twice")
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    if any(overlap(one, other) for one, other in combinations(places, 2)):
        found.append("panels on top of each other")
    if any(place["x"] + place["w"] > COLUMNS for place in places):
        found.append("a panel that is too wide")
    for panel in panels(dashboard):
        targets = panel["targets"]
        if panel["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
            found.append(f"{panel['title']}: another datasource")
        if not targets or not all(target["expr"] and target["legendFormat"] for target in targets):
            found.append(f"{panel['title']}: no query, or no legend")
        if len({target["refId"] for target in targets}) < len(targets):
            found.append(f"{panel['title']}: a refId twice")
        if not panel["description"] or panel["fieldConfig"]["defaults"]["unit"] not in UNITS:
            found.append(f"{panel['title']}: no description, or no known unit")
        steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        bounds = [step["value"] for step in steps[1:]]
        if steps[0]["value"] is not None or bounds != sorted(bounds):
            found.append(f"{panel['title']}: thresholds out of order")
    return found


def test_there_is_a_dashboard_for_the_shop_each_service_and_the_checkout() -> None:
    assert set(NAMES) == {f"{name}.json" for name in ("overview", *SERVICES, "checkout")}
    assert len({dashboard["uid"] for dashboard in dashboards().values()}) == len(NAMES)


def test_the_files_are_up_to_date() -> None:
    now = {path.name: path.read_text("utf-8") for path in DASHBOARDS}
    assert now == files(MADE), "`make dashboards` writes them anew."


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_can_be_shown(name: str) -> None:
    assert faults(dashboards()[name]) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("id",), 1, "an id twice"),
        (("gridPos", "y"), 0, "panels on top of each other"),
        (("gridPos", "w"), 25, "a panel that is too wide"),
        (("datasource", "uid"), "mine", "another datasource"),
        (("targets", 0, "expr"), "", "no query, or no legend"),
        (("targets", 1, "refId"), "A", "a refId twice"),
        (("description",), "", "no description, or no known unit"),
        (("fieldConfig", "defaults", "unit"), "parsecs", "no description, or no known unit"),
        (("fieldConfig", "defaults", "thresholds", "steps", 1, "value"), 9, "thresholds out of order"),
    ],
)
def test_a_fault_is_found(path: tuple[str | int, ...], value: object, fault: str) -> None:
    dashboard = dashboards()["checkout.json"]
    panel = next(panel for panel in panels(dashboard) if panel["title"] == "How long it takes")
    place: Any = panel
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert any(fault in each for each in faults(dashboard))


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_asks_only_for_what_there_is(name: str) -> None:
    known = told()
    for panel in panels(dashboards()[name]):
        for target in panel["targets"]:
            asked = list(selectors(target["expr"]))
            assert asked
            for selector in asked:
                assert selector.metric in known, panel["title"]
                assert selector.labels <= known[selector.metric], panel["title"]
                assert "namespace" in selector.labels, f"{panel['title']}: of which shop?"
            labels = {label for selector in asked for label in known[selector.metric]}
            assert groupings(target["expr"]) <= labels, panel["title"]


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_has_its_variables(name: str) -> None:
    variables = {each["name"]: each for each in dashboards()[name]["templating"]["list"]}
    assert variables.keys() == {"datasource", "namespace", "service"}
    service = name.removesuffix(".json")
    if service in SERVICES:
        assert variables["service"]["query"] == service
