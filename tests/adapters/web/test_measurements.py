"""What `/metrics` tells of requests: how many, how long, with what outcome; and no stranger can make it longer."""

import os
import shutil
import subprocess
from datetime import timedelta

import pytest
from httpx import AsyncClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.inbound.web.middleware import Edge
from adapters.inbound.web.observed import Observer
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.telemetry.metrics import SECONDS
from adapters.telemetry.reading import Values, read
from adapters.telemetry.spans import Span
from adapters.telemetry.telemetry import Telemetry
from core.shared.throttle import Throttle
from tests.adapters.web.sample import KNOWN, sample_app, started
from tests.fakes import FixedClock, SequentialIds

SERIES_OF_ONE = len(SECONDS) + 4
"""Of a histogram for one set of labels: a bucket for each bound and for all, the sum, the count, and the beginning."""
REQUESTS = "http_server_request_duration_seconds_count"
ACTIVE = "http_server_active_requests"


async def scraped(client: AsyncClient) -> Values:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    return read(answer.text)


def counted(values: Values, **labels: str) -> float:
    return values[REQUESTS].get(tuple(sorted(labels.items())), 0)


async def test_requests_are_counted_by_method_route_and_status() -> None:
    async with started(sample_app()) as client:
        for _ in range(3):
            await client.get(f"/v1/gadgets/{KNOWN}")
        await client.head("/v1/gadgets")
        await client.get("/v1/broken")
        await client.get("/livez")
        values = await scraped(client)
    assert counted(values, method="GET", route="/v1/gadgets/{id}", status="200") == 3
    assert counted(values, method="HEAD", route="/v1/gadgets", status="200") == 1
    assert counted(values, method="GET", route="/v1/broken", status="500") == 1
    assert counted(values, method="GET", route="/livez", status="200") == 1


async def test_a_refusal_for_coming_too_often_is_counted_by_its_limit() -> None:
    clock = FixedClock()
    limit = RequestLimit.of(Throttle(tallies=MemoryTallies(clock), clock=clock), per_minute=2)
    async with started(sample_app(clock=clock, request_limit=limit)) as client:
        statuses = [(await client.get("/v1/gadgets")).status_code for _ in range(5)]
        assert statuses == [200, 200, 429, 429, 429]
        values = await scraped(client)
        assert values["portico_throttled_total"] == {(("limit", "requests"),): 3}
        clock.advance(timedelta(minutes=1).total_seconds())
        assert {(await client.get("/metrics")).status_code for _ in range(5)} == {200}


async def test_a_request_is_active_until_its_answer_has_gone_and_probes_never_are() -> None:
    telemetry, seen = Telemetry.unread(), dict[str, Values]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        seen[scope["path"]] = read(telemetry.metrics.text().decode())
        raise ConnectionError

    edge = edge_of(app, Observer(telemetry=telemetry))
    for path in ("/v1/stream", "/livez"):
        with pytest.raises(ConnectionError):
            await edge({"type": "http", "method": "GET", "path": path, "headers": []}, _nothing, _nowhere)
    assert {path: values[ACTIVE][()] for path, values in seen.items()} == {"/v1/stream": 1, "/livez": 0}
    assert read(telemetry.metrics.text().decode())[ACTIVE][()] == 0


async def test_metrics_can_be_switched_off() -> None:
    async with started(sample_app(metrics=False)) as client:
        assert (await client.get("/metrics")).status_code == 404


async def test_the_document_does_not_tell_of_metrics() -> None:
    async with started(sample_app()) as client:
        assert "/metrics" not in (await client.get("/openapi/sample.json")).text


async def test_ten_thousand_odd_paths_and_methods_make_no_series_of_their_own() -> None:
    methods, telemetry = ("GET", "POST", "other"), Telemetry.unread()
    made = await series_made_by_oddities(sample_app(telemetry=telemetry), telemetry)
    assert made == len(methods) * SERIES_OF_ONE


async def test_paths_as_labels_would_be_told() -> None:
    """The twin: an observer whose routes are the paths."""
    telemetry = Telemetry.unread()

    class ByPath(Observer):
        def _tell(self, scope: Scope, method: str, span: Span, duration: int) -> None:
            telemetry.metrics.requests.labels(method, scope["path"], 404).observe(1)

    app = edge_of(sample_app(), ByPath(telemetry=telemetry))
    assert await series_made_by_oddities(app, telemetry, count=300) == 300 * SERIES_OF_ONE


async def series_made_by_oddities(app: ASGIApp, telemetry: Telemetry, *, count: int = 10_000) -> int:
    """How many more series there are, after so many paths that nobody has, in methods that nobody knows."""
    before = _series(telemetry)
    for number in range(count):
        method = ("GET", f"M{number}", "POST")[number % 3]
        scope = {"type": "http", "method": method, "path": f"/odd/{number}", "headers": [], "query_string": b""}
        await app(scope, _nothing, _nowhere)
    return _series(telemetry) - before


async def test_prometheus_finds_nothing_wrong_with_what_it_reads() -> None:
    promtool = shutil.which("promtool")
    if promtool is None and os.environ.get("CI") != "true":
        pytest.skip("promtool is not installed")
    assert promtool, "promtool is needed"
    async with started(sample_app()) as client:
        await client.get("/v1/gadgets")
        text = (await client.get("/metrics")).text
    done = _checked(promtool, text)
    assert (done.returncode, done.stderr) == (0, "")
    assert _checked(promtool, "# TYPE requestCount counter\nrequestCount 1\n").stderr != ""


def _checked(promtool: str, text: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)


def _series(telemetry: Telemetry) -> int:
    return sum(map(len, read(telemetry.metrics.text().decode()).values()))


def edge_of(app: ASGIApp, observer: Observer) -> Edge:
    clock = FixedClock()
    return Edge(app, clock=clock, new_id=SequentialIds(clock), request_seconds=10, headers=(), observer=observer)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b""}


async def _nowhere(_: Message) -> None: ...
