"""What every service stands on, whatever process it lives in: the clock, ids, stores, and what it tells of itself."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Literal, Self

from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.decorators.late import Late
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.telemetry.loop import LoopLag
from adapters.telemetry.spans import NoSpans, Spans
from adapters.telemetry.telemetry import Telemetry
from core import VERSION
from core.shared.ports import Clock, KeySource, NewId, TokenVerifier
from core.shared.rounds import Report

Caller = Service | Literal["audit"]
"""Who calls other services: one of them, or the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The parts that all services have alike, for the one called `name`."""

    name: Caller
    settings: Settings
    clock: Clock
    new_id: NewId
    stores: Stores
    telemetry: Telemetry
    late: Late = field(default_factory=Late)

    @classmethod
    def of(cls, name: Caller, settings: Settings, *, telemetry: Telemetry | None = None, prepare: bool = True) -> Self:
        """`telemetry` is Prometheus' and by the settings if none is given; `prepare` as of `Stores`."""
        clock = SystemClock()
        if telemetry is None:
            metrics = resolve("adapters.telemetry.prometheus:PrometheusMetrics")(service=name, version=VERSION)
            telemetry = Telemetry(metrics=metrics, spans=spans(name, settings))
        return cls(
            name=name,
            settings=settings,
            clock=clock,
            new_id=Uuid7(clock),
            stores=Stores(settings, telemetry=telemetry, prepare=prepare),
            telemetry=telemetry,
        )

    def rounds(self, name: str, round: Callable[[], Awaitable[Report]], *, seconds: float | None = None) -> Rounds:
        """Background work, to be opened with the process; as often as the settings say, or `seconds` apart."""
        return Rounds(
            name,
            round,
            seconds=self.settings.worker_seconds if seconds is None else seconds,
            new_id=self.new_id,
            telemetry=self.telemetry,
        )

    @property
    def foundation(self) -> Sequence[AbstractAsyncContextManager[object]]:
        """What is to be opened before all else, and closed last."""
        return (self.telemetry.spans, LoopLag(self.telemetry.metrics), self.stores)

    def verifier(self, keys: KeySource) -> TokenVerifier:
        """Checks customers' tokens by the published keys."""

        def made() -> TokenVerifier:
            by: TokenVerifier = resolve("adapters.bootstrap.verifiers:access_tokens")(
                self.settings, keys=keys, clock=self.clock
            )
            return by

        return self.late.of(TokenVerifier, made)


def spans(name: Caller, settings: Settings) -> Spans:
    """OpenTelemetry's, if there is somewhere to send them; it is imported only then."""
    if not settings.otel_exporter_otlp_endpoint:
        return NoSpans()
    to: Spans = resolve("adapters.telemetry.otel:OtelSpans").to(
        settings.otel_exporter_otlp_endpoint, service=name, version=VERSION, ratio=settings.traces_ratio
    )
    return to
