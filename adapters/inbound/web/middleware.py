"""The outermost layers: they give every request its identity and its limits, and every answer its headers."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.inbound.web.errors import InternalError, problem
from adapters.inbound.web.observed import STATUS, Observer
from adapters.inbound.web.rate_limit import ANSWER_HEADERS
from adapters.telemetry.spans import Span
from core.shared.context import REQUEST, RequestContext
from core.shared.ports import Clock, NewId

_log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_MILLISECONDS = re.compile(rb"[0-9]{1,9}")
_READ = {b"x-request-id": _REQUEST_ID, b"traceparent": _TRACEPARENT, b"x-request-deadline-ms": _MILLISECONDS}


@dataclass(frozen=True, slots=True)
class Edge:
    """Wraps an ASGI app.

    `X-Request-Id` and `traceparent` are taken if they are well-formed and made if not; `X-Request-Deadline-Ms` can
    only shorten `request_seconds`. HEAD is answered as GET, without the body. Every answer gets `headers`, but for
    those it has itself, and what was put into the scope's list of headers since. What came of it is told to
    `observer`, whose span is then the `traceparent`.
    """

    app: ASGIApp
    clock: Clock
    new_id: NewId
    request_seconds: float
    headers: tuple[tuple[bytes, bytes], ...]
    observer: Observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = _sent(scope)
        with self.observer.spans.request(sent.get(b"traceparent")) as span:
            token = REQUEST.set(self._context(sent, span.traceparent))
            try:
                await self._answer(scope, receive, send, span)
            finally:
                REQUEST.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
        method = scope["method"]
        head = method == "HEAD"
        told = [(b"x-request-id", REQUEST.get().request_id.encode())]
        scope = {**scope, "method": "GET" if head else method, ANSWER_HEADERS: told}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope[STATUS] = message["status"]
                own = message.get("headers", ())
                names = {name for name, _ in own}
                common = [header for header in self.headers if header[0] not in names]
                message = {**message, "headers": [*own, *common, *told]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        with self.observer.watching(scope, method, span):
            await self.app(scope, receive, answer)

    def _context(self, sent: Mapping[bytes, str], traceparent: str | None) -> RequestContext:
        seconds = min(self.request_seconds, int(sent.get(b"x-request-deadline-ms", 10**9)) / 1000)
        return RequestContext(
            request_id=sent.get(b"x-request-id") or self.new_id(),
            traceparent=traceparent or self._new_traceparent(),
            deadline=self.clock.monotonic() + seconds,
            began_at=self.clock.now(),
        )

    def _new_traceparent(self) -> str:
        """A trace of our own, not sampled (W3C Trace Context); ids are unique and hold 62 random bits at their end."""
        return f"00-{self.new_id().replace('-', '')}-{self.new_id().replace('-', '')[16:]}-00"


def _sent(scope: Scope) -> Mapping[bytes, str]:
    """Those of our own headers that came, and are well-formed."""
    sent: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _READ and name not in sent and _READ[name].fullmatch(value):
            sent[name] = value.decode("ascii")
    return sent


@dataclass(frozen=True, slots=True)
class LastResort:
    """Wraps an ASGI app: what no one else handles becomes a 500 that tells the caller nothing but the request id."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            request_id = REQUEST.get().request_id
            _log.exception("Request %s failed", request_id, extra={"request_id": request_id})
            if started:
                raise  # the server has to cut the answer short, or it would look complete
            await problem(InternalError("Something went wrong on our side."), Request(scope))(scope, receive, send)
