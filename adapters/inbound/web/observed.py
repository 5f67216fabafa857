"""What is told of each request once it is answered: a line of the log, a measurement and a span, in the same words.

Line and span name things as the Elastic Common Schema and OpenTelemetry's semantic conventions do. Of what a caller
chooses only the path is told, cut and escaped; query strings may hold what people look for, or a token, and are not.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import perf_counter_ns
from urllib.parse import quote

from starlette.routing import Mount, Route
from starlette.types import Scope

from adapters.telemetry import access
from adapters.telemetry.access import Answer
from adapters.telemetry.metrics import METHODS
from adapters.telemetry.spans import Span
from adapters.telemetry.telemetry import Telemetry

STATUS = "portico.status"
"""Where a scope keeps the status that was answered."""
LEFT = "portico.left"
"""Where a scope says that its caller left before the request had come whole."""
USER_KIND = "portico.user_kind"
"""Where a scope keeps who its guards found to be calling: a `customer`, a `guest`, a `service`; else `nobody` knows."""
CLIENT_CLOSED = 499
"""Counted, never sent, if the caller left: nginx's number for it, as RFC 9110 has none."""
UNMATCHED = "unmatched"
OTHER = "other"
QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})
"""Asked for every few seconds by those who keep the process."""

_LONGEST_PATH = 512
_PLAIN = re.compile(r"[A-Za-z0-9/:@._-]*", re.ASCII)


class Observer:
    """Tells of the requests of one process; lines only if there is to be an `access_log`."""

    def __init__(self, *, telemetry: Telemetry, access_log: bool = True) -> None:
        self.spans = telemetry.spans
        self._access_log = access_log
        self._active = 0
        telemetry.metrics.active_requests.set_function(lambda: self._active)
        self._series = cache(telemetry.metrics.requests.labels)

    @contextmanager
    def watching(self, scope: Scope, method: str, span: Span) -> Iterator[None]:
        """While a request is answered; `method` is how it was sent, `scope` what routes and guards write into."""
        counted = scope["path"] not in QUIET
        began = perf_counter_ns()
        if counted:
            self._active += 1
        try:
            yield
        except BaseException:
            scope[STATUS] = 500  # the answer is cut short, whatever it began with
            raise
        finally:
            if counted:
                self._active -= 1
            self._tell(scope, method if method in METHODS else OTHER, span, perf_counter_ns() - began)

    def _tell(self, scope: Scope, method: str, span: Span, duration: int) -> None:
        status = CLIENT_CLOSED if LEFT in scope else scope.get(STATUS, 500)
        answer = Answer(method, _template(scope), status, scope.get(USER_KIND, "nobody"))
        self._series(method, answer.route, status).observe(duration / 1e9)
        span.name(answer.name)
        span.tell(answer.fields)
        if status >= 500:
            span.fail(str(status))
        level = logging.DEBUG if answer.route in QUIET else logging.INFO
        if self._access_log and access.is_told(level):
            access.tell(level, answer, path=_path(scope), duration=duration)


def _template(scope: Scope) -> str:
    """The path as its route has it, with places for values; of a folder of files it is one for all of them."""
    route = scope.get("route") or _plain_route(scope)
    if route is None:
        return UNMATCHED
    return f"{route.path}/*" if isinstance(route, Mount) else str(route.path)


def _plain_route(scope: Scope) -> Route | Mount | None:
    """FastAPI tells of its own routes; of Starlette's, such as those of `/livez`, it leaves the endpoint alone."""
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return None
    for route in scope["app"].routes:
        if isinstance(route, Route | Mount) and endpoint is (route.app if isinstance(route, Mount) else route.endpoint):
            return route
    return None


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    if len(path) <= _LONGEST_PATH and _PLAIN.fullmatch(path):
        return path
    return quote(scope["path"][:_LONGEST_PATH], safe="/:@!$&'()*+,;=~", errors="replace")[:_LONGEST_PATH]
