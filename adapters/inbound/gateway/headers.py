"""Which header fields pass through, and what an ALB adds to them on the way in."""

import re
import secrets
import time

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_VALID_NAME = re.compile(r"[A-Za-z0-9-]+")
_TRACE = "X-Amzn-Trace-Id"


def end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """`headers` without those meant for one connection alone, also those `Connection` names (RFC 9110, 7.6.1)."""
    named = {name.strip().lower() for line in headers.getall("Connection", ()) for name in line.split(",")}
    left_out = _HOP_BY_HOP | named
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in left_out)


def forwarded(request: web.BaseRequest) -> CIMultiDict[str]:
    """The headers a service gets: the caller's own, and who called, how, and under which trace.

    `Host` stays the caller's. `Expect` has been answered here, as an ALB does. Names that an ALB drops as invalid
    (`routing.http.drop_invalid_header_fields.enabled` in the manifest) are dropped.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
    """
    headers = end_to_end(request.headers)
    for name in [name for name in headers if not _VALID_NAME.fullmatch(name)]:
        del headers[name]
    headers.popall("Expect", None)
    if (host := request.headers.get("Host")) is not None:
        headers["Host"] = host
    hops = [*headers.popall("X-Forwarded-For", []), request.remote or "unknown"]
    headers["X-Forwarded-For"] = ", ".join(hops)
    headers["X-Forwarded-Proto"] = request.scheme
    transport = request.transport
    headers["X-Forwarded-Port"] = str(transport.get_extra_info("sockname")[1]) if transport else "unknown"
    headers[_TRACE] = trace_id(headers.get(_TRACE))
    return headers


def trace_id(given: str | None) -> str:
    """The trace header to pass on: a new `Root`, or the caller's with a `Self` of this hop.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
    """
    made = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    fields = [field for field in (given or "").split(";") if field and not field.startswith("Self=")]
    if any(field.startswith("Root=") for field in fields):
        return ";".join([f"Self={made}", *fields])
    return ";".join([f"Root={made}", *fields])
