"""Sends spans to a collector by OTLP over HTTP; one that is away costs the traces, and nothing else."""

import logging
import time
from collections.abc import Callable, Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

SECONDS = 2.0
"""How long a batch may take, with all attempts to send it."""
_QUIET = 300.0
"""Seconds between two warnings."""
_log = logging.getLogger(__name__)


class OtlpSender(SpanExporter):
    """To the collector at `endpoint`, a base URL. Says now and then that it is away, and not for every batch."""

    def __init__(self, endpoint: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        # It warns of each attempt, the batches of each span that is dropped: of a collector that is away, for hours.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=SECONDS)
        self._monotonic = monotonic
        self._quiet_until = monotonic()
        self._ended = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.FAILURE if self._ended else self._exporter.export(spans)
        if result is SpanExportResult.FAILURE and self._monotonic() >= self._quiet_until:
            self._quiet_until = self._monotonic() + _QUIET
            _log.warning("Traces cannot be sent to where OTEL_EXPORTER_OTLP_ENDPOINT says; they are lost meanwhile.")
        return result

    def shutdown(self) -> None:
        """What is not sent yet is given up; a batch under way ends within `SECONDS`."""
        if not self._ended:
            self._ended = True
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # OpenTelemetry's

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - OpenTelemetry's signature
        """Nothing waits here."""
        return True
