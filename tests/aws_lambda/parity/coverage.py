"""What the corpus is to hold: every operation of the four services, with every status that it documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import Match, Mount

from tests.aws_lambda.parity.asking import Kept
from tests.aws_lambda.parity.sweeps import is_internal, real_app
from tests.security.hostile.operations import operations
from tests.security.matrix.check import operations_of
from tests.security.shops import SERVICES

Answered = tuple[str, str, int]
"""A service, an operation as `GET /v1/products/{id}`, and a status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProvoked:
    """A status of operations of which there is no answer to compare."""

    service: str
    operations: Sequence[str]
    status: int
    why: str

    def __contains__(self, answered: Answered) -> bool:
        service, operation, status = answered
        return (service, status) == (self.service, self.status) and operation in self.operations


NOT_PROVOKED: Sequence[NotProvoked] = (
    NotProvoked(
        service="product",
        operations=("POST /v1/products/import",),
        status=408,
        why="To whoever falls silent in the middle of a body; an event has all of its body.",
    ),
    NotProvoked(
        service="user",
        operations=("GET /.well-known/jwks.json", "GET /.well-known/openid-configuration"),
        status=503,
        why="They need nothing that could be away.",
    ),
)


def documented() -> set[Answered]:
    """By the OpenAPI documents; what is for other services is left out, since functions do not serve it."""
    return {
        (service, str(operation), status)
        for service in SERVICES
        for operation in operations(real_app(service))
        if not is_internal(operation)
        for status in operation.statuses
    }


def answered(kept: Mapping[str, Kept]) -> set[Answered]:
    """What was answered, by operation."""
    return {
        (each.to, operation, each.got.status)
        for each in kept.values()
        if each.to != "probe" and (operation := _operation(each))
    }


def not_asked(kept: Mapping[str, Kept]) -> Iterator[str]:
    """Operations that no question is of, whether or not a document tells of them."""
    asked = {(service, operation) for service, operation, _ in answered(kept)}
    for service in SERVICES:
        for each in operations_of(real_app(service), service):
            if (service, f"{each.method} {each.path}") not in asked:
                yield str(each)


def _operation(each: Kept) -> str:
    """The operation that a question is of, if it is of any."""
    assert each.to != "probe"
    scope = {"type": "http", "method": each.sent.method, "path": each.sent.path, "headers": [], "root_path": ""}
    for route in real_app(each.to).routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            path = f"{route.path}/*" if isinstance(route, Mount) else getattr(route, "path_format", "")
            return f"{each.sent.method} {path}"
    return ""
