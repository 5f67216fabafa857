"""Nobody writes a line of the log but the process, whatever a request holds (OWASP ASVS 5.0, 16.4.1)."""

import json
import logging
import re
from urllib.parse import quote

import pytest
from starlette.types import ASGIApp

from adapters.telemetry.lines import OwnLines
from adapters.telemetry.logs import EcsFormatter
from tests.adapters.web.sample import sample_app
from tests.figures import Figure
from tests.security.hostile.asking import Answer, Ask, asked
from tests.security.hostile.corpus import HOSTS, TEXTS
from tests.security.hostile.verdicts import FORMAT, Lines, logged

TWISTED = [text for kind in ("line break", "control", "NUL", "surrogate", "direction") for text in TEXTS[kind]]
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|WARNING|ERROR) [\w.]+: .*")


def asks() -> list[Ask]:
    """To a route whose collaborator is away, and to one with a defect: both write a line more about the request."""
    made: list[Ask] = []
    for path in ("/v1/closed", "/v1/broken"):
        for text in TWISTED:
            value = text.encode("utf-8", "surrogatepass")
            names = (b"X-Request-Id", b"traceparent", b"User-Agent", b"X-Forwarded-For", b"Host")
            made += [Ask(kind="", method="GET", target=path, headers=[(name, value)]) for name in names]
            query = f"{path}?q={quote(text, errors='surrogatepass')}"
            made += [Ask(kind="", method="GET", target=query), Ask(kind="", method=f"GET{text}", target=path)]
        made += [Ask(kind="", method="GET", target=path, headers=[(b"Host", host)]) for host in HOSTS]
    return made


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_request_forges_a_line(form: str, figure: Figure) -> None:
    app: ASGIApp = sample_app()
    with logged(OwnLines(FORMAT) if form == "text" else EcsFormatter(service="sample", version="1")) as lines:
        answers: list[Answer] = [await asked(app, ask) for ask in asks()]
    assert list(lines.faults()) == []
    begun = [line for line in lines.text.splitlines() if not line.startswith("    ")]
    more = sum(answer.status in (500, 503) for answer in answers)
    assert len(begun) == len(answers) + more
    assert more > 100
    if form == "text":
        assert all(LINE.fullmatch(line) for line in begun)
    else:
        assert {json.loads(line)["service.name"] for line in begun} == {"sample"}
    assert {answer.status for answer in answers} == {405, 422, 500, 503}
    away = [answer.status for ask, answer in zip(asks(), answers, strict=True) if _asks_the_away(ask)]
    assert set(away) == {422, 503}, "Whatever is forged, the refusal is the one that was meant."
    figure("Lines in the log about hostile requests: {lines}, 0 forged", lines=len(begun))


def _asks_the_away(ask: Ask) -> bool:
    return ask.target.startswith("/v1/closed") and ask.method == "GET"


@pytest.mark.parametrize("text", TWISTED)
def test_what_is_logged_stays_on_its_line(text: str) -> None:
    record = logging.LogRecord("portico", logging.INFO, "", 1, "Somebody said %s", (text,), None)
    line = OwnLines("%(levelname)s %(message)s").format(record)
    assert line.startswith("INFO Somebody said ")
    assert line.isprintable()


def test_a_traceback_is_indented_also_if_another_wrote_it_before() -> None:
    error = ValueError("a\n2036-01-02 03:04:05 INFO portico: all is well\r\x1b[31m\u202e")
    record = logging.LogRecord("portico", logging.ERROR, "", 1, "Failed", (), (type(error), error, None))
    logging.Formatter().format(record)
    first, *rest = OwnLines("%(levelname)s %(message)s").format(record).split("\n")
    assert first == "ERROR Failed"
    assert rest
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_what_is_readable_is_left_as_it_is() -> None:
    text = "Ü ß 中文 \U0001f4a1 'a' \\ %s"
    record = logging.LogRecord("portico", logging.INFO, "", 1, text, (), None)
    assert OwnLines("%(message)s").format(record) == text


def test_the_plain_formatter_is_told_from_ours() -> None:
    lines = Lines(logging.Formatter(FORMAT))
    for text in TWISTED:
        lines.emit(logging.LogRecord("portico", logging.INFO, "", 1, "Somebody said %s", (text,), None))
    faults = set(lines.faults())
    assert "wrote a line of somebody else's into the log" in faults
    assert {"wrote the character U+001B into the log", "wrote the character U+202E into the log"} <= faults
