"""The line of the log that each request leaves, whatever was sent."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.types import Message

from adapters.telemetry.lines import LONGEST
from adapters.telemetry.logs import EcsFormatter
from tests.adapters.web.sample import KNOWN, bearer, gadget, sample_app, started

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALL = {"X-Request-Id": "abc-1", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


class Lines(logging.Handler):
    """What is written, as JSON reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(EcsFormatter(service="sample", version="1.2.3"))
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def fields(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written]


@contextmanager
def access_lines(level: int = logging.INFO) -> Iterator[Lines]:
    lines, logger = Lines(), logging.getLogger("portico.access")
    before = logger.level
    logger.setLevel(level)
    logger.addHandler(lines)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(before)


async def test_a_line_tells_these_fields_and_no_others() -> None:
    async with started(sample_app()) as client:
        with access_lines() as lines:
            await client.get(f"/v1/gadgets/{KNOWN}?q=secret", headers={**CALL, "User-Agent": "somebody"})
    (line,) = lines.fields
    assert line.pop("event.duration") > 0
    assert line.pop("@timestamp").endswith("+00:00")
    assert line == {
        "log.level": "INFO",
        "log.logger": "portico.access",
        "message": "GET /v1/gadgets/{id} 200",
        "service.name": "sample",
        "service.version": "1.2.3",
        "ecs.version": "8.17.0",
        "http.request.method": "GET",
        "http.route": "/v1/gadgets/{id}",
        "http.response.status_code": 200,
        "http.request.id": "abc-1",
        "url.path": f"/v1/gadgets/{KNOWN}",
        "user.kind": "nobody",
        "trace.id": TRACE,
        "span.id": "b7ad6b7169203331",
    }


@pytest.mark.parametrize(
    ("method", "path", "headers", "message", "kind"),
    [
        ("HEAD", "/v1/gadgets", {}, "HEAD /v1/gadgets 200", "nobody"),
        ("GET", "/v1/me", bearer("joe"), "GET /v1/me 200", "customer"),
        ("GET", "/v1/me", bearer("nobody's"), "GET /v1/me 401", "nobody"),
        ("DELETE", f"/v1/gadgets/{KNOWN}", bearer("joe"), "DELETE /v1/gadgets/{id} 403", "customer"),
        ("GET", "/v1/shopper", {"X-Cart-Token": "t"}, "GET /v1/shopper 200", "guest"),
        ("GET", "/internal/v1/peer", bearer("order"), "GET /internal/v1/peer 200", "service"),
        ("GET", "/internal/v1/peer", bearer("cart"), "GET /internal/v1/peer 403", "service"),
        ("GET", "/v1/broken", {}, "GET /v1/broken 500", "nobody"),
        ("GET", "/v1/closed", {}, "GET /v1/closed 503", "nobody"),
        ("PUT", "/v1/gadgets", {}, "PUT /v1/gadgets 405", "nobody"),
        ("BREW", "/v1/gadgets", {}, "other /v1/gadgets 405", "nobody"),
        ("GET", "/nowhere", {}, "GET unmatched 404", "nobody"),
        ("GET", "/docs/sample/assets/swagger-ui.css", {}, "GET /docs/sample/assets/* 200", "nobody"),
    ],
)
async def test_it_says_what_was_asked_by_whom_and_with_what_outcome(
    method: str, path: str, headers: dict[str, str], message: str, kind: str
) -> None:
    async with started(sample_app()) as client:
        with access_lines() as lines:
            await client.request(method, path, headers=headers)
    (line,) = lines.fields
    assert (line["message"], line["user.kind"]) == (message, kind)


async def test_who_only_looks_after_the_process_is_logged_at_debug() -> None:
    async with started(sample_app()) as client:
        for level, count in ((logging.INFO, 0), (logging.DEBUG, 4)):
            with access_lines(level) as lines:
                for path in ("/livez", "/readyz", "/health", "/metrics"):
                    await client.get(path)
            assert len(lines.written) == count


async def test_lines_can_be_switched_off_and_the_measurements_stay() -> None:
    async with started(sample_app(access_log=False)) as client:
        with access_lines() as lines:
            await client.get("/v1/gadgets")
        assert lines.written == []
        assert 'route="/v1/gadgets"' in (await client.get("/metrics")).text


@pytest.mark.parametrize("path", ["/a\r\n{}", "/\u2028", "/\x00\x7f", "/\u202eabc", "/" + "x" * 100_000, "/\U0001f600"])
async def test_a_path_stays_on_its_line_and_short(path: str) -> None:
    line, written = await _line_about(path)
    assert written.isascii()
    assert written.isprintable()
    assert len(written) < 1_500
    assert line["http.route"] == "unmatched"
    assert len(line["url.path"]) <= 512
    assert line["url.path"].startswith("/")


async def test_a_body_that_ends_early_is_told_as_a_caller_who_left() -> None:
    sent: list[Message] = []
    parts: list[Message] = [{"type": "http.request", "body": b'{"na', "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer admin")]
    scope = {"type": "http", "method": "POST", "path": "/v1/gadgets", "headers": headers, "query_string": b""}
    with access_lines() as lines:
        await sample_app()(scope, receive, send)
    assert [line["message"] for line in lines.fields] == ["POST /v1/gadgets 499"]


async def test_an_answer_that_is_cut_short_is_a_failure_of_ours() -> None:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("gone")

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": "GET", "path": "/v1/gadgets", "headers": [], "query_string": b""}
    with access_lines() as lines, pytest.raises(OSError, match="gone"):
        await sample_app()(scope, receive, send)
    assert [line["message"] for line in lines.fields] == ["GET /v1/gadgets 500"]


def test_a_huge_value_is_cut() -> None:
    lines = Lines()
    lines.emit(
        logging.makeLogRecord({"msg": "x" * 10**6, "why": "y" * 10**6, "exc_text": "begin" + "z" * 10**6 + "end"})
    )
    (line,) = lines.fields
    assert line["message"] == "x" * LONGEST + "..."
    assert line["why"] == "y" * LONGEST + "..."
    assert line["error.stack_trace"].endswith("end")
    assert len(lines.written[0]) < 4 * LONGEST


async def test_the_same_is_said_of_a_gadget_that_was_made() -> None:
    async with started(sample_app()) as client:
        with access_lines() as lines:
            await client.post("/v1/gadgets", json=gadget(), headers=bearer("admin"))
    assert lines.fields[0]["message"] == "POST /v1/gadgets 201"


async def _line_about(path: str) -> tuple[dict[str, Any], str]:
    """To the app itself: no client sends such a path."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(_: Message) -> None: ...

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"q=secret"}
    with access_lines() as lines:
        await sample_app()(scope, receive, send)
    assert "secret" not in lines.written[0]
    return lines.fields[0], lines.written[0]
