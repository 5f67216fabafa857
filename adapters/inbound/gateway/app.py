"""A reverse proxy that stands in for the ALB: it routes by the raw path and streams both ways."""

import asyncio
import json
import logging
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from yarl import URL

from adapters.inbound.gateway.headers import end_to_end, forwarded
from adapters.inbound.gateway.routes import RoutingTable

_LINE_BYTES = 16_384  # an ALB's limit for the request line and for one header field
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
SESSION = web.AppKey("session", aiohttp.ClientSession)
"""Where an application keeps what it calls services with."""
_log = logging.getLogger(__name__)

Answer = Callable[[web.Request, str], Awaitable[web.StreamResponse]]
"""Answers a request that was routed to the service of that name."""


def gateway(
    table: RoutingTable,
    backends: Mapping[str, str],
    *,
    connect_seconds: float = 10,
    idle_seconds: float = 60,
) -> web.Application:
    """An application that passes each request on to the service `table` names for its path.

    `backends` gives each service's origin (`{"product": "http://127.0.0.1:3001"}`). The target is passed on as it was
    sent, never decoded or normalised, so what was matched is what the service gets. No rule: 404. Service down: 503
    with `Retry-After`; broken off or not HTTP: 502; no connection within `connect_seconds`, or no byte of the answer
    for `idle_seconds`: 504; no byte of the request for as long: 408. The limits are an ALB's.

    Raises: ValueError if a routed service has no origin, or one that is none.
    """
    origins = {name: origin(name, backends) for name in sorted(table.backends)}

    async def relay(request: web.Request, backend: str) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        to = origins[backend]
        url = URL.build(scheme=to.scheme, host=to.host or "", port=to.port, path=path, query_string=query, encoded=True)
        return await _relay(request, request.app[SESSION], url, backend)

    return routed(table, relay, aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=idle_seconds))


def routed(table: RoutingTable, answer: Answer, limits: aiohttp.ClientTimeout) -> web.Application:
    """An application that has each request answered which `table` names a service for; `limits` are those of calls."""

    # A middleware and no route: aiohttp's own router looks at decoded paths, so it is not asked.
    @web.middleware
    async def route(request: web.Request, handler: Handler) -> web.StreamResponse:  # noqa: ARG001 - passed by name
        path = request.raw_path.partition("?")[0]
        if not path.startswith("/") or "#" in request.raw_path or not request.raw_path.isascii():
            return _problem(request, HTTPStatus.BAD_REQUEST, "The request target is not an ASCII path and query.")
        backend = table.match(path)
        if backend is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, content_type="text/plain")
        return await answer(request, backend)

    async def session(app: web.Application) -> AsyncIterator[None]:
        async with _client(limits) as app[SESSION]:
            yield

    app = web.Application(middlewares=[route])
    app.cleanup_ctx.append(session)
    app.on_response_prepare.append(_unnamed)
    return app


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, drain_seconds: float = 10) -> AsyncIterator[int]:
    """Answers on `port` (0: any free one), which it gives; at the end, requests under way get `drain_seconds`."""
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_HttpLog(_log.getChild("http")),
        auto_decompress=False,
        handler_cancellation=True,  # a caller who leaves takes the call to the service along
        max_line_size=_LINE_BYTES,
        max_field_size=_LINE_BYTES,
        shutdown_timeout=drain_seconds,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


class _HttpLog(logging.LoggerAdapter[logging.Logger]):
    """Silent on what is no HTTP: anyone could fill the log with it, and it may hold a secret. The answer says why."""

    def exception(self, msg: object, *args: object, exc_info: Any = True, **options: Any) -> None:
        if not isinstance(exc_info, HttpProcessingError):
            super().exception(msg, *args, exc_info=exc_info, **options)


async def serve(app: web.Application, host: str, port: int) -> None:
    """Answers until SIGINT, SIGTERM or cancellation, then finishes what is under way. Raises: OSError."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with listening(app, host, port) as bound:
        _log.info("The gateway listens on http://%s:%d", host, bound)
        await ended.wait()


def origin(name: str, backends: Mapping[str, str]) -> URL:
    """That of a routed service. Raises: ValueError."""
    if name not in backends:
        raise ValueError(f"The manifest routes to {name!r}; the known backends are {', '.join(sorted(backends))}.")
    url = URL(backends[name])
    if url.scheme not in ("http", "https") or not url.host or url != url.origin().with_path("/"):
        raise ValueError(f"The backend {name!r} has the address {backends[name]!r}; expected http://host:port.")
    return url


def _client(limits: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=4),  # shorter than any server keeps it
        timeout=limits,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        max_line_size=_LINE_BYTES,
        max_field_size=_LINE_BYTES,
        middlewares=(_once,),
    )


async def _unnamed(_: web.Request, answer: web.StreamResponse) -> None:
    """What this program is called, and in which version, helps attackers alone; what a service calls itself passes."""
    if answer.headers.get("Server") == SERVER_SOFTWARE:
        del answer.headers["Server"]


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request once, as an ALB does: aiohttp repeats an idempotent one if the connection breaks."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error)) from error


async def _relay(request: web.Request, client: aiohttp.ClientSession, url: URL, backend: str) -> web.StreamResponse:
    try:
        answer = await client.request(
            request.method,
            url,
            headers=forwarded(request),
            data=_body(request.content, client.timeout.sock_read) if request.body_exists else None,
            allow_redirects=False,
        )
    except aiohttp.ClientConnectorError as error:
        return _failed(request, HTTPStatus.SERVICE_UNAVAILABLE, backend, "is not running", error)
    except TimeoutError as error:
        return _failed(request, HTTPStatus.GATEWAY_TIMEOUT, backend, "did not answer in time", error)
    except aiohttp.ClientError as error:
        if isinstance(error.__cause__, _CallerSilent):
            return _problem(request, HTTPStatus.REQUEST_TIMEOUT, "The rest of the request's body did not come in time.")
        return _failed(request, HTTPStatus.BAD_GATEWAY, backend, "broke off or did not speak HTTP", error)
    async with answer:
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=end_to_end(answer.headers))
        await response.prepare(request)
        try:
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
        except (aiohttp.ClientError, TimeoutError) as error:
            # Too late for a status. Closing here keeps the half body from being ended as if it were whole.
            _log.warning("An answer of the %s service was cut short: %s", backend, error)
            if request.transport is not None:
                request.transport.close()
        return response


class _CallerSilent(Exception):
    """The rest of a request's body did not come."""


async def _body(content: aiohttp.StreamReader, idle_seconds: float | None) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                chunk = await content.readany()
        except TimeoutError as error:
            raise _CallerSilent from error
        if not chunk:
            return
        yield chunk


def _failed(request: web.Request, status: HTTPStatus, backend: str, what: str, error: Exception) -> web.Response:
    _log.warning("%d: the %s service %s: %s", status, backend, what, error)
    return _problem(request, status, f"The {backend} service {what}.")


def _problem(request: web.Request, status: HTTPStatus, detail: str) -> web.Response:
    """A problem document (RFC 9457) in the shape that the services use."""
    given = request.headers.get("X-Request-Id", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": detail,
        "instance": quote(request.raw_path.partition("?")[0], safe="/%"),
        "code": status.name.lower(),
        "request_id": request_id,
    }
    response = web.Response(status=status, body=json.dumps(body).encode(), content_type="application/problem+json")
    response.headers["X-Request-Id"] = request_id
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "1"
    return response
