"""The general limit: how many requests of one caller this process takes in a minute, as every answer tells.

OWASP API Security Top 10 (2023), API4: unrestricted resource consumption. The header fields are those of
draft-ietf-httpapi-ratelimit-headers-11, lists of structured fields (RFC 9651).
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Self

from starlette.types import Scope

from adapters.inbound.web.client import client_address, is_from_inside
from core.shared.context import REQUEST, Caller
from core.shared.throttle import Throttle
from core.shared.throttling import Rate

NAME = "requests"
ANSWER_HEADERS = "portico.answer_headers"
"""Where a scope keeps the list of what the answer, whichever it will be, is to tell in its headers."""

_WINDOW = timedelta(minutes=1)


def rate_limit_field(name: str, remaining: int, seconds: int) -> str:
    """`RateLimit`: how many more there may be within so many seconds."""
    return f'"{name}";r={remaining};t={seconds}'


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimit:
    """Holds callers to a number of requests: a customer by id, anybody else by address.

    A customer is one whose token was checked, so nobody can use up what is another's; who was refused counts by
    address, or guessing tokens would be free. Our own services, which call each other without passing the proxies,
    are not counted: only those who pass them are strangers.
    """

    throttle: Throttle
    rate: Rate
    policy: tuple[bytes, bytes]

    @classmethod
    def of(cls, throttle: Throttle, *, per_minute: int) -> Self:
        policy = f'"{NAME}";q={per_minute};w={int(_WINDOW.total_seconds())}'
        return cls(
            throttle=throttle,
            rate=Rate(name=NAME, quota=per_minute, window=_WINDOW),
            policy=(b"ratelimit-policy", policy.encode()),
        )

    async def count(self, scope: Scope, caller: Caller | None) -> None:
        """Count this request. Raises: TooManyRequests, Unavailable."""
        if caller is not None:
            subject = caller.id
        else:
            trusted_hops: int = scope["app"].state.trusted_hops
            if is_from_inside(scope, trusted_hops):
                return
            subject = client_address(scope, trusted_hops)
        told: list[tuple[bytes, bytes]] = scope[ANSWER_HEADERS]
        told.append(self.policy)
        tally = await self.throttle.take(self.rate, subject)
        began_at = REQUEST.get().began_at or self.throttle.clock.now()
        remaining, until_more = self.rate.left(tally, began_at)
        told.append((b"ratelimit", rate_limit_field(NAME, remaining, ceil(until_more.total_seconds())).encode()))
