"""What browsers are told: how to treat our answers, and whose pages may read them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

_COMMON = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
PAGE: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)
"""Of a page of ours with scripts, styles and images of ours."""


def security_headers(*, over_tls: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Of every answer: nothing in it is to be run, framed, guessed at or embedded elsewhere.

    OWASP REST Security Cheat Sheet; OWASP ASVS 5.0, 3.4. `over_tls` if all callers come by HTTPS, which ends before
    this process: browsers then remember for a year to use nothing else (RFC 6797).
    """
    return (*_COMMON, _HSTS) if over_tls else _COMMON


def cross_origin(origins: Sequence[str]) -> list[Middleware]:
    """Lets pages of these origins, and of no others, call us (CORS); nothing if there are none.

    Without credentials, which would be cookies, and we use none: a page has to have the token it sends.
    """
    if not origins:
        return []
    return [
        Middleware(
            _CrossOrigin,
            allow_origins=origins,
            allow_methods=("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"),
            allow_headers=(
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "X-Cart-Token",
                "X-Request-Id",
            ),
            expose_headers=(
                "ETag",
                "Idempotent-Replayed",
                "Location",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "X-Request-Id",
            ),
        )
    ]


class _CrossOrigin(CORSMiddleware):
    """Starlette's, but a preflight is never an error: it says what is allowed, and the browser draws the conclusion."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        said = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        return Response(status_code=204, headers=said)
