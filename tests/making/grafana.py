"""Lays Grafana's dashboards out, and writes them down as JSON that people can read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SCHEMA = 39
"""Of Grafana 10.4; later ones read it."""
COLUMNS = 24
LINE = 120

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A graph, or with `kind` "stat" a number: of `queries`, legends by expression, in Grafana's `unit`.

    `steps` are the bounds from which on it is orange and red; where the second is the lower, less is worse.
    """

    title: str
    tells: str
    queries: Mapping[str, str]
    unit: str
    kind: str = "timeseries"
    width: int = 8
    steps: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels under a heading, from left to right, as many in a line as fit."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Rows one below the other; `service` is the one it is about, if not all."""

    name: str
    title: str
    tells: str
    rows: Sequence[Row]
    service: str | None = None


def files(dashboards: Sequence[Dashboard]) -> dict[str, str]:
    """What each file is to hold."""
    return {f"{each.name}.json": f"{_text(_dashboard(each))}\n" for each in dashboards}


def _dashboard(dashboard: Dashboard) -> Json:
    return {
        "uid": f"portico-{dashboard.name}",
        "title": dashboard.title,
        "description": dashboard.tells,
        "tags": ["portico"],
        "schemaVersion": SCHEMA,
        "timezone": "browser",
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "links": [
            {"type": "dashboards", "title": "Portico", "tags": ["portico"], "keepTime": True, "includeVars": True}
        ],
        "templating": {"list": _variables(dashboard.service)},
        "panels": _panels(dashboard.rows),
    }


def _variables(service: str | None) -> list[Json]:
    chosen: Json = {"type": "constant", "name": "service", "query": service, "hide": 2}
    if service is None:
        chosen = _asked("service", 'label_values(up{job="portico", namespace="$namespace"}, service)')
        chosen |= {"multi": True, "includeAll": True, "allValue": ".+", "current": {"text": "All", "value": "$__all"}}
    return [
        {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus"},
        _asked("namespace", 'label_values(up{job="portico"}, namespace)'),
        chosen,
    ]


def _asked(name: str, query: str) -> Json:
    asked = {"query": query, "refId": name}
    return {"type": "query", "name": name, "datasource": DATASOURCE, "query": asked, "refresh": 2, "sort": 1}


def _panels(rows: Sequence[Row]) -> list[Json]:
    placed: list[Json] = []
    top = 0
    for row in rows:
        placed.append({"type": "row", "title": row.title, "gridPos": _at(0, top, COLUMNS, 1), "panels": []})
        left, top, height = 0, top + 1, 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top, height = 0, top + height, 0
            own = 4 if panel.kind == "stat" else 8
            placed.append(_panel(panel) | {"gridPos": _at(left, top, panel.width, own)})
            left, height = left + panel.width, max(height, own)
        top += height
    return [{"id": number, **panel} for number, panel in enumerate(placed, 1)]


def _at(x: int, y: int, w: int, h: int) -> Json:
    return {"x": x, "y": y, "w": w, "h": h}


def _panel(panel: Panel) -> Json:
    defaults: Json = {"unit": panel.unit, "noValue": "none", "thresholds": _thresholds(panel.steps)}
    if panel.kind == "stat":
        options: Json = {
            "reduceOptions": {"calcs": ["lastNotNull"]},
            "colorMode": "value",
            "textMode": "value_and_name",
        }
        defaults |= {"color": {"mode": "thresholds"}}
    else:
        options = {
            "legend": {"displayMode": "list", "placement": "bottom"},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
        line = {"fillOpacity": 10, "thresholdsStyle": {"mode": "dashed" if panel.steps else "off"}}
        defaults |= {"min": 0, "custom": line}
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.tells,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
        "targets": [
            {"refId": ascii_uppercase[number], "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(panel.queries.items())
        ],
    }


def _thresholds(steps: tuple[float, float] | None) -> Json:
    if steps is None:
        colours: list[tuple[str, float | None]] = [("green", None)]
    elif steps[0] < steps[1]:
        colours = [("green", None), ("orange", steps[0]), ("red", steps[1])]
    else:
        colours = [("red", None), ("orange", steps[1]), ("green", steps[0])]
    return {"mode": "absolute", "steps": [{"color": colour, "value": bound} for colour, bound in colours]}


def _text(value: Any, depth: int = 0) -> str:
    """JSON, on one line what fits there."""
    line = json.dumps(value)
    if len(line) + depth < LINE - 24 or not isinstance(value, dict | list) or not value:
        return line
    inner = "\n" + " " * (depth + 1)
    outer = "\n" + " " * depth
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_text(each, depth + 1)}" for key, each in value.items()]
        return f"{{{inner}{f',{inner}'.join(parts)}{outer}}}"
    return f"[{inner}{f',{inner}'.join(_text(each, depth + 1) for each in value)}{outer}]"
