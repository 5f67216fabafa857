"""Stands in for API Gateway's HTTP API: what the manifest routes to a service becomes an event for its function.

Events and answers are of payload format 2.0, as
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html has them. As API
Gateway does, the path is decoded, equal headers are joined, cookies stand apart, and what is no text goes as base64.
"""

import base64
import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import aiohttp
from aiohttp import web
from yarl import URL

from adapters.inbound.gateway.app import SESSION, origin, routed
from adapters.inbound.gateway.headers import forwarded
from adapters.inbound.gateway.routes import RoutingTable

INVOCATIONS = "/2015-03-31/functions/function/invocations"
"""Where Lambda's emulator takes events."""
BODY_MAX = 10 * 1024 * 1024
SECONDS = 30.0

_TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "application/x-www-form-urlencoded")
_log = logging.getLogger(__name__)


def api_gateway(
    table: RoutingTable, functions: Mapping[str, str], *, body_max: int = BODY_MAX, seconds: float = SECONDS
) -> web.Application:
    """An application that invokes the function which `table` names for a request's path.

    `functions` gives each function's origin, where it takes events as Lambda's emulator does. No rule: 404. A body
    longer than `body_max`: 413. The function failed: 500; it is not there, or takes longer than `seconds`: 503.

    Raises: ValueError if a routed service has no origin, or one that is none.
    """
    urls = {name: origin(name, functions).with_path(INVOCATIONS) for name in sorted(table.backends)}

    async def invoke(request: web.Request, name: str) -> web.StreamResponse:
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > body_max:
                return _refused(413, "Request Entity Too Large")
        return await _invoked(request.app[SESSION], urls[name], event(request, bytes(body)), name)

    return routed(table, invoke, aiohttp.ClientTimeout(total=seconds))


def event(request: web.BaseRequest, body: bytes) -> dict[str, Any]:
    """What API Gateway would make of the request."""
    headers: dict[str, str] = {}
    for name, value in forwarded(request).items():
        before = headers.get(name.lower())
        headers[name.lower()] = value if before is None else f"{before},{value}"
    cookies = headers.pop("cookie", "")
    raw_path, _, query = request.raw_path.partition("?")
    path, now = unquote(raw_path), time.time()
    encoded = not headers.get("content-type", "").lower().startswith(_TEXTS)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        **({"cookies": cookies.split("; ")} if cookies else {}),
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "http": {
                "method": request.method,
                "path": path,
                "protocol": f"HTTP/{request.version.major}.{request.version.minor}",
                "sourceIp": request.remote or "",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now * 1000),
        },
        **({"body": base64.b64encode(body).decode() if encoded else body.decode("utf-8", "replace")} if body else {}),
        "isBase64Encoded": bool(body) and encoded,
    }


async def _invoked(client: aiohttp.ClientSession, url: URL, event: dict[str, Any], name: str) -> web.Response:
    try:
        async with client.post(url, data=json.dumps(event).encode()) as invocation:
            answer = await invocation.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError) as error:
        _log.warning("503: the function %s did not answer: %s", name, error)
        return _refused(503, "Service Unavailable")
    if not isinstance(answer, dict) or "statusCode" not in answer:
        _log.warning("500: the function %s failed", name)
        return _refused(500, "Internal Server Error")
    body = answer.get("body") or ""
    response = web.Response(
        status=answer["statusCode"],
        headers=answer.get("headers"),
        body=base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )
    for cookie in answer.get("cookies", ()):
        response.headers.add("Set-Cookie", cookie)
    return response


def _refused(status: int, message: str) -> web.Response:
    """In API Gateway's own words: no service has seen the request."""
    return web.json_response({"message": message}, status=status)
