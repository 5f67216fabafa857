"""Apps whose callers are held to a number of requests, and requests of callers behind a proxy."""

from typing import Any

from fastapi import FastAPI

from adapters.inbound.web.rate_limit import RequestLimit
from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.throttle import Throttle
from tests.adapters.web.sample import sample_app
from tests.fakes import FixedClock


def request_limit(per_minute: int, clock: FixedClock | None = None) -> RequestLimit:
    clock = clock or FixedClock()
    return RequestLimit.of(Throttle(tallies=MemoryTallies(clock), clock=clock), per_minute=per_minute)


def limited_app(per_minute: int, clock: FixedClock | None = None, **options: Any) -> FastAPI:
    """The sample app, behind one proxy."""
    clock = clock or FixedClock()
    options = {"trusted_hops": 1, "request_limit": request_limit(per_minute, clock), **options}
    return sample_app(clock=clock, **options)


def by(address: str) -> dict[str, str]:
    """What the proxy adds to a request from this address."""
    return {"X-Forwarded-For": address}
