"""What is rarely asked: odd paths, queries, headers, cookies and bodies, and what lies near the limits of the ways."""

import gzip
import json

from tests.aws_lambda.parity.asking import Asking
from tests.aws_lambda.parity.probe import TRACE
from tests.aws_lambda.parity.shop import ORIGIN
from tests.security.shops import product_json

MEGABYTE = 1024 * 1024
PATHS = (
    "/a%2Fb",
    "/a%2fb",
    "/a%20b",
    "/a+b",
    "/caf%C3%A9",
    "/caf%c3%a9",
    "/%FF",
    "/%25",
    "/%2520",
    "/%252F",
    "/%3Fa=b",
    "/%3fa%3Db%26c",
    "/%23",
    "/a;b=c",
    "/a:b@c,d!$&'()*~",
    "//a//b",
    "/a/",
    "/./a",
    "/a/../b",
    "/a/%2E%2E/b",
    "/100%",
    "/%zz",
    "/%E2%98%83",
    "/%00",
)
QUERIES = (
    "a=1&a=2",
    "a=1&b=2&a=3",
    "a=",
    "a",
    "=a",
    "a=b=c",
    "a=1+2",
    "a=1%202",
    "a=1%2B2",
    "a=%26%3D%23",
    "a=1,2",
    "a=1%2C2",
    "a=1&&b=2",
    "&",
    "a=caf%C3%A9",
    "a=caf%c3%a9",
    "a=%FF",
    "caf%C3%A9=1",
    "a%5B%5D=1&a%5B%5D=2",
    "a=%25",
    "a=%2525",
    "a=100%",
    "a=1;b=2",
    "a=/?:@",
    "A=1&a=2",
)
HEADERS = (
    (("X-Odd", "1"), ("X-Odd", "2")),
    (("X-Odd", "1"), ("x-odd", "2"), ("X-ODD", "3")),
    (("X-Odd", ""),),
    (("X-Odd", "a, b"), ("X-Odd", "c")),
    (("X-Odd", "gr\xfcn"),),
    (("X-Odd", 'W/"a,b"'),),
    (("Accept", "text/html"), ("Accept", "application/json")),
    (("Cookie", "a=1"),),
    (("Cookie", "a=1; b=2"),),
    (("Cookie", "a=1"), ("Cookie", "b=2")),
    (("Cookie", 'a="x,y"; b=z='),),
    (("X-Forwarded-For", "6.6.6.6"),),
    (("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "7.7.7.7, 8.8.8.8")),
    (("X-Forwarded-For", "unknown"),),
    (("Host", "elsewhere.example:8443"),),
    (("X-Request-Id", "mine-1"), ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01")),
    (("X-Request-Id", "not fine"), ("traceparent", "00-0-0-00")),
    (("X-Request-Id", "one"), ("X-Request-Id", "two")),
    (("X-Request-Deadline-Ms", "5000"),),
    (("X-Request-Deadline-Ms", "a while"),),
    (("Idempotency-Key", "a b c !~"),),
    (("Expect", ""),),
)
JSON, OCTETS = "application/json", "application/octet-stream"
BODIES = (
    (JSON, b'{"a": 1}', ()),
    (f"{JSON}; charset=utf-8", '{"a": "grün"}'.encode(), ()),
    (JSON, b"\xff\xfe", ()),
    (JSON, gzip.compress(b'{"a": 1}', mtime=0), (("Content-Encoding", "gzip"),)),
    (OCTETS, bytes(range(256)), ()),
    ("text/plain", "grün \N{SNOWMAN}\r\n\0".encode(), ()),
    ("text/plain; charset=latin-1", b"gr\xfcn", ()),
    ("", b"plain", ()),
    ("", b"\xff", ()),
    ("application/x-www-form-urlencoded", b"a=1&b=%FF", ()),
    ("application/merge-patch+json", b'{"a": null}', ()),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', ()),
)
KINDS = (
    *("cookies", "one-cookie", "vary", "challenges", "binary", "binary-as-text", "gzip", "text"),
    *("empty-value", "empty", "no-content", "not-modified", "teapot", "upper-case", "pieces"),
)
"""Of `probe.ANSWERS`."""


def odd(ask: Asking) -> None:
    for path in PATHS:
        ask(f"the path {path}", "probe", f"GET /seen{path}")
        ask(f"a product at {path}", "product", f"GET /v1/products{path}")
    for query in QUERIES:
        ask(f"the query {query}", "probe", f"GET /seen?{query}")
    for headers in HEADERS:
        ask(f"the headers {headers}", "probe", "GET /seen", headers=headers)
    for number, (media, body, more) in enumerate(BODIES):
        headers = (*((("Content-Type", media),) if media else ()), *more)
        ask(f"body {number}, {media or 'of no type'}", "probe", "POST /seen", body=body, headers=headers)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        ask(f"{method} without a body", "probe", f"{method} /seen")
    for kind in KINDS:
        ask(f"the answer {kind}", "probe", f"GET /answers/{kind}")
        ask(f"the answer {kind}, its head", "probe", f"HEAD /answers/{kind}")
    _nowhere(ask)
    _browsers(ask)


def _nowhere(ask: Asking) -> None:
    for path in ("/", "/v1", "/v1/products/", "/V1/products", "/v1/orders/../products", "/nowhere?q=1"):
        ask(f"nothing at {path}", "product", f"GET {path}")
    for method in ("OPTIONS", "TRACE", "DELETE", "PROPFIND", "get"):
        ask(f"{method} of products", "product", f"{method} /v1/products")
    for name in ("/%2e%2e/%2e%2e/pyproject.toml", "/..%2f..%2fstart.js", "/nothing.js"):
        ask(f"the file {name}", "product", f"GET /docs/product/assets{name}")


def _browsers(ask: Asking) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    for origin in (ORIGIN, "https://elsewhere.example"):
        ask(f"a preflight of {origin}", "cart", "OPTIONS /v1/cart/items", headers={"Origin": origin, **asks})
        ask(f"a page of {origin}", "cart", "GET /v1/cart", headers={"Origin": origin})
        ask(f"nothing for {origin}", "probe", "GET /answers/vary", headers={"Origin": origin})
    known = ask("a stylesheet", "user", "GET /docs/user/assets/swagger-ui.css")
    for name, header in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
        headers = {name: known.header(header) or ""}
        ask(f"a stylesheet, {name}", "user", "GET /docs/user/assets/swagger-ui.css", headers=headers)
    for ranged in ("bytes=0-9", "bytes=99999999-"):
        ask(f"of a stylesheet {ranged}", "user", "GET /docs/user/assets/swagger-ui.css", headers={"Range": ranged})


def long(ask: Asking) -> None:
    """Near the limits of the ways, and beyond them."""
    ask("a long script", "product", "GET /docs/product/assets/swagger-ui-bundle.js")
    for size in (MEGABYTE - 40_000, MEGABYTE + 1, 6 * MEGABYTE - 40_000, 6 * MEGABYTE + 1):
        ask(f"an answer of {size} letters", "probe", f"GET /letters/{size}")
        octets = {"Content-Type": OCTETS}
        ask(f"a body of {size} letters", "probe", "POST /seen", body=b"a" * size, headers=octets)
    path = "/" + "a" * 4_000
    ask("a long path", "product", f"GET /v1{path}")
    lines = [json.dumps(product_json(f"MANY-{number:05}")).encode() + b"\n" for number in range(9_000)]
    headers = {**ask.admin, "Content-Type": "application/x-ndjson"}
    ask("a long import", "product", "POST /v1/products/import", body=b"".join(lines), headers=headers)
