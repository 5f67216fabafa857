"""What a look at a service finds, however the service answers."""

from collections.abc import Callable

import httpx
import pytest

from adapters.inbound.cli.status.probe import Look, Probe, client
from adapters.telemetry.prometheus import PrometheusMetrics
from tests.adapters.cli.status.services import Service

METRICS = PrometheusMetrics(service="cart", version="1").text()
Answer = Callable[[httpx.Request], httpx.Response]


async def looked(answer: Answer) -> Look:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return (await Probe(http, {"cart": "http://cart/"}, monotonic=lambda: 7.0).look())["cart"]


def answering(readyz: httpx.Response, metrics: httpx.Response | None = None) -> Answer:
    given = {"/readyz": readyz, "/metrics": metrics or httpx.Response(200, content=METRICS)}
    return lambda request: given[request.url.path]


async def test_a_ready_service_is_read() -> None:
    look = await looked(answering(httpx.Response(200, json={"status": "ok"})))
    assert (look.at, look.state, look.why) == (7.0, "ready", "")
    assert look.values is not None
    assert "portico_build_info" in look.values


@pytest.mark.parametrize("status", ["starting", "draining"])
async def test_one_that_wants_no_traffic_is_read_too(status: str) -> None:
    look = await looked(answering(httpx.Response(503, json={"status": status})))
    assert (look.state, look.values is None) == (status, False)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(200, text="<html>"), "what answers there is no service of a shop"),
        (httpx.Response(200, json=["ok"]), "what answers there is no service of a shop"),
        (httpx.Response(500, json={"status": 500}), "it answers with status 500"),
    ],
)
async def test_what_answers_otherwise_is_no_answer(answer: httpx.Response, why: str) -> None:
    look = await looked(answering(answer))
    assert (look.state, look.why, look.values) == ("not answering", why, None)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("refused"), "nobody takes a connection"),
        (httpx.ReadTimeout("late"), "nothing comes within 2 seconds"),
        (httpx.ReadError("reset"), "the connection broke"),
        (httpx.RemoteProtocolError("gone"), "the connection broke"),
        (httpx.InvalidURL("No such port."), "No such port."),
    ],
)
async def test_it_is_told_why_there_is_no_answer(error: Exception, why: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    look = await looked(answer)
    assert (look.state, look.why, look.values) == ("not answering", why, None)


@pytest.mark.parametrize(
    ("metrics", "why"),
    [
        (httpx.Response(404), "its metrics are switched off (METRICS)"),
        (httpx.Response(500), "its metrics cannot be had: it answers with status 500"),
        (httpx.Response(200, text="a b c d"), "its metrics cannot be read"),
    ],
)
async def test_a_service_without_metrics_is_ready_all_the_same(metrics: httpx.Response, why: str) -> None:
    look = await looked(answering(httpx.Response(200, json={"status": "ok"}), metrics))
    assert (look.state, look.why, look.values) == ("ready", why, None)


async def test_each_question_takes_a_connection_of_its_own_so_that_one_which_takes_none_is_noticed() -> None:
    service = Service("cart")
    async with client() as http:
        with service.served() as url:
            probe = Probe(http, {"cart": url})
            looks = [await probe.look(), await probe.look()]
        gone = await probe.look()
    assert [look["cart"].state for look in (*looks, gone)] == ["ready", "ready", "not answering"]
    assert service.connections == 4
