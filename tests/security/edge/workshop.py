"""A service with one piece of work to do, behind one proxy, and limits that are not kept."""

import asyncio
from dataclasses import dataclass, field

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.responses import Response
from starlette.types import Scope

from adapters.inbound.web.answers import empty
from adapters.inbound.web.app import create_app
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.inbound.web.routes import router
from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.context import Caller
from core.shared.throttle import Throttle
from core.shared.throttling import Limit, Tally
from tests.adapters.web.sample import access_tokens, service_tokens
from tests.fakes import FixedClock, SequentialIds

PER_MINUTE = 20


@dataclass
class Workshop:
    """Does work for whoever is let in, as `done` counts; each piece takes a while."""

    limit: type[RequestLimit] = RequestLimit
    throttle: type[Throttle] = Throttle
    done: int = 0
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        clock = FixedClock()
        routes = router("work")

        @routes.get("/v1/work", status_code=204)
        async def work() -> Response:
            self.done += 1
            await asyncio.sleep(0)
            return empty()

        throttle = self.throttle(tallies=MemoryTallies(clock), clock=clock)
        self.app = create_app(
            "workshop",
            [routes],
            version="0",
            verifier=access_tokens(),
            service_verifier=service_tokens(),
            clock=clock,
            new_id=SequentialIds(clock),
            trusted_hops=1,
            request_limit=self.limit.of(throttle, per_minute=PER_MINUTE),
        )

    async def ask(self, address: str, *forged: bytes) -> int:
        """The status of a request from `address`, with `X-Forwarded-For` lines it wrote itself.

        The proxy appends the address to the last of the lines, as a load balancer does.
        """
        lines = [*forged[:-1], b", ".join([*forged[-1:], address.encode()])]
        async with AsyncClient(transport=ASGITransport(self.app), base_url="http://shop") as client:
            answer = await client.get("/v1/work", headers=[(b"X-Forwarded-For", line) for line in lines])
        assert answer.status_code in (204, 429)
        return answer.status_code


class Leftmost(RequestLimit):
    """Believes the first entry, as many examples do: the caller wrote it."""

    async def count(self, scope: Scope, caller: Caller | None) -> None:
        first = _forwarded(scope)[0].split(b",")[0]
        await self.throttle.take(self.rate, first.decode("latin-1"))


class ByRawHeader(RequestLimit):
    """Counts by the header as it came."""

    async def count(self, scope: Scope, caller: Caller | None) -> None:
        await self.throttle.take(self.rate, b"".join(_forwarded(scope)).decode("latin-1"))


class ByPeer(RequestLimit):
    """Counts by who connects, which is the proxy, whoever calls."""

    async def count(self, scope: Scope, caller: Caller | None) -> None:
        await self.throttle.take(self.rate, scope["client"][0])


class ByWholeAddress(RequestLimit):
    """Takes each of the addresses that one customer has for another customer."""

    async def count(self, scope: Scope, caller: Caller | None) -> None:
        await self.throttle.take(self.rate, _forwarded(scope)[-1].rpartition(b",")[2].decode())


class CountsAfterwards(Throttle):
    """Looks first, and counts when others have had their turn, as one does that counts finished work."""

    async def take(self, limit: Limit, subject: str) -> Tally:
        now = self.clock.now()
        counted = limit.next(await self.tallies.get(subject), now)
        await asyncio.sleep(0)
        return await self.tallies.change(subject, lambda tally: counted)


def _forwarded(scope: Scope) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
