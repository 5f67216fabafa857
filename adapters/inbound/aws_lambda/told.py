"""What a function tells of itself: in its lines which invocation they are of, and measurements for CloudWatch."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from adapters.telemetry.moved import MovedMetrics
from adapters.telemetry.spans import Spans

NAMESPACE = "Portico"


class Told:
    """Round each invocation, in a process that began to log.

    Lines have the fields that those of a container have, made as these are, and besides those of the Elastic Common
    Schema for functions. Nobody comes by to read metrics, so what an invocation moved is written as a line from which
    CloudWatch makes some (its Embedded Metric Format). Between invocations all threads stand still, so that spans that
    wait to be sent would wait for the next one: they are sent before the invocation ends.
    """

    def __init__(self, *, metrics: MovedMetrics, spans: Spans, service: str, measured: bool = True) -> None:
        self._spans = spans
        self._invocation = Invocation()
        self._measured = Measured(metrics, service=service) if measured else None
        for handler in logging.getLogger().handlers:
            handler.addFilter(self._invocation)

    @contextmanager
    def invocation(self, context: Any) -> Iterator[None]:
        self._invocation.begin(context)
        try:
            yield
        finally:
            self._spans.flush()
            for handler in logging.getLogger().handlers:
                handler.flush()
            if self._measured is not None:
                self._measured.tell()
            self._invocation.end()

    def count(self, name: str, value: int, **dimensions: str) -> None:
        """Something of the present invocation that has no other measurement; none is nothing to tell."""
        if self._measured is not None and value:
            self._measured.write(name, MetricUnit.Count, value, **dimensions)


class Invocation(logging.Filter):
    """Gives each record the fields of the invocation under way (https://www.elastic.co/docs/reference/ecs/ecs-faas)."""

    def __init__(self) -> None:
        super().__init__()
        self._is_cold = True
        self._fields: Mapping[str, object] = {}

    def begin(self, context: Any) -> None:
        self._fields = {
            "faas.name": context.function_name,
            "faas.version": context.function_version,
            "faas.execution": context.aws_request_id,
            "faas.coldstart": self._is_cold,
        }
        self._is_cold = False

    def end(self) -> None:
        self._fields = {}

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.update(self._fields)
        return True


class Measured:
    """What moved since it was told last, a line for each series.

    An invocation answers one request, so that a series moved once, and what it moved by is that request's duration.
    """

    def __init__(self, metrics: MovedMetrics, *, service: str) -> None:
        self._metrics = metrics
        self._service = service

    def tell(self) -> None:
        for (route, status), (times, seconds) in self._requests().items():
            self.write(
                "RequestDuration", MetricUnit.Milliseconds, seconds / times * 1000, route=route, status=f"{status}xx"
            )
        for labels, times, _ in self._metrics.use_cases.taken():
            self.write("UseCases", MetricUnit.Count, times, **labels)
        for name, metric in (("Rounds", self._metrics.rounds), ("RoundItems", self._metrics.round_items)):
            for labels, _, amount in metric.taken():
                self.write(name, MetricUnit.Count, amount, **labels)

    def _requests(self) -> Mapping[tuple[str, str], tuple[int, float]]:
        """How many, and how long they took together, by route and by the class of the status."""
        found: dict[tuple[str, str], tuple[int, float]] = {}
        for labels, times, seconds in self._metrics.requests.taken():
            series = (labels["route"], labels["status"][:1])
            counted, lasted = found.get(series, (0, 0.0))
            found[series] = (counted + times, lasted + seconds)
        return found

    def write(self, name: str, unit: MetricUnit, value: float, **dimensions: str) -> None:
        line = EphemeralMetrics(namespace=NAMESPACE, service=self._service)
        for dimension, of in dimensions.items():
            line.add_dimension(dimension, of)
        line.add_metric(name, unit, value)
        line.flush_metrics()
