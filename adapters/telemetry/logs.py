"""Log lines: one JSON object each, with the Elastic Common Schema's field names; or text to read."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import orjson

from adapters.telemetry.discretion import be_discreet
from adapters.telemetry.gathered import GatheringHandler
from adapters.telemetry.lines import LONGEST, OwnLines, cut, cut_trace
from core.shared.context import REQUEST

Form = Literal["auto", "json", "text"]

ECS_VERSION = "8.17.0"
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("adapters", "portico", "uvicorn")
"""The loggers that a level can make say more than INFO."""

_NO_FIELDS = frozenset({*vars(logging.makeLogRecord({})), "asctime", "message", "color_message"})
"""What a record has for logging's own use, and uvicorn's messages once more for a terminal."""


class EcsFormatter(logging.Formatter):
    """A record as JSON; fields are named as in the Elastic Common Schema, dotted, and `extra` are further ones.

    https://www.elastic.co/docs/reference/ecs: Elastic takes dotted names as nested ones, and CloudWatch Logs Insights
    finds both alike. Whatever could end a line, forge another or turn its text round is escaped.
    """

    def __init__(self, *, service: str, version: str) -> None:
        super().__init__()
        self._always = {"service.name": service, "service.version": version, "ecs.version": ECS_VERSION}

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "@timestamp": datetime.fromtimestamp(record.created, UTC),
            **self._alike(record.levelname, record.name, record.getMessage()),
            **{name: value for name, value in vars(record).items() if name not in _NO_FIELDS and value is not None},
            **of_the_request(),
        }
        if trace := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            fields["error.stack_trace"] = cut_trace(trace)
        line = _json(fields)
        if len(line) > LONGEST:
            line = _json({name: cut(value) if isinstance(value, str) else value for name, value in fields.items()})
        return line if _is_plain(line) else "".join(map(_escaped, line))

    def frame(self, level: int, logger: str, message: str, **fields: object) -> str:
        """What many lines have alike, of plain text, for `framed`."""
        return orjson.dumps({**self._alike(logging.getLevelName(level), logger, message), **fields}).decode()[1:-1]

    @staticmethod
    def framed(frame: str, fields: str) -> str:
        """What a record with all these fields would have become. `fields` are JSON without braces, and plain text."""
        context = REQUEST.get()
        request = f',"http.request.id":"{context.request_id}"' if context.request_id else ""
        if parent := context.traceparent:
            request += f',"trace.id":"{parent[3:35]}","span.id":"{parent[36:52]}"'
        return f'{{"@timestamp":{orjson.dumps(datetime.now(UTC)).decode()},{frame},{fields}{request}}}'

    def _alike(self, level: str, logger: str, message: str) -> Mapping[str, str]:
        return {"log.level": level, "log.logger": logger, "message": message, **self._always}


def of_the_request() -> Mapping[str, str]:
    """The fields by which lines of one request are found, in every service that it came to."""
    context = REQUEST.get()
    fields = {}
    if context.request_id:
        fields["http.request.id"] = context.request_id
    if context.traceparent:
        fields["trace.id"], fields["span.id"] = context.traceparent[3:35], context.traceparent[36:52]
    return fields


def start_logging(*, level: str, form: Form, service: str, version: str) -> None:
    """Lines to stdout from now on, with discretion. `auto` is text on a terminal, and JSON everywhere else.

    What drivers say at DEBUG stays unsaid: that of MongoDB writes whole documents, with hashes and addresses.
    """
    as_text = form == "text" or (form == "auto" and sys.stdout.isatty())
    _start(
        sys.stdout,
        OwnLines(TEXT) if as_text else EcsFormatter(service=service, version=version),
        "INFO" if level == "DEBUG" else level,
    )
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def start_warning() -> None:
    """For a command that somebody typed: what goes wrong is told in words alone, on stderr, with discretion."""
    _start(sys.stderr, OwnLines("%(message)s"), "WARNING")


def _start(stream: TextIO, formatter: logging.Formatter, level: str) -> None:
    be_discreet()
    # No line of ours tells them, and each record would look for them ("Optimization" in logging's own HOWTO).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 - as that page says
    handler = GatheringHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _json(fields: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(fields, default=str).decode()
    except TypeError:  # lone surrogates, which have no UTF-8
        return json.dumps(fields, default=str)


def _is_plain(line: str) -> bool:
    """Whether nothing is left to escape; JSON has escaped all else of ASCII that cannot be seen."""
    return (line.isascii() and "\x7f" not in line) or line.isprintable()


def _escaped(character: str) -> str:
    """As JSON may write any character: in units of UTF-16."""
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
