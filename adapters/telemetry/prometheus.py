"""Metrics that Prometheus scrapes."""

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from adapters.telemetry.metrics import SECONDS, Metrics

CONTENT_TYPE = CONTENT_TYPE_LATEST


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

    def histogram(self, name: str, documentation: str, *labels: str) -> Histogram:
        return Histogram(name, documentation, labels, buckets=SECONDS, registry=self._registry)

    def counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self._registry)

    def gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(name, documentation, labels, registry=self._registry)

    def text(self) -> bytes:
        return generate_latest(self._registry)
