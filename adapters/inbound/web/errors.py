"""How every refusal leaves the shop: one table of statuses, and one problem document (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from adapters.inbound.web.answers import NO_STORE, encode
from adapters.inbound.web.observed import LEFT, OTHER
from adapters.inbound.web.rate_limit import rate_limit_field
from core.shared.context import REQUEST
from core.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    ShopError,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

_log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"

_MOST_ERRORS = 50
_LONGEST_FIELD = 100
_OBJECTS = {"price": ' with amount and currency, such as {"amount": 1299, "currency": "USD"}'}
"""What objects hold, by the field that people most often fill with something else."""


class MalformedJson(ShopError):
    """The body is not JSON, or is JSON that two readers could read differently."""


class MethodNotAllowed(ShopError):
    """The path exists, but not with this method."""


class BodyTooLarge(ShopError):
    """The body is longer than this route takes."""


class AnswerTooLarge(ShopError):
    """The answer is longer than the way back to the caller carries; ask for less at once."""


class UnsupportedMediaType(ShopError):
    """The body is not declared as what this route takes."""


class RequestTimeout(ShopError):
    """The rest of the body did not come in time."""


class ValidationFailed(Invalid):
    """The request has the wrong shape; `errors` names each field."""

    def __init__(self, *errors: tuple[str, str]) -> None:
        self.errors = errors
        super().__init__(
            "The request does not have the shape this operation takes.",
            errors=[{"field": field[:_LONGEST_FIELD], "message": message} for field, message in errors[:_MOST_ERRORS]],
        )


class PreconditionRequired(ShopError):
    """A change of this resource has to name the version it is based on."""


class InternalError(ShopError):
    """Something went wrong on our side; the request id finds it in our logs."""


STATUS: Mapping[type[ShopError], int] = {
    MalformedJson: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    RequestTimeout: 408,
    Conflict: 409,
    PreconditionFailed: 412,
    BodyTooLarge: 413,
    AnswerTooLarge: 413,  # of what RFC 9110 has, the nearest: only another request can mend it
    UnsupportedMediaType: 415,
    Invalid: 422,
    PreconditionRequired: 428,
    TooManyRequests: 429,  # RFC 6585, section 4
    InternalError: 500,
    Unavailable: 503,
}


def status_of(error: type[ShopError]) -> int:
    """The status of the family that `error` belongs to."""
    return next(STATUS[family] for family in error.__mro__ if family in STATUS)


def document(status: int, code: str, detail: str, path: str, facts: Mapping[str, object]) -> dict[str, object]:
    """A problem document; `facts` become members of their own, and never replace one of ours."""
    return {
        **facts,
        "type": f"urn:problem-type:portico:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": quote(path, safe="/:@!$&'()*+,;=~"),
        "code": code,
        "request_id": REQUEST.get().request_id,
    }


def problem(error: ShopError, request: Request) -> Response:
    """The answer to a request that was refused with `error`."""
    status = status_of(type(error))
    headers = dict(NO_STORE)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable | TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, TooManyRequests) and "limit" in error.facts:
        headers["RateLimit"] = rate_limit_field(str(error.facts["limit"]), 0, error.retry_after)
    if isinstance(error, RequestTimeout):
        headers["Connection"] = "close"  # RFC 9110, 15.5.9: whoever fell silent is not waited for any longer
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(_allowed(request))
    if error.replayed:
        headers["Idempotent-Replayed"] = "true"
    content = encode(document(status, error.code, error.detail, request.scope["path"], error.facts))
    return Response(content, status, headers, PROBLEM_JSON)


async def on_shop_error(request: Request, error: ShopError) -> Response:
    if isinstance(error, Unavailable):  # nobody but us can do anything about its cause
        _log.warning(
            "%s %s: %s Cause: %r. Request %s.",
            request.method,
            quote(request.url.path),
            error.detail,
            error.__cause__,
            REQUEST.get().request_id,
        )
    if isinstance(error, TooManyRequests):
        request.app.state.throttled.labels(error.facts.get("limit", OTHER)).inc()
    return problem(error, request)


async def on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    """FastAPI's validation errors, without the input that caused them: it may be a password."""
    fields = [
        (".".join(map(str, each["loc"][1:] or each["loc"])), in_words(each)) for each in error.errors()[:_MOST_ERRORS]
    ]
    return problem(ValidationFailed(*fields), request)


def in_words(fault: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says, to someone who knows JSON but neither Python nor our classes."""
    match fault["type"]:
        case "model_type" | "model_attributes_type" | "dict_type":
            field = fault["loc"][-1] if fault["loc"] else ""
            return f"Input should be an object{_OBJECTS.get(str(field), '')}"
        case "extra_forbidden":
            return "There is no such field"
    return str(fault["msg"]).removeprefix("Value error, ")


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """Starlette's own refusals: an unknown path, a wrong method, a missing static file."""
    if error.status_code == 404:
        return problem(NotFound("There is nothing at this path."), request)
    if error.status_code == 405:
        return problem(MethodNotAllowed("This path does not take this method."), request)
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_")
    content = encode(document(status, code, status.description or status.phrase, request.scope["path"], {}))
    return Response(content, status, NO_STORE, PROBLEM_JSON)


async def on_disconnect(request: Request, _: ClientDisconnect) -> Response:
    """The caller left while sending; nobody reads this answer, and nothing went wrong on our side."""
    request.scope[LEFT] = True
    return problem(MalformedJson("The body ended early."), request)


def _allowed(request: Request) -> list[str]:
    """The methods that any route takes at this path; Starlette's own list is that of the first route alone.

    A path that is written out in a route is that one's, and not one of a pattern that it fits as well.
    """
    path = request.scope["path"]
    matching = [
        route for route in request.app.routes if (pattern := getattr(route, "path_regex", None)) and pattern.match(path)
    ]
    exact = [route for route in matching if route.path == path]
    methods: set[str] = set()
    for route in exact or matching:
        methods |= getattr(route, "methods", None) or {"GET"}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)
