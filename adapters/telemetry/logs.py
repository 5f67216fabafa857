"""Log lines: one JSON object each, with the Elastic Common Schema's field names; or text to read on a terminal."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Literal

from pythonjsonlogger.orjson import OrjsonFormatter

from core.shared.context import REQUEST

Form = Literal["auto", "json", "text"]

LONGEST = 8192
"""Characters of a field; what is longer is cut, so that no request can fill the log's storage."""
ECS_VERSION = "8.17.0"
OURS = ("adapters", "portico", "uvicorn")
"""The loggers that a level can make say more than INFO."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What ends a line, moves a terminal's cursor or turns text round, or has no UTF-8."""
_NAMES = {"levelname": "log.level", "name": "log.logger", "exc_info": "error.stack_trace", "stack_info": "stack_trace"}


class EcsFormatter(OrjsonFormatter):
    """A record as JSON; fields are named as in the Elastic Common Schema, dotted, and `extra` are further ones.

    https://www.elastic.co/docs/reference/ecs: Elastic takes dotted names as nested ones, and CloudWatch Logs Insights
    finds both alike. JSON escapes whatever could end a line or forge another.
    """

    def __init__(self, *, service: str, version: str) -> None:
        super().__init__(
            ["levelname", "message", "name"],
            rename_fields=_NAMES,
            static_fields={"service.name": service, "service.version": version, "ecs.version": ECS_VERSION},
            timestamp="@timestamp",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        fields = {**log_data, **of_the_request()}
        return {name: _cut(value) for name, value in fields.items() if value is not None}

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        try:
            return super().jsonify_log_record(log_data)
        except TypeError:  # lone surrogates, which have no UTF-8
            return json.dumps(log_data, default=str)


class TextFormatter(logging.Formatter):
    """A record as a line for people; control characters are escaped, but in a traceback, which is ours."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], str(_cut(record.message)))
        return super().formatMessage(record)


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
    """Lines to stdout from now on. `auto` is text on a terminal, and JSON everywhere else.

    What drivers say at DEBUG stays unsaid: that of MongoDB writes whole documents, with hashes and addresses.
    """
    as_text = form == "text" or (form == "auto" and sys.stdout.isatty())
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(TextFormatter() if as_text else EcsFormatter(service=service, version=version))
    logging.basicConfig(level="INFO" if level == "DEBUG" else level, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _cut(value: Any) -> Any:
    return f"{value[:LONGEST]}..." if isinstance(value, str) and len(value) > LONGEST else value
