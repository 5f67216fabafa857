"""What docs/observability.md promises, read from its tables: so that the page and the code cannot drift apart."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "observability.md"

_LITERAL = re.compile(r"`([^`]+)`")
_NAMED = re.compile(r"\*([a-z ]+)\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """By the name that it has in the text; `kind` is Prometheus'."""

    kind: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Those that a label can have: these literally, and those of sets that the code knows, by the sets' names."""

    literal: frozenset[str]
    named: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`fields` are by where they are, `attributes` by the kind of the span; `values` by metric and label."""

    fields: Mapping[str, frozenset[str]]
    metrics: Mapping[str, Metric]
    values: Mapping[tuple[str, str], Values]
    attributes: Mapping[str, frozenset[str]]


def read_page(text: str) -> Page:
    fields: dict[str, set[str]] = {}
    for name, where, *_ in _rows(text, "field"):
        fields.setdefault(where, set()).update(_LITERAL.findall(name))
    metrics = {
        _LITERAL.findall(name)[0]: Metric(kind=kind, labels=frozenset(_LITERAL.findall(labels)))
        for name, kind, labels, *_ in _rows(text, "metric")
    }
    values = {}
    for label, of, possible in _rows(text, "label"):
        found = Values(literal=frozenset(_LITERAL.findall(possible)), named=frozenset(_NAMED.findall(possible)))
        values.update({(metric, _LITERAL.findall(label)[0]): found for metric in _LITERAL.findall(of)})
    return Page(
        fields={where: frozenset(names) for where, names in fields.items()},
        metrics=metrics,
        values=values,
        attributes={span: frozenset(_LITERAL.findall(told)) for span, _, told in _rows(text, "span")},
    )


def _rows(text: str, head: str) -> Iterator[tuple[str, ...]]:
    """Those of the tables whose first column is called so."""
    inside = False
    for line in text.splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if not line.startswith("|"):
            inside = False
        elif cells[0] == head:
            inside = True
        elif inside and not cells[0].startswith("---"):
            yield cells
