"""What is told of calls to other services: an outcome for each attempt, repeats, and a span that the peer joins."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from adapters.telemetry.telemetry import Telemetry
from core.shared.errors import Conflict, ShopError, Unavailable
from tests.adapters.http_client.calling import asked, channel_to, within_a_request
from tests.adapters.http_client.peer import Manner, answering, cutting, hanging, peer, refusing, resetting
from tests.adapters.telemetry.traced import sample, traced
from tests.virtual_time import in_virtual_time

TRACE = "0af7651916cd43dd8448eb211c80319c"
ATTEMPTS = "http_client_request_duration_seconds_count"


class Sold(Conflict):
    """A refusal that the caller knows."""


def sold(problem: Mapping[str, Any]) -> ShopError:
    return Sold(problem["detail"])


def attempts(telemetry: Telemetry, outcome: str) -> float:
    return sample(telemetry, ATTEMPTS, outcome=outcome, peer="product")


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [
        (answering(200, 1), "ok"),
        (refusing(409, "out_of_stock"), "ok"),
        (refusing(409, "something_else"), "refused"),
        (answering(403), "refused"),
        (answering(500), "unavailable"),
        (answering(503), "unavailable"),
        (resetting, "unavailable"),
        (cutting, "unavailable"),
        (hanging, "timeout"),
    ],
)
@in_virtual_time
async def test_an_attempt_is_counted_by_its_outcome_and_its_span_says_so(manner: Manner, outcome: str) -> None:
    told = traced()
    async with peer(manner) as one, channel_to(one.url, telemetry=told.telemetry) as channel, told.telemetry.spans:
        with suppress(Unavailable, Sold):
            await asked(channel, refusals={"out_of_stock": sold}, repeatable=False)
    assert attempts(told.telemetry, outcome) == 1
    assert sample(told.telemetry, "portico_peer_retry_budget", peer="product") == 10
    (span,) = told.spans
    assert (span.name, span.kind.name) == ("GET product", "CLIENT")
    assert (span.attributes or {}).get("error.type") == (None if outcome == "ok" else outcome)
    assert {"http.request.method": "GET", "server.address": "127.0.0.1"}.items() <= dict(span.attributes or {}).items()


@in_virtual_time
async def test_every_repeat_is_an_attempt_of_its_own_and_spends_the_budget() -> None:
    told = traced()
    async with (
        peer(answering(503), resetting, answering(200, 1)) as one,
        channel_to(one.url, telemetry=told.telemetry) as channel,
        told.telemetry.spans,
    ):
        await asked(channel)
    assert (attempts(told.telemetry, "unavailable"), attempts(told.telemetry, "ok")) == (2, 1)
    assert sample(told.telemetry, "portico_peer_retries_total", peer="product") == 2
    assert sample(told.telemetry, "portico_peer_retry_budget", peer="product") == 8
    assert [(span.attributes or {}).get("http.request.resend_count") for span in told.spans] == [None, 1, 2]
    parents = [request.headers["traceparent"].split("-")[2] for request in one.received]
    assert parents == [f"{span.context.span_id:016x}" for span in told.spans if span.context]


@in_virtual_time
async def test_a_call_without_time_or_that_its_caller_gives_up_is_counted_as_such() -> None:
    told = traced()
    async with peer(hanging) as one, channel_to(one.url, telemetry=told.telemetry) as channel:
        with within_a_request(deadline=0.0), pytest.raises(Unavailable):
            await asked(channel)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asked(channel)
    assert (attempts(told.telemetry, "no_time"), attempts(told.telemetry, "cancelled")) == (1, 1)
    assert len(one.received) == 1


@in_virtual_time
async def test_of_a_trace_that_is_not_recorded_the_identity_is_handed_on_all_the_same() -> None:
    told = traced(ratio=0.0)
    async with peer(answering(200, 1)) as one, channel_to(one.url, telemetry=told.telemetry) as channel:
        with told.telemetry.spans.request(f"00-{TRACE}-b7ad6b7169203331-00") as span:
            await asked(channel)
            assert one.received[0].headers["traceparent"] == span.traceparent
        with told.telemetry.spans.work("a round"):
            await asked(channel)
    assert one.received[0].headers["traceparent"].startswith(f"00-{TRACE}-")
    flags = one.received[1].headers["traceparent"].rpartition("-")[2]
    assert int(flags, 16) & 1 == 0
    assert told.spans == []
