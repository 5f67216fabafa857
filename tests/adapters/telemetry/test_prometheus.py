"""A histogram of ours is to Prometheus what the client's own is."""

import pytest
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import generate_latest

from adapters.telemetry.metrics import SECONDS
from adapters.telemetry.prometheus import LoopHistogram

LABELS = ("route", "status")
OBSERVED = (0.0, 0.000_9, 0.001, 0.001_001, 0.03, 1, 9.99, 10, 10.01, 3600.0)


def lines(registry: CollectorRegistry) -> list[str]:
    """Without the time at which a series began."""
    text = generate_latest(registry).decode().splitlines()
    return [line.rpartition(" ")[0] if line.startswith("a_seconds_created") else line for line in text]


@pytest.mark.parametrize("labels", [(), LABELS])
@pytest.mark.parametrize("observed", [(), OBSERVED])
def test_it_tells_what_the_clients_own_would(labels: tuple[str, ...], observed: tuple[float, ...]) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    own = LoopHistogram("a_seconds", "How long.", labels)
    ours.register(own)
    other = Histogram("a_seconds", "How long.", labels, buckets=SECONDS, registry=theirs)
    for number, seconds in enumerate(observed):
        values = (f'/{{"{number % 2}"}}\n', 200 + number % 3)[: len(labels)]
        (own.labels(*values) if labels else own).observe(seconds)
        (other.labels(*values) if labels else other).observe(seconds)
    assert lines(ours) == lines(theirs)


def test_a_series_is_the_same_by_place_and_by_name_and_wrong_labels_are_refused() -> None:
    own = LoopHistogram("a_seconds", "How long.", LABELS)
    assert own.labels("/", 200) is own.labels(status=200, route="/")
    for wrong in ((), ("/",), ("/", 200, "GET")):
        with pytest.raises((ValueError, KeyError)):
            own.labels(*wrong)
    with pytest.raises((ValueError, KeyError)):
        own.observe(1)


def test_one_name_is_for_one_metric() -> None:
    registry = CollectorRegistry()
    registry.register(LoopHistogram("a_seconds", "How long.", ()))
    with pytest.raises(ValueError, match="Duplicated"):
        Histogram("a_seconds", "How long.", registry=registry)
