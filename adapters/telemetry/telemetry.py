"""What the adapters of one process tell their work to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast

from adapters.telemetry.metrics import Metrics, timed
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
        return cls(metrics=Metrics(service="", version=""), spans=NoSpans())

    def observed(self, use_cases: T) -> T:
        """The same use cases, each timed, counted by its outcome, and with a span of its own."""
        of: Any = use_cases
        return cast(
            "T", replace(of, **{each.name: self._observed(each.name, getattr(of, each.name)) for each in fields(of)})
        )

    def _observed(self, name: str, use_case: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        durations, work = self.metrics.use_cases, self.spans.work

        async def call(**arguments: Any) -> Any:
            with work(name) as span, timed(durations, name, "ok") as labels:
                try:
                    return await use_case(**arguments)
                except BaseException as error:
                    labels[1] = error.code if isinstance(error, ShopError) else "failed"
                    span.fail(labels[1])
                    raise

        return call
