"""Figures from counters and histograms, as Prometheus reckons them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import inf

from adapters.telemetry.reading import Labels, Values

_COUNTERS = ("_total", "_count", "_bucket")
_STARTED = ("process_start_time_seconds", "portico_event_loop_lag_seconds_created")
"""What says when a process began: the first is not known on every system."""


def started(values: Values) -> float | None:
    """When the process began, in seconds since 1970; `None` if it does not say."""
    found = (only(values, name) for name in _STARTED)
    return next((moment for moment in found if moment is not None), None)


def grown(earlier: Values, later: Values) -> Values:
    """By how much each counter grew between two readings; those that did not are left out, a histogram only as a whole.

    A counter that began anew meanwhile, alone or with its process, grew by all that it has since counted.
    """
    before: Values = earlier if started(earlier) == started(later) else {}
    growth = {}
    for name in (name for name in later if name.endswith(_COUNTERS)):
        old = before.get(name, {})
        steps = {labels: _step(old.get(labels, 0.0), value) for labels, value in later[name].items()}
        moved = {_series(labels) for labels, step in steps.items() if step}
        if moved:
            growth[name] = {labels: step for labels, step in steps.items() if _series(labels) in moved}
    return growth


def _series(labels: Labels) -> Labels:
    """Without the bound of a bucket."""
    return tuple(label for label in labels if label[0] != "le")


def _step(old: float, new: float) -> float:
    return new - old if new >= old else new


def together(growths: Iterable[Values]) -> Values:
    """The sum of several."""
    sums: dict[str, dict[Labels, float]] = {}
    for growth in growths:
        for name, more in growth.items():
            known = sums.setdefault(name, {})
            for labels, value in more.items():
                known[labels] = known.get(labels, 0.0) + value
    return sums


def chosen(values: Values, name: str, **wanted: str) -> Iterator[tuple[Mapping[str, str], float]]:
    """The samples of a name which have the wanted labels: all their labels, and the value."""
    for labels, value in values.get(name, {}).items():
        told = dict(labels)
        if all(told.get(label) == text for label, text in wanted.items()):
            yield told, value


def summed(values: Values, name: str, **wanted: str) -> float:
    return sum(value for _, value in chosen(values, name, **wanted))


def only(values: Values, name: str, **wanted: str) -> float | None:
    """The one sample; `None` if there is none."""
    return next((value for _, value in chosen(values, name, **wanted)), None)


def buckets(samples: Iterable[tuple[Mapping[str, str], float]]) -> dict[float, float]:
    """Those of several series of a histogram as those of one: how many were at most so large, by that bound."""
    sums: dict[float, float] = {}
    for labels, value in samples:
        bound = float(labels["le"])
        sums[bound] = sums.get(bound, 0.0) + value
    return dict(sorted(sums.items()))


def quantile(q: float, buckets: Mapping[float, float]) -> float | None:
    """What a share `q` of all was at most, by linear interpolation in its bucket; `None` if there was nothing.

    As PromQL's histogram_quantile: the lowest bucket begins at 0, and what lies above the highest finite bound is taken
    to be that bound. https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
    """
    count = buckets.get(inf, 0.0)
    if not count:
        return None
    rank = q * count
    for (low, below), (bound, upto) in pairwise([(0.0, 0.0), *sorted(buckets.items())]):
        if upto >= rank:
            return low if bound == inf else low + (bound - low) * (rank - below) / ((upto - below) or 1.0)
    return None
