"""A request's line is the same by the short way, straight to the one handler there is, and as a record to all."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.telemetry import access
from adapters.telemetry.gathered import GatheringHandler
from adapters.telemetry.logs import ECS_VERSION, start_logging
from core.shared.context import REQUEST, RequestContext
from tests.builders import NOW
from tests.own_logging import own_logging

ANSWER = access.Answer("GET", "/v1/orders/{id}", 200, "customer")
DURATION = 1_500_000


class Closed(io.StringIO):
    """A pipe that nobody reads any more."""

    def write(self, _: str, /) -> int:
        raise BrokenPipeError


class Seen(logging.Filter):
    """Counts records, and lets them through."""

    records = 0

    def filter(self, _: logging.LogRecord) -> bool:
        self.records += 1
        return True


@contextmanager
def logged(form: Any, *, seen: Seen | None = None) -> Iterator[None]:
    """As in a process that tells lines of this form, in the midst of a request."""
    context = RequestContext(request_id="abc-1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01", deadline=1, began_at=NOW)
    token = REQUEST.set(context)
    with own_logging():
        start_logging(level="INFO", form=form, service="order", version="1")
        if seen is not None:
            logging.getLogger().handlers[0].addFilter(seen)
        yield
    REQUEST.reset(token)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    assert found.pop("@timestamp").endswith("+00:00")
    return found


def tell(path: str = "/v1/orders/1") -> None:
    access.tell(logging.INFO, ANSWER, path=path, duration=DURATION)


@pytest.mark.parametrize("path", ["/v1/orders/1", "/%22%0d%0a!$&'()*+,;=~", "/" + "x" * 511])
def test_both_ways_write_the_same(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    with logged("json"):
        tell(path)
    short = told(capsys)
    seen = Seen()
    with logged("json", seen=seen):
        tell(path)
    assert told(capsys) == short
    assert seen.records == 1
    assert short == {
        "log.level": "INFO",
        "log.logger": "portico.access",
        "message": "GET /v1/orders/{id} 200",
        "service.name": "order",
        "service.version": "1",
        "ecs.version": ECS_VERSION,
        "http.request.method": "GET",
        "http.route": "/v1/orders/{id}",
        "http.response.status_code": 200,
        "user.kind": "customer",
        "url.path": path,
        "event.duration": DURATION,
        "http.request.id": "abc-1",
        "trace.id": "a" * 32,
        "span.id": "b" * 16,
    }


def test_whoever_else_listens_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    with logged("json"):
        logging.getLogger().addHandler(caplog.handler)
        tell()
    assert [record.getMessage() for record in caplog.records] == ["GET /v1/orders/{id} 200"]


def test_text_has_its_line_with_how_long_it_took_and_for_whom(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("text"):
        tell()
    assert capsys.readouterr().out.endswith("INFO portico.access: GET /v1/orders/{id} 200 in 1.5 ms [abc-1]\n")


def test_a_line_that_cannot_be_written_does_not_take_the_request_along(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("json"):
        handler = logging.getLogger().handlers[0]
        assert isinstance(handler, GatheringHandler)
        handler.setStream(Closed())
        tell()
        handler.setStream(sys.stdout)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Logging error" in err
