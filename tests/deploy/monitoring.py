"""What is under k8s/monitoring, read: rules, their cases, dashboards, and what the shop tells of itself."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.telemetry.prometheus import PrometheusMetrics
from tests.telemetry.labels import label_names

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "k8s/monitoring"
CASES = sorted((MONITORING / "tests").glob("*.yaml"))
RULES = ("requests", "objectives", "alerts")
DASHBOARDS = sorted((MONITORING / "dashboards").glob("*.json"))
TARGET = frozenset({"job", "namespace", "pod", "service"})
"""What Prometheus adds to every series."""
GIVEN = {
    "up": TARGET,
    "ALERTS": TARGET | {"alertname", "alertstate", "severity"},
    "kube_pod_container_status_restarts_total": frozenset({"namespace", "pod", "container"}),
}
"""What Prometheus and kube-state-metrics tell, with its labels."""
HISTOGRAM = {"_bucket": {"le"}, "_count": set[str](), "_sum": set[str]()}

Group = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An alert or a recording rule, by its name."""

    name: str
    expression: str
    is_alert: bool
    file: str
    place: tuple[int, int]
    """The group it is in, and where there; in all files together."""
    waits: str = ""
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@cache
def _documents() -> Mapping[str, Sequence[Group]]:
    return {
        name: yaml.safe_load((MONITORING / f"rules/{name}.yaml").read_text("utf-8"))["spec"]["groups"] for name in RULES
    }


def groups() -> list[Group]:
    """All groups of rules, to be changed at will."""
    copies: list[Group] = json.loads(json.dumps([group for groups in _documents().values() for group in groups]))
    return copies


@cache
def rules() -> Sequence[Rule]:
    """All rules, in order."""
    files = [name for name, groups in _documents().items() for _ in groups]
    return [
        Rule(
            name=each.get("alert") or each["record"],
            expression=each["expr"],
            is_alert="alert" in each,
            file=files[number],
            place=(number, at),
            waits=each.get("for", ""),
            labels=each.get("labels", {}),
            annotations=each.get("annotations", {}),
        )
        for number, group in enumerate(groups())
        for at, each in enumerate(group["rules"])
    ]


def dashboards() -> Mapping[str, dict[str, Any]]:
    """Each dashboard by its file's name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in DASHBOARDS}


def panels(dashboard: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Those with queries."""
    return (panel for panel in dashboard["panels"] if panel["type"] != "row")


def own_labels() -> Mapping[str, frozenset[str]]:
    """Every series that a service tells, with the labels that it gives."""
    registry = PrometheusMetrics(service="any", version="any")._registry
    names = {sample.name: frozenset(sample.labels) for each in registry.collect() for sample in each.samples}
    for collector, families in registry._collector_to_names.items():
        own = frozenset(label_names(collector))
        buckets = any(name.endswith("_bucket") for name in families)
        for name in families:
            ending = next((ending for ending in HISTOGRAM if buckets and name.endswith(ending)), "")
            names[name] = names.get(name, frozenset()) | own | HISTOGRAM.get(ending, set())
    return names


def told() -> Mapping[str, frozenset[str]]:
    """Every series that there can be, with its labels: the shop's, those made of them, and those of the cluster."""
    names = {name: TARGET | labels for name, labels in own_labels().items()}
    for rule in rules():
        if not rule.is_alert:
            by_route = frozenset({"route"} if rule.name.startswith("route:") else ())
            names[rule.name] = frozenset({"namespace", "service"}) | by_route
    return names | GIVEN


def write(folder: Path, content: Sequence[Group]) -> Path:
    """A rule file as Prometheus reads it."""
    path = folder / "rules.yaml"
    path.write_text(json.dumps({"groups": content}), "utf-8")
    return path


def promtool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs it; a machine without it skips the test, which CI does not accept."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: it comes with Debian's package prometheus")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
