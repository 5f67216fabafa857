"""Whoever is woken finds what to do: each alert has words of its own, and a section of the runbook."""

import re
from collections.abc import Sequence

import pytest

from tests.deploy.monitoring import ROOT, Rule, rules

PAGE = "docs/runbooks.md"
ALERTS = [rule for rule in rules() if rule.is_alert]
PARTS = ("**Means.**", "**Look.**", "**Do.**")
INSIDE = re.compile(r"\b(p9\d|percentile|SLO|5xx|ratio|burn|bucket|histogram|PromQL|quantile)\b|portico_|http_")
"""What means nothing to somebody who keeps a shop."""
GIVEN = re.compile(r"\{\{[^}]*\}\}")


def sections(page: str) -> dict[str, str]:
    """The text under each heading."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def faults(alert: Rule, page: dict[str, str]) -> Sequence[str]:
    """What somebody who is woken by it would miss."""
    found = []
    summary, description = (GIVEN.sub("x", alert.annotations.get(each, "")) for each in ("summary", "description"))
    if alert.labels.get("severity") not in ("critical", "warning"):
        found.append("no severity")
    found += [
        f"no sentence for a shopkeeper: {sentences}"
        for sentences in (summary, description)
        if not re.fullmatch(r"\S.{20,}[.]", sentences) or INSIDE.search(sentences)
    ]
    if alert.annotations.get("runbook_url") != f"{PAGE}#{alert.name.lower()}":
        found.append("no address of its section")
    if [part for part in PARTS if part not in page.get(alert.name, "")]:
        found.append("no whole section")
    return found


def test_each_alert_says_what_it_is_and_what_to_do() -> None:
    page = sections((ROOT / PAGE).read_text("utf-8"))
    assert {alert.name: found for alert in ALERTS if (found := faults(alert, page))} == {}


def test_each_section_is_of_an_alert() -> None:
    assert list(sections((ROOT / PAGE).read_text("utf-8"))) == [alert.name for alert in ALERTS]


def test_each_link_within_the_page_leads_to_a_section() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= {name.lower() for name in sections(text)}


@pytest.mark.parametrize(
    ("labels", "annotations", "section", "fault"),
    [
        ({"severity": "page"}, {}, None, "no severity"),
        ({}, {"summary": ""}, None, "no sentence"),
        ({}, {"description": "The p99 of http_server_request_duration_seconds is high."}, None, "no sentence"),
        ({}, {"runbook_url": f"{PAGE}#another"}, None, "no address"),
        ({}, {}, "**Means.** Something. **Look.** Somewhere.", "no whole section"),
    ],
)
def test_a_poor_alert_is_told(
    labels: dict[str, str], annotations: dict[str, str], section: str | None, fault: str
) -> None:
    good = ALERTS[0]
    page = sections((ROOT / PAGE).read_text("utf-8"))
    poor = Rule(
        name=good.name,
        expression=good.expression,
        is_alert=True,
        file=good.file,
        place=good.place,
        labels={**good.labels, **labels},
        annotations={**good.annotations, **annotations},
    )
    found = faults(poor, page if section is None else {**page, good.name: section})
    assert len(found) == 1
    assert found[0].startswith(fault)
