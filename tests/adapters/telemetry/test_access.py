"""A request's line is the same by the short way, straight to the one handler there is, and as a record to all."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.telemetry import access
from adapters.telemetry.lines import LONGEST
from adapters.telemetry.logs import start_logging
from core.shared.context import REQUEST, RequestContext
from tests.builders import NOW
from tests.own_logging import own_logging

FIELDS = {"http.route": "/v1/orders", "event.duration": 1_500_000, "user.kind": "customer"}


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


@pytest.mark.parametrize("value", ["customer", "\u202eguest\r\n", "\ud800", "x" * (LONGEST + 1)])
def test_both_ways_write_the_same(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    fields = {**FIELDS, "user.kind": value}
    with logged("json"):
        access.tell(logging.INFO, "GET /v1/orders 200", fields)
    short = told(capsys)
    seen = Seen()
    with logged("json", seen=seen):
        access.tell(logging.INFO, "GET /v1/orders 200", fields)
    assert told(capsys) == short
    assert seen.records == 1
    assert (short["log.logger"], short["message"], short["http.request.id"]) == (
        "portico.access",
        "GET /v1/orders 200",
        "abc-1",
    )
    assert short["event.duration"] == 1_500_000


def test_whoever_else_listens_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    with logged("json"):
        logging.getLogger().addHandler(caplog.handler)
        access.tell(logging.INFO, "GET /v1/orders 200", FIELDS)
    assert [record.getMessage() for record in caplog.records] == ["GET /v1/orders 200"]


def test_text_has_its_line_with_how_long_it_took_and_for_whom(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("text"):
        access.tell(logging.INFO, "GET /v1/orders 200", FIELDS)
    assert capsys.readouterr().out.endswith("INFO portico.access: GET /v1/orders 200 in 1.5 ms [abc-1]\n")


def test_a_line_that_cannot_be_written_does_not_take_the_request_along(capsys: pytest.CaptureFixture[str]) -> None:
    class Unspeakable:
        def __str__(self) -> str:
            raise ValueError

    with logged("json"):
        access.tell(logging.INFO, "GET /v1/orders 200", {"why": Unspeakable()})
    out, err = capsys.readouterr()
    assert out == ""
    assert "Logging error" in err
