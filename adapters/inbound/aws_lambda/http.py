"""Requests that reach a function as events: of API Gateway's HTTP and REST APIs, and of an Application Load Balancer.

Mangum runs the app and makes the answers. What an app sees of a request is made here, so that it is what it would see
behind a socket: each header line, the path and the query as they were sent, and a caller's address that nobody forges.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlencode

from mangum import Mangum
from mangum.handlers import ALB, APIGateway, HTTPGateway

from adapters.inbound.aws_lambda.payload import BEHIND_API_GATEWAY, BEHIND_LOAD_BALANCER, Payload

SPARE_MILLISECONDS = 300
"""Of a function's time, kept for the answer: a deadline that is met is told, and one that ends the function is not."""

_DEADLINE = b"x-request-deadline-ms"
_FORWARDED_FOR = b"x-forwarded-for"
_MILLISECONDS = re.compile(rb"[0-9]{1,9}")

Event = dict[str, Any]
Header = tuple[bytes, bytes]


class HttpEvents:
    """Answers events over an ASGI app, whose lifespan is not its business: the process keeps it open."""

    def __init__(self, app: Any) -> None:
        logging.getLogger("mangum.http").setLevel(logging.WARNING)  # the app tells of each request itself
        # What is UTF-8 goes as text, anything else as base64: so there is no list of types to keep.
        self._mangum = Mangum(
            app, lifespan="off", custom_handlers=[LoadBalancer, HttpApi, RestApi], text_mime_types=[""]
        )

    def __call__(self, event: Event, context: Any) -> dict[str, Any]:
        """The answer in the form that whoever made the event takes."""
        return self._mangum(event, context)


class HttpApi(HTTPGateway):
    """API Gateway's HTTP API, payload format 2.0.

    It decodes the path, joins equal headers, and keeps cookies apart.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """

    @classmethod
    def infer(cls, event: Event, context: Any, config: Any) -> bool:  # noqa: ARG003 - Mangum's signature
        return event.get("version") == "2.0"

    @property
    def scope(self) -> dict[str, Any]:
        request = self.event["requestContext"]["http"]
        headers = _single(self.event.get("headers"))
        if self.event.get("cookies"):
            headers.append((b"cookie", _bytes("; ".join(self.event["cookies"]))))
        return _scope(
            self,
            method=request["method"],
            path=request["path"],
            query=_bytes(self.event.get("rawQueryString") or ""),
            headers=_through_gateway(headers, request["sourceIp"]),
            client=request["sourceIp"],
            payload=BEHIND_API_GATEWAY,
        )

    def __call__(self, response: Any) -> dict[str, Any]:
        answer: dict[str, Any] = super().__call__(response)
        if all(name != b"content-type" for name, _ in response["headers"]):
            del answer["headers"]["content-type"]  # Mangum says that it is JSON, also where there is nothing
        return answer


class RestApi(APIGateway):
    """API Gateway's REST API, and payload format 1.0 of its HTTP API, which decodes the path where the former does not.

    Of a query it tells decoded names and values.
    """

    @property
    def scope(self) -> dict[str, Any]:
        headers = _multiple(self.event.get("multiValueHeaders")) or _single(self.event.get("headers"))
        query = self.event.get("multiValueQueryStringParameters") or self.event.get("queryStringParameters") or {}
        client = self.event["requestContext"].get("identity", {}).get("sourceIp")
        path = self.event["path"]
        return _scope(
            self,
            method=self.event["httpMethod"],
            path=path if "version" in self.event else unquote(path),
            query=urlencode(query, doseq=True).encode(),
            headers=_through_gateway(headers, client),
            client=client,
            payload=BEHIND_API_GATEWAY,
        )


class LoadBalancer(ALB):
    """An Application Load Balancer, whose target group has multi-value headers or not.

    Of a query and a path it decodes nothing. Whom it was called by is the last entry of X-Forwarded-For, no more: the
    event itself names no address.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    """

    @property
    def scope(self) -> dict[str, Any]:
        event = self.event
        query = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters") or {}
        return _scope(
            self,
            method=event["httpMethod"],
            path=unquote(event["path"] or "/"),
            query=_bytes("&".join(_as_sent(query))),
            headers=_multiple(event.get("multiValueHeaders")) or _single(event.get("headers")),
            client=None,
            payload=BEHIND_LOAD_BALANCER,
        )


def _scope(
    handler: Any,
    *,
    method: str,
    path: str,
    query: bytes,
    headers: list[Header],
    client: str | None,
    payload: Payload,
) -> dict[str, Any]:
    """ASGI's, https://asgi.readthedocs.io/en/latest/specs/www.html; `path` is decoded."""
    sent = dict(headers)
    host, _, port = sent.get(b"host", b"").decode("latin-1").partition(":")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": sent.get(b"x-forwarded-proto", b"https").decode("latin-1"),
        "path": path or "/",
        "raw_path": quote(path or "/", safe="/:@!$&'()*+,;=~").encode(),
        "root_path": "",
        "query_string": query,
        "headers": _in_time(headers, handler.context),
        "server": (host, int(port) if port.isdecimal() else 443),
        "client": (client, 0) if client else None,
        "extensions": {"portico.payload": payload.extension},
        "aws.event": handler.event,
        "aws.context": handler.context,
    }


def _in_time(headers: list[Header], context: Any) -> list[Header]:
    """With a deadline before the function's own end; a caller's own may only be sooner."""
    left = max(0, context.get_remaining_time_in_millis() - SPARE_MILLISECONDS)
    sooner = (int(value) for name, value in headers if name == _DEADLINE and _MILLISECONDS.fullmatch(value))
    others = [header for header in headers if header[0] != _DEADLINE]
    return [*others, (_DEADLINE, str(min(left, next(sooner, left))).encode())]


def _through_gateway(headers: list[Header], client: str | None) -> list[Header]:
    """With whom the gateway was called by as the last entry of X-Forwarded-For, as every proxy of ours writes it."""
    chain = b",".join(value for name, value in headers if name == _FORWARDED_FOR)
    if not client or chain.rpartition(b",")[2].strip() == client.encode():
        return headers
    others = [header for header in headers if header[0] != _FORWARDED_FOR]
    return [*others, (_FORWARDED_FOR, b", ".join(filter(None, (chain, client.encode()))))]


def _single(headers: Mapping[str, str] | None) -> list[Header]:
    return [(_bytes(name).lower(), _bytes(value)) for name, value in (headers or {}).items()]


def _multiple(headers: Mapping[str, Sequence[str]] | None) -> list[Header]:
    return [(_bytes(name).lower(), _bytes(value)) for name, values in (headers or {}).items() for value in values]


def _as_sent(query: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The parts of a query whose names and values nobody decoded."""
    return [
        f"{name}={value}"
        for name, values in query.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def _bytes(text: str) -> bytes:
    """As it came over the wire: a header's bytes are told as characters of the same numbers, or as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()
