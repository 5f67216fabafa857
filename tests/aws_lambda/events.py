"""The events that API Gateway and an Application Load Balancer make of a request, as AWS documents them.

Where the documents are silent, as events were seen: an HTTP API decodes the path (of payload format 1.0, too) and
nothing of the query; a REST API decodes the query and not the path; a load balancer neither.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

Event = dict[str, Any]
Answer = dict[str, Any]

CLIENT = "203.0.113.7"
TEXTUAL = (
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
    "application/x-www-form-urlencoded",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it goes over the wire: `target` is the path with its query, percent-encoded."""

    method: str = "GET"
    target: str = "/"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    client: str = CLIENT

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def forwarded(self) -> list[tuple[str, str]]:
        """The headers in lower case, with what every load balancer and gateway says of a request."""
        sent = [(name.lower(), value) for name, value in self.headers]
        if self.body and not any(name == "content-length" for name, _ in sent):
            sent.append(("content-length", str(len(self.body))))
        chain = [*(value for name, value in sent if name == "x-forwarded-for"), self.client]
        if not any(name == "host" for name, _ in sent):
            sent.append(("host", "shop.invalid"))
        return [
            *(header for header in sent if header[0] != "x-forwarded-for"),
            ("x-forwarded-for", ", ".join(chain)),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]


def http_api(sent: Sent) -> Event:
    """Of an HTTP API, payload format 2.0: equal headers are joined, cookies stand apart, the path is decoded."""
    headers: dict[str, str] = {}
    for name, value in sent.forwarded:
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [each for name, value in sent.forwarded if name == "cookie" for each in value.split("; ")]
    path = unquote(sent.path)
    query: dict[str, str] = {}
    for name, value in parse_qsl(sent.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": sent.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": query} if query else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "api",
            "http": {
                "method": sent.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": sent.client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        **_body(sent, textual=TEXTUAL),
    }


def rest_api(sent: Sent) -> Event:
    """Of a REST API whose binary media types are `*/*`, so that every body comes as base64; the path is as sent."""
    query = parse_qsl(sent.query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": sent.path,
        "httpMethod": sent.method,
        "headers": dict(sent.forwarded) or None,
        "multiValueHeaders": _grouped(sent.forwarded),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query),
        "pathParameters": {"proxy": sent.path[1:]},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "httpMethod": sent.method,
            "identity": {"sourceIp": sent.client, "userAgent": None},
            "path": f"/prod{sent.path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
        **_body(sent, textual=()),
    }


def http_api_in_format_1(sent: Sent) -> Event:
    """Of an HTTP API, payload format 1.0."""
    return {"version": "1.0", **rest_api(sent), "path": unquote(sent.path), **_body(sent, textual=TEXTUAL)}


def load_balancer(sent: Sent) -> Event:
    """Of a load balancer whose target group has multi-value headers."""
    query = _undecoded(sent.query)
    return {
        **_of_load_balancer(sent),
        "multiValueQueryStringParameters": _grouped(query) or {},
        "multiValueHeaders": _grouped(sent.forwarded),
    }


def load_balancer_of_single_values(sent: Sent) -> Event:
    """Likewise without these: the last of equal headers and of equal names in the query is all there is."""
    return {
        **_of_load_balancer(sent),
        "queryStringParameters": dict(_undecoded(sent.query)),
        "headers": dict(sent.forwarded),
    }


WAYS: Mapping[str, Callable[[Sent], Event]] = {
    "http_api": http_api,
    "http_api_in_format_1": http_api_in_format_1,
    "rest_api": rest_api,
    "load_balancer": load_balancer,
    "load_balancer_of_single_values": load_balancer_of_single_values,
}
"""The ways by which a request reaches a function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a caller gets; header names are in lower case, in the order of the answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each == name), None)

    def json(self) -> Any:
        return json.loads(self.body)


def got(answer: Answer) -> Got:
    """What API Gateway or a load balancer makes of a function's answer. Raises: whatever it would not understand."""
    assert json.loads(json.dumps(answer)) == answer
    body = answer.get("body") or ""
    headers = [(name.lower(), value) for name, value in (answer.get("headers") or {}).items()]
    headers += [
        (name.lower(), value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values
    ]
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or ()]
    assert all(isinstance(value, str) for _, value in headers)
    return Got(
        status=int(answer["statusCode"]),
        headers=headers,
        body=base64.b64decode(body) if answer["isBase64Encoded"] else body.encode(),
    )


@dataclass(slots=True)
class Context:
    """What AWS Lambda tells a function of an invocation."""

    remaining: int = 29_000
    """Milliseconds."""
    function_name: str = "portico"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    aws_request_id: str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:portico"
    log_group_name: str = "/aws/lambda/portico"
    log_stream_name: str = "2020/03/12/[$LATEST]0"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


def _of_load_balancer(sent: Sent) -> Event:
    arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/6d0ecf831eec9f09"
    return {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": sent.method,
        "path": sent.path,
        **_body(sent, textual=TEXTUAL, empty=""),
    }


def _body(sent: Sent, *, textual: Sequence[str], empty: str | None = None) -> Event:
    """As text for the media types that are taken for text, else as base64."""
    if not sent.body:
        return (
            {"body": empty, "isBase64Encoded": False}
            if empty is not None or not textual
            else {"isBase64Encoded": False}
        )
    media = next((value for name, value in sent.forwarded if name == "content-type"), "").lower()
    if media.startswith(tuple(textual)) and media:
        try:
            return {"body": sent.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(sent.body).decode(), "isBase64Encoded": True}


def _undecoded(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]] | None:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups or None
