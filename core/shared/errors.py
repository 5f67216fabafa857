"""The ways a shop can refuse, as families; every service's errors belong to exactly one of them.

    ShopError
    ├── Invalid             what was asked for breaks a rule
    ├── NotFound            there is no such thing (or not for this caller)
    ├── Conflict            the request is fine, but not in the present state of things
    ├── PreconditionFailed  the caller's version of the thing is out of date
    ├── Unavailable         a collaborator cannot answer now; asking again later is right
    ├── TooManyRequests     the caller asked too often; asking again later is right
    ├── Unauthenticated     the caller did not prove who they are
    └── Forbidden           the caller is known, and may not

The core knows no status codes; the edges map families, never single errors.
"""

import re
from typing import ClassVar

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class ShopError(Exception):
    """A refusal a caller can act on.

    `code` is a stable slug made from the class's name (`OutOfStock` -> `out_of_stock`); `detail` one sentence about
    this occurrence, the class's own if none is given; `facts` values that a program can read (JSON-able, `Money`,
    dataclasses or tuples of these). `replayed` is true when the refusal is the remembered outcome of an earlier,
    equal request.
    """

    code: ClassVar[str] = "shop_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _WORD.sub("_", cls.__name__).lower()

    def __init__(self, detail: str | None = None, **facts: object) -> None:
        self.detail = detail if detail is not None else (type(self).__doc__ or self.code).partition("\n")[0]
        super().__init__(self.detail)
        self.facts = facts
        self.replayed = False


class Invalid(ShopError):
    """What was asked for breaks a rule, whatever the state of the shop."""


class NotFound(ShopError):
    """There is no such thing, or not for this caller."""


class Conflict(ShopError):
    """The request is well-formed, but the present state of things forbids it."""


class PreconditionFailed(ShopError):
    """The thing has changed since the caller last saw it."""


class Unavailable(ShopError):
    """A collaborator cannot answer now. `retry_after` is in seconds."""

    def __init__(self, detail: str | None = None, *, retry_after: int = 1, **facts: object) -> None:
        super().__init__(detail, **facts)
        self.retry_after = retry_after


class TooManyRequests(ShopError):
    """The caller asks too often. `retry_after` is in seconds, rounded up."""

    def __init__(self, detail: str | None = None, *, retry_after: int, **facts: object) -> None:
        super().__init__(detail, **facts)
        self.retry_after = retry_after


class Unauthenticated(ShopError):
    """The caller did not prove who they are."""


class Forbidden(ShopError):
    """The caller is known, and may not do this."""


class VersionStale(PreconditionFailed):
    """Someone else saved the thing first; read it again and decide anew."""


class IdempotencyKeyReused(Invalid):
    """The idempotency key was already used for a different request."""
