"""Metrics that Prometheus scrapes."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from time import time
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Info, ProcessCollector
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from adapters.telemetry.metrics import SECONDS, Histogram, Metrics

CONTENT_TYPE = CONTENT_TYPE_LATEST

_BOUNDS = (*(str(float(bound)) for bound in SECONDS), "+Inf")


class _Series(Histogram):
    def __init__(self) -> None:
        self.counts = [0] * (len(SECONDS) + 1)
        self.sum = 0.0
        self.began = time()

    def labels(self, *values: object, **named: object) -> Self:  # noqa: ARG002 - the port's
        return self

    def observe(self, amount: float) -> None:
        self.sum += amount
        self.counts[bisect_left(SECONDS, amount)] += 1


class LoopHistogram(Histogram, Collector):
    """A histogram that is told by the event loop alone.

    The client's own takes a lock for the sum and another for the bucket, and looks at one bound after the other: four
    times as long, for every request, use case and command.
    """

    def __init__(self, name: str, documentation: str, names: Sequence[str]) -> None:
        self._name = name
        self._documentation = documentation
        self.names = tuple(names)
        self._series: dict[tuple[str, ...], _Series] = {}
        if not names:
            self.labels()  # is there from the beginning

    def labels(self, *values: object, **named: object) -> _Series:
        found = tuple(str(value) for value in values or (named[name] for name in self.names))
        if len(found) != len(self.names):
            raise ValueError(f"{self._name} has the labels {self.names}, and no others.")
        return self._series.setdefault(found, _Series())

    def observe(self, amount: float) -> None:
        self.labels().observe(amount)

    def describe(self) -> Iterator[HistogramMetricFamily]:
        yield HistogramMetricFamily(self._name, self._documentation, labels=self.names)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        (family,) = self.describe()
        for values, series in list(self._series.items()):
            buckets = zip(_BOUNDS, accumulate(series.counts), strict=True)
            family.add_metric(values, list(buckets), series.sum)
            family.add_sample(f"{self._name}_created", dict(zip(self.names, values, strict=True)), series.began)
        yield family


class PrometheusMetrics(Metrics):
    """Beside our own there are those of the process, of its garbage, and which service it is, at which version."""

    def __init__(self, *, service: str, version: str) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        Info("portico_build", "Which service this is, at which version.", registry=registry).info(
            {"service_name": service, "version": version}
        )
        super().__init__()

    def histogram(self, name: str, documentation: str, *labels: str) -> LoopHistogram:
        made = LoopHistogram(name, documentation, labels)
        self._registry.register(made)
        return made

    def counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self._registry)

    def gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(name, documentation, labels, registry=self._registry)

    def text(self) -> bytes:
        return generate_latest(self._registry)
