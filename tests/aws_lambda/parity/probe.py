"""A fifth app behind the same edge: it tells what reached it, and answers what no service of the shop does."""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from adapters.bootstrap.common import Common
from adapters.inbound.web import answers
from adapters.inbound.web.app import create_app
from adapters.inbound.web.client import ClientAddress
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.routes import router
from core.shared.context import REQUEST, Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier

BODY_LIMIT = 20 * 1024 * 1024
TRACE = "0af7651916cd43dd8448eb211c80319c"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Nobody(TokenVerifier):
    async def verify(self, token: str) -> Caller:
        raise Unauthenticated


def probe_app(common: Common, *, carried: bool) -> ShopApp:
    """`carried` as in bootstrap's `web_app`."""
    routes = router("probe")

    @routes.api_route("/seen{rest:path}", methods=METHODS)
    async def seen(request: Request, client: ClientAddress) -> Response:
        return answers.json({**_seen(request), "client": client, "body": _text(await request.body())})

    @routes.get("/answers/{kind}")
    async def answer(kind: str) -> Response:
        return ANSWERS[kind]()

    @routes.get("/letters/{count}")
    async def letters(count: int) -> Response:
        return answers.json({"letters": "a" * count})

    return create_app(
        "probe",
        [routes],
        version="0",
        verifier=Nobody(),
        service_verifier=None,
        clock=common.clock,
        new_id=common.new_id,
        body_limit=BODY_LIMIT,
        trusted_hops=common.settings.trusted_hops,
        cors_origins=common.settings.origins,
        carried=carried,
    )


def _seen(request: Request) -> Mapping[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in request.scope["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    context = REQUEST.get()
    return {
        "method": request.method,
        "path": request.scope["path"],
        "query_string": request.scope["query_string"].decode("latin-1"),
        "query": sorted(map(list, request.query_params.multi_items())),
        "cookies": request.cookies,
        "headers": {name: headers[name] for name in sorted(headers)},
        "request_id": context.request_id,
        "trace": trace if (trace := (context.traceparent or "")[3:35]) == TRACE else "made here",
    }


def _text(body: bytes) -> str:
    """The body, or of a long one as much as tells it from others."""
    return base64.b64encode(body).decode() if len(body) < 1_000 else f"{len(body)} {sha256(body).hexdigest()}"


def _of(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Callable[[], Response]:
    def made() -> Response:
        answer = Response(body, status)
        answer.raw_headers[:] = [*answer.raw_headers, *headers]
        return answer

    return made


async def _pieces() -> Any:
    for number in range(5):
        yield json.dumps({"line": number}).encode() + b"\n"


ANSWERS: Mapping[str, Callable[[], Response]] = {
    "cookies": _of(b"{}", (b"set-cookie", b"a=1; Path=/; HttpOnly"), (b"set-cookie", b"b=2, with a comma")),
    "one-cookie": _of(b"{}", (b"set-cookie", b"a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT")),
    "vary": _of(b"{}", (b"vary", b"Origin"), (b"vary", b"Accept")),
    "challenges": _of(
        b"{}", (b"www-authenticate", b"Bearer"), (b"www-authenticate", b'Basic realm="a, b"'), status=401
    ),
    "binary": _of(bytes(range(256)), (b"content-type", b"application/octet-stream")),
    "binary-as-text": _of(b"\xff\xfe", (b"content-type", b"text/plain; charset=utf-8")),
    "gzip": _of(
        gzip.compress(b'{"a": 1}', mtime=0), (b"content-type", b"application/json"), (b"content-encoding", b"gzip")
    ),
    "text": _of("grün \N{SNOWMAN}\r\n\0\t".encode(), (b"content-type", b"text/plain; charset=utf-8")),
    "empty-value": _of(b"{}", (b"x-said", b"")),
    "empty": _of(b""),
    "no-content": _of(b"", (b"etag", b'"1"'), status=204),
    "not-modified": _of(b"", (b"etag", b'"1"'), status=304),
    "teapot": _of(b"short and stout", (b"content-type", b"text/plain"), status=418),
    "upper-case": _of(b"{}", (b"X-Said", b"Yes")),
    "pieces": lambda: StreamingResponse(_pieces(), media_type="application/x-ndjson"),
}
