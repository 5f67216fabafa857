"""Spans by OpenTelemetry, sent by OTLP over HTTP; imported only when tracing is on."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from threading import Timer
from typing import Self

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.telemetry.otlp import OtlpSender
from adapters.telemetry.spans import NOTHING, Attributes, Kind, Span, Spans, Unrecorded

LAST_SECONDS = 3.0
"""How long leaving waits for what is still to be sent; what is being sent then has `otlp.SECONDS` more."""

_KINDS = {"client": trace.SpanKind.CLIENT, "internal": trace.SpanKind.INTERNAL}


class OtelSpan(Span):
    """A span of OpenTelemetry's SDK."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        at = self._span.get_span_context()
        return f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}"

    def name(self, name: str) -> None:
        self._span.update_name(name)

    def tell(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def fail(self, reason: str) -> None:
        self._span.set_attribute("error.type", reason)
        self._span.set_status(trace.StatusCode.ERROR)


class _Unrecorded(Unrecorded, AbstractContextManager["_Unrecorded"]):
    """What begins a trace, or takes part in one, of which nothing is recorded. It has an identity, and costs little."""

    def __init__(self, parent: str | None) -> None:
        trace_id = parent[3:35] if parent else f"{_IDS.generate_trace_id():032x}"
        super().__init__(f"00-{trace_id}-{_IDS.generate_span_id():016x}-00")
        self.work: AbstractContextManager[Span] = nullcontext(self)

    def __enter__(self) -> Self:
        self._around = _AROUND.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _AROUND.reset(self._around)


_IDS = RandomIdGenerator()
_AROUND: ContextVar[_Unrecorded | None] = ContextVar("_AROUND", default=None)
"""What the work under way belongs to, if nothing of it is recorded."""


class OtelSpans(Spans):
    """Whether a trace is recorded is decided where it begins, `ratio` of them, and kept to by everyone in it.

    That is what W3C Trace Context's sampled flag says. Most traces are not, so OpenTelemetry is asked about none of
    these: it would make spans of them, too, only to forget them.
    """

    def __init__(self, exporter: SpanExporter, *, service: str, version: str, ratio: float) -> None:
        resource = {"service.name": service, "service.namespace": "portico", "service.version": version}
        self._exporter = exporter
        self._provider = TracerProvider(sampler=ALWAYS_ON, resource=Resource.create(resource), shutdown_on_exit=False)
        self._ratio = ratio
        self._tracer = self._provider.get_tracer("portico", version)
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def to(cls, endpoint: str, *, service: str, version: str, ratio: float) -> Self:
        """To a collector at `endpoint`, the base URL of OTLP over HTTP."""
        return cls(OtlpSender(endpoint), service=service, version=version, ratio=ratio)

    async def __aenter__(self) -> Self:
        """From now on spans are sent, in batches, by a thread of their own."""
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._send_what_is_left)

    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        if not (int(traceparent[-2:], 16) & trace.TraceFlags.SAMPLED if traceparent else self._is_chosen()):
            return _Unrecorded(traceparent)
        parent = self._propagator.extract({"traceparent": traceparent} if traceparent else {})
        return self._span("request", trace.SpanKind.SERVER, parent, NOTHING)

    def work(
        self, name: str, *, kind: Kind = "internal", attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        if unrecorded := _AROUND.get():
            return unrecorded.work
        if not trace.get_current_span().get_span_context().is_valid and not self._is_chosen():
            return _Unrecorded(None)
        return self._span(name, _KINDS[kind], None, attributes)

    def call(self, name: str, *, seconds: float, attributes: Attributes = NOTHING, failed: str = "") -> None:
        if not trace.get_current_span().get_span_context().trace_flags.sampled:
            return
        now = time.time_ns()
        span = self._tracer.start_span(
            name, kind=trace.SpanKind.CLIENT, attributes=attributes, start_time=now - int(seconds * 1e9)
        )
        if failed:
            OtelSpan(span).fail(failed)
        span.end(now)

    def flush(self) -> None:
        self._provider.force_flush(int(LAST_SECONDS * 1000))

    def _send_what_is_left(self) -> None:
        giving_up = Timer(LAST_SECONDS, self._exporter.shutdown)
        giving_up.start()
        self._provider.shutdown()
        giving_up.cancel()

    def _is_chosen(self) -> bool:
        return _IDS.generate_span_id() < self._ratio * 2**64

    @contextmanager
    def _span(self, name: str, kind: trace.SpanKind, parent: Context | None, attributes: Attributes) -> Iterator[Span]:
        # Exceptions stay out of traces: their texts may hold what people sent.
        with self._tracer.start_as_current_span(
            name,
            context=parent,
            kind=kind,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield OtelSpan(span)
