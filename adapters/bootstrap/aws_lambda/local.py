"""A function on this machine: `python -m adapters.bootstrap.aws_lambda.local http`, or `schedule`.

The former takes events on PORT, one at a time as AWS Lambda has it, at the path that Lambda's own emulator has for
them. The latter invokes itself, WORKER_SECONDS apart.
"""

import json
import logging
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from uuid import uuid4

from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import PORTS, FunctionSettings, read

INVOCATIONS = "/2015-03-31/functions/function/invocations"
SECONDS = 29.0
"""How long an invocation may take; API Gateway waits for no longer."""

_log = logging.getLogger(__name__)


class Invocation:
    """What AWS Lambda tells a function of one of its invocations."""

    function_name = "portico"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:local:000000000000:function:portico"
    memory_limit_in_mb = 512

    def __init__(self) -> None:
        self.aws_request_id = str(uuid4())
        self._ends = time.monotonic() + SECONDS

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - time.monotonic()) * 1000))


class Invocations(BaseHTTPRequestHandler):
    """Events that come as requests; what a handler raises is told as the emulator tells it, without its words."""

    handler: ClassVar[Any]

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            answer = type(self).handler(event, Invocation())
        except Exception as error:  # noqa: BLE001 - as AWS Lambda: an invocation fails, and the next one may not
            _log.exception("the invocation failed")
            answer = {"errorType": type(error).__name__, "errorMessage": ""}
        body = json.dumps(answer).encode()
        self.send_response(200 if self.path == INVOCATIONS else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """The function tells of itself."""


class Listening(HTTPServer):
    request_queue_size = 128


def main(event: str) -> None:
    """Until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = read(FunctionSettings)
    handler = resolve(f"adapters.bootstrap.aws_lambda.{event}:handler")
    if event == "schedule":
        while True:
            try:
                handler({"source": "aws.scheduler"}, Invocation())
            except Exception:  # noqa: BLE001 - likewise
                _log.exception("the invocation failed")
            time.sleep(settings.worker_seconds)
    kind = type("Handled", (Invocations,), {"handler": staticmethod(handler)})
    Listening((settings.host, settings.port or PORTS[settings.service]), kind).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
