"""The outermost layer: ids, traces, deadlines, HEAD, and the headers on every answer."""

import re

import pytest
from starlette.types import Message

from tests.adapters.web.sample import KNOWN, raw, sample_app, started
from tests.fakes import START, FixedClock

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WELL_FORMED_TRACE = re.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]")


@pytest.mark.parametrize("sent", ["a", "A-1_b.c", "x" * 128])
async def test_a_well_formed_request_id_is_kept(sent: str) -> None:
    async with started(sample_app()) as client:
        response = await client.get("/v1/context", headers={"X-Request-Id": sent})
    assert response.headers["x-request-id"] == response.json()["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "a\tb", "ö", "a;b", '"a"'])
async def test_any_other_request_id_is_replaced(sent: str) -> None:
    async with started(sample_app()) as client:
        first = await client.get("/v1/context", headers=raw({"X-Request-Id": sent}))
        second = await client.get("/v1/context")
    assert first.headers["x-request-id"] == first.json()["request_id"] != sent
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_a_well_formed_traceparent_is_kept_and_any_other_replaced() -> None:
    async with started(sample_app()) as client:
        assert (await client.get("/v1/context", headers={"traceparent": TRACE})).json()["traceparent"] == TRACE
        for sent in ("", TRACE.upper(), "ff" + TRACE[2:], TRACE + "-x", TRACE.replace("b7ad6b7169203331", "0" * 16)):
            made = (await client.get("/v1/context", headers={"traceparent": sent})).json()["traceparent"]
            assert made != sent
            assert WELL_FORMED_TRACE.fullmatch(made)


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [(None, 10), ("2500", 2.5), ("0", 0), ("10000", 10), ("60000", 10), ("999999999", 10)]
    + [(bad, 10) for bad in ("", "-5", "1.5", "1e3", "soon", "9" * 40, " ")],
)
async def test_a_deadline_can_only_be_shortened(sent: str | None, seconds: float) -> None:
    clock = FixedClock()
    clock.advance(100)
    headers = {} if sent is None else {"X-Request-Deadline-Ms": sent}
    async with started(sample_app(clock=clock)) as client:
        context = (await client.get("/v1/context", headers=headers)).json()
    assert context["deadline"] == 100 + seconds
    assert context["began_at"] == START.replace(minute=5, second=45).isoformat().replace("+00:00", "Z")


async def test_head_is_answered_as_get_without_the_body() -> None:
    async with started(sample_app()) as client:
        for path in (
            f"/v1/gadgets/{KNOWN}",
            "/v1/gadgets",
            "/nowhere",
            "/livez",
            "/docs/sample",
            "/openapi/sample.json",
        ):
            get, head = await client.get(path), await client.head(path)
            assert head.content == b""
            assert get.content
            assert head.status_code == get.status_code
            same = {"content-type", "content-length", "etag", "cache-control"}
            assert {name: head.headers.get(name) for name in same} == {name: get.headers.get(name) for name in same}


async def test_head_sends_no_byte_of_a_body() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "HEAD", "path": "/v1/gadgets", "headers": [], "query_string": b""}
    await sample_app()(scope, receive, send)
    assert [message.get("body") for message in sent] == [None, b""]


async def test_every_answer_says_that_its_type_is_not_to_be_guessed() -> None:
    async with started(sample_app()) as client:
        for path in ("/v1/gadgets", "/nowhere", "/v1/broken", "/livez", "/docs/sample"):
            response = await client.get(path)
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["x-request-id"]


async def test_times_are_told_in_utc() -> None:
    async with started(sample_app()) as client:
        assert (await client.get(f"/v1/gadgets/{KNOWN}")).json()["made_at"] == "2036-01-02T03:04:05Z"
