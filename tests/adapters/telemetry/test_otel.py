"""Traces: off unless asked for, recorded by the caller's word, and harmless if there is nobody to take them."""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import pytest
from opentelemetry.sdk.trace.export import SpanExportResult

from adapters.telemetry.otel import LAST_SECONDS, OtelSpans
from adapters.telemetry.otlp import SECONDS, OtlpSender
from adapters.telemetry.prometheus import PrometheusMetrics
from adapters.telemetry.telemetry import Telemetry
from tests.adapters.telemetry.traced import traced
from tests.database import free_port
from tests.system.services import services
from tests.telemetry.collector import collector

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
NOT_IMPORTED = """
import sys
from adapters.bootstrap.apps import APPS, new_app
from adapters.bootstrap.settings import Settings
for service in APPS:
    new_app(Settings(service=service{endpoint}))
print("opentelemetry.sdk" in sys.modules, "opentelemetry.exporter" in sys.modules)
"""


@pytest.mark.parametrize(
    ("endpoint", "imported"), [("", "False"), (', otel_exporter_otlp_endpoint="http://127.0.0.1:1"', "True")]
)
def test_what_records_and_sends_is_imported_only_if_there_is_an_endpoint(endpoint: str, imported: str) -> None:
    """FastAPI itself imports OpenTelemetry's interfaces, which do nothing by themselves."""
    code = NOT_IMPORTED.format(endpoint=endpoint)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.split() == [imported, imported]


@pytest.mark.parametrize(("ratio", "flags", "recorded"), [(0.0, "01", True), (1.0, "00", False)])
async def test_what_the_caller_decided_is_kept_to(ratio: float, flags: str, recorded: bool) -> None:
    told = traced(ratio=ratio)
    async with told.telemetry.spans as spans:
        with spans.request(f"00-{TRACE}-{CALLER}-{flags}") as request, spans.work("work") as work:
            spans.call("find things", seconds=0.5)
            assert (request.traceparent or "").startswith(f"00-{TRACE}-")
            assert (work.traceparent or "").endswith(f"-{flags}")
            assert (work.traceparent != request.traceparent) is recorded
    assert told.names == (["find things", "request", "work"] if recorded else [])


async def test_a_trace_that_begins_here_is_recorded_as_often_as_the_ratio_says() -> None:
    for ratio, least, most in ((0.0, 0, 0), (0.5, 350, 650), (1.0, 1000, 1000)):
        told = traced(ratio=ratio)
        async with told.telemetry.spans as spans:
            for _ in range(1000):
                with spans.request(None):
                    pass
        assert least <= len(told.spans) <= most


async def test_a_request_without_a_trace_joins_none_that_happens_to_be_there() -> None:
    told = traced()
    async with told.telemetry.spans as spans:
        with spans.work("other"), spans.request(None):
            pass
    assert all(span.parent is None for span in told.spans)


async def test_a_failure_is_told_by_its_reason_and_not_by_the_words_of_an_exception() -> None:
    told = traced()
    async with told.telemetry.spans as spans:
        with suppress(KeyError), spans.work("work") as work:
            work.fail("not_found")
            raise KeyError("somebody's password")
    (span,) = told.spans
    assert (span.status.status_code.name, dict(span.attributes or {})) == ("ERROR", {"error.type": "not_found"})
    assert "password" not in span.to_json()


async def test_an_answer_that_is_told_afterwards_lies_within_the_work_that_asked() -> None:
    told = traced()
    async with told.telemetry.spans as spans:
        spans.call("of no trace", seconds=0.1)
        with spans.work("work"):
            await asyncio.sleep(0.02)
            spans.call("find things", seconds=0.01, failed="timeout")
    by_name = {span.name: span for span in told.spans}
    work, call = by_name.pop("work"), by_name.pop("find things")
    assert by_name == {}
    assert call.parent == work.context
    assert (work.start_time or 0) < (call.start_time or 0) < (call.end_time or 0) <= (work.end_time or 0)
    assert (call.end_time or 0) - (call.start_time or 0) == 10_000_000


async def test_spans_come_to_a_collector_when_the_process_ends_at_the_latest() -> None:
    with collector() as there:
        async with OtelSpans.to(f"{there.url}/", service="order", version="1", ratio=1.0) as spans:
            with spans.work("work"):
                pass
        assert [(span.service, span.name) for span in there.spans] == [("order", "work")]


async def test_a_collector_that_is_away_is_told_of_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    moment = 0.0
    sender = OtlpSender(f"http://127.0.0.1:{free_port()}", monotonic=lambda: moment)
    with caplog.at_level(logging.DEBUG):
        assert [sender.export(()) for _ in range(2)] == [SpanExportResult.FAILURE] * 2
        assert warnings(caplog) == 1
        moment = 301.0
        sender.shutdown()
        sender.export(())
        assert warnings(caplog) == 2


def warnings(caplog: pytest.LogCaptureFixture) -> int:
    return sum(record.levelno >= logging.WARNING for record in caplog.records)


@pytest.mark.parametrize("silent", [False, True])
async def test_leaving_does_not_wait_long_for_a_collector_that_is_away(silent: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        port = hanging.getsockname()[1] if silent else free_port()
        spans = OtelSpans.to(f"http://127.0.0.1:{port}", service="order", version="1", ratio=1.0)
        telemetry = Telemetry(metrics=PrometheusMetrics(service="order", version="1"), spans=spans)
        async with telemetry.spans:
            began = time.perf_counter()
            for _ in range(5000):
                with spans.work("work"):
                    pass
            assert time.perf_counter() - began < 2
            began = time.perf_counter()
        assert time.perf_counter() - began < LAST_SECONDS + SECONDS + 1


async def test_a_shop_without_its_collector_works_as_ever_and_ends_well() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}", "TRACES_RATIO": "1"}
    began = time.perf_counter()
    async with services("memory", environ=environ) as shop:
        async with httpx.AsyncClient(base_url=shop.urls["product"], trust_env=False) as http:
            await http.get("/v1/products")
            began = time.perf_counter()
            for _ in range(100):
                assert (await http.get("/v1/products")).status_code == 200
            assert time.perf_counter() - began < 2
        began = time.perf_counter()
    assert time.perf_counter() - began < 4 * (LAST_SECONDS + SECONDS)
