"""Spans by OpenTelemetry, sent by OTLP over HTTP; imported only when tracing is on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.telemetry.spans import NOTHING, UNRECORDED, Attributes, Kind, Span, Spans

_KINDS = {"client": trace.SpanKind.CLIENT, "internal": trace.SpanKind.INTERNAL}


class OtelSpan(Span):
    """A span of OpenTelemetry's SDK."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        at = span.get_span_context()
        self.traceparent = f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}"

    def name(self, name: str) -> None:
        self._span.update_name(name)

    def tell(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def fail(self, reason: str) -> None:
        self._span.set_attribute("error.type", reason)
        self._span.set_status(trace.StatusCode.ERROR)


class OtelSpans(Spans):
    """Whether a trace is recorded is decided where it begins, `ratio` of them, and kept to by everyone in it.

    That is what W3C Trace Context's sampled flag says. Of a trace that is not, only the request has a span, which is
    not sent, so that its identity can be handed on.
    """

    def __init__(self, processor: SpanProcessor, *, service: str, version: str, ratio: float) -> None:
        resource = {"service.name": service, "service.namespace": "portico", "service.version": version}
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)), resource=Resource.create(resource)
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("portico", version)
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def to(cls, endpoint: str, *, service: str, version: str, ratio: float) -> "OtelSpans":
        """To a collector at `endpoint`, the base URL of OTLP over HTTP, in batches from a thread of its own."""
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        return cls(BatchSpanProcessor(exporter), service=service, version=version, ratio=ratio)

    def request(self, traceparent: str | None) -> AbstractContextManager[Span]:
        parent = self._propagator.extract({"traceparent": traceparent}) if traceparent else None
        return self._span("request", trace.SpanKind.SERVER, parent, NOTHING)

    def work(
        self, name: str, *, kind: Kind = "internal", attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        at = trace.get_current_span().get_span_context()
        if at.is_valid and not at.trace_flags.sampled:
            return UNRECORDED
        return self._span(name, _KINDS[kind], None, attributes)

    def close(self) -> None:
        """Send what is left; waits for it, a few seconds at most."""
        self._provider.shutdown()

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
