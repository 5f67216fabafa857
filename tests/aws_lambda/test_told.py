"""What a function tells of each invocation, and that it is told before the invocation ends."""

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adapters.inbound.aws_lambda.told import Invocation, Measured, Told
from adapters.telemetry.moved import MovedMetrics
from adapters.telemetry.otel import OtelSpans
from adapters.telemetry.spans import NoSpans

CONTEXT = SimpleNamespace(function_name="portico-order", function_version="7", aws_request_id="id-1")


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_request_is_measured_once_by_its_route_and_the_class_of_its_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    metrics = MovedMetrics()
    measured = Measured(metrics, service="order")
    for status, seconds in (("201", 0.25), ("404", 0.5), ("201", 0.125)):
        metrics.requests.labels("POST", "/v1/orders", status).observe(seconds)
        measured.tell()
    measured.tell()
    lines = written(capsys)
    assert [(line["service"], line["route"], line["status"], line["RequestDuration"]) for line in lines] == [
        ("order", "/v1/orders", "2xx", [250.0]),
        ("order", "/v1/orders", "4xx", [500.0]),
        ("order", "/v1/orders", "2xx", [125.0]),
    ]
    (metric,) = lines[0]["_aws"]["CloudWatchMetrics"]
    assert metric["Namespace"] == "Portico"
    assert metric["Metrics"] == [{"Name": "RequestDuration", "Unit": "Milliseconds"}]
    assert {*metric["Dimensions"][0]} == {"service", "route", "status"}


def test_rounds_and_use_cases_are_measured_by_what_came_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = MovedMetrics()
    metrics.rounds.labels(worker="send_mails", outcome="ok").inc()
    metrics.rounds.labels(worker="send_mails", outcome="failed")
    metrics.round_items.labels(worker="send_mails").inc(3)
    metrics.use_cases.labels("send_mails", "unavailable").observe(1)
    Measured(metrics, service="order").tell()
    told = [
        (name, line[name], line.get("outcome"))
        for line in written(capsys)
        for name in ("UseCases", "Rounds", "RoundItems")
        if name in line
    ]
    assert told == [
        ("UseCases", [1.0], "unavailable"),
        ("Rounds", [1.0], "ok"),
        ("RoundItems", [3.0], None),
    ]


async def test_spans_are_sent_before_the_invocation_ends(capsys: pytest.CaptureFixture[str]) -> None:
    exporter = InMemorySpanExporter()
    spans = OtelSpans(exporter, service="order", version="1", ratio=1)
    async with spans:
        told = Told(metrics=MovedMetrics(), spans=spans, service="order", measured=False)
        with told.invocation(CONTEXT), spans.work("place_order"):
            pass
        assert [span.name for span in exporter.get_finished_spans()] == ["place_order"]
        told.count("Messages", 3, outcome="done")
    assert written(capsys) == []


async def test_an_invocation_that_fails_tells_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = MovedMetrics()
    told = Told(metrics=metrics, spans=NoSpans(), service="order")

    def fail() -> None:
        with told.invocation(CONTEXT):
            metrics.rounds.labels(worker="send_mails", outcome="failed").inc()
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail()
    assert [line["outcome"] for line in written(capsys)] == ["failed"]


def test_a_record_has_the_fields_of_its_invocation_and_of_no_other() -> None:
    invocation = Invocation()

    def fields() -> dict[str, Any]:
        record = logging.makeLogRecord({})
        assert invocation.filter(record)
        return {name: value for name, value in vars(record).items() if name.startswith("faas.")}

    assert fields() == {}
    for is_cold in (True, False):
        invocation.begin(CONTEXT)
        assert fields() == {
            "faas.name": "portico-order",
            "faas.version": "7",
            "faas.execution": "id-1",
            "faas.coldstart": is_cold,
        }
        invocation.end()
        assert fields() == {}
