"""What the adapters of one process tell their work to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from time import perf_counter
from typing import Any, TypeVar, cast

from adapters.telemetry.metrics import Metrics
from adapters.telemetry.spans import NoSpans, Spans
from core.shared.errors import ShopError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """The metrics and the spans of a process. Log lines go by `logging`."""

    metrics: Metrics
    spans: Spans

    @classmethod
    def unread(cls) -> "Telemetry":
        """For where nobody asks: metrics that are not scraped, and no spans."""
        from adapters.telemetry.prometheus import PrometheusMetrics  # noqa: PLC0415 - a function does without

        return cls(metrics=PrometheusMetrics(service="", version=""), spans=NoSpans())

    def observed(self, use_cases: T) -> T:
        """The same use cases, each timed, counted by its outcome, and with a span of its own."""
        of: Any = use_cases
        return cast(
            "T", replace(of, **{each.name: self._observed(each.name, getattr(of, each.name)) for each in fields(of)})
        )

    def _observed(self, name: str, use_case: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        series, work = cache(self.metrics.use_cases.labels), self.spans.work

        async def call(**arguments: Any) -> Any:
            with work(name) as span:
                began, outcome = perf_counter(), "ok"
                try:
                    return await use_case(**arguments)
                except BaseException as error:
                    outcome = error.code if isinstance(error, ShopError) else "failed"
                    span.fail(outcome)
                    raise
                finally:
                    series(name, outcome).observe(perf_counter() - began)

        return call
