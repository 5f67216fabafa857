"""A proxy in front of a service that lets its effects happen and spoils the answers, as a network does."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import ClientError, ClientSession, web

Manner = Literal["cut", "half", "502", "504", "late"]
LATE = 1.3
"""Seconds: more than a caller waits for an answer (1), less than would slow the tests down."""
HOLD = "PUT product /internal/v1/holds/{id}"
HOPS = ("connection", "transfer-encoding", "keep-alive", "host", "content-length")


@dataclass(slots=True)
class Fault:
    """Spoils the answers to one call of a request, the one of that number, `times` over; -1 is for none.

    `calls` are the edges that the request came to, in their order: a
    call that is repeated is one.
    """

    number: int = -1
    manner: Manner = "cut"
    times: int = 1
    calls: list[str] = field(default_factory=list)
    spoilt: int = 0

    def spoils(self, call: str) -> bool:
        """Whether this answer is to be spoilt; counts the call."""
        if not self.calls or self.calls[-1] != call:
            self.calls.append(call)
        if len(self.calls) - 1 != self.number or self.spoilt >= self.times:
            return False
        self.spoilt += 1
        return True


class Faults:
    """Which requests are to meet which fault, by request id; and how many answers were spoilt on each edge.

    `before_hold` and `after_hold` are done each time that units of a product are about to be held, or were, by its id.
    """

    def __init__(self) -> None:
        self.by_request: dict[str, Fault] = {}
        self.before_hold: dict[str, Callable[[], Awaitable[None]]] = {}
        self.after_hold: dict[str, Callable[[], Awaitable[None]]] = {}
        self.spoilt = Counter[str]()


class Proxy:
    """Stands before the service `name`, at `target`, which is set once that is known."""

    def __init__(self, name: str, faults: Faults) -> None:
        self.target = ""
        self._name = name
        self._faults = faults

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Its address."""
        async with ClientSession(auto_decompress=False) as session:
            self._session = session
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", self._pass_on)
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            try:
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        edge = f"{request.method} {self._name} {_shape(request.path)}"
        fault = self._faults.by_request.get(request.headers.get("X-Request-Id", ""), Fault())
        spoils = fault.spoils(edge)
        content = await request.read()
        held = [line["product_id"] for line in json.loads(content)["lines"]] if edge == HOLD else []
        for product in held:
            if before := self._faults.before_hold.get(product):
                await before()
        try:
            status, headers, body = await self._effect(request, content)
        except ClientError:
            return web.Response(status=502)
        for product in held:
            if after := self._faults.after_hold.get(product):
                await after()
        if not spoils:
            return web.Response(status=status, headers=headers, body=body)
        self._faults.spoilt[edge] += 1
        return await _spoilt(request, fault.manner, status, headers, body)

    async def _effect(self, request: web.Request, content: bytes) -> tuple[int, Mapping[str, str], bytes]:
        async with self._session.request(
            request.method,
            self.target + request.path_qs,
            headers={name: value for name, value in request.headers.items() if name.lower() not in HOPS},
            data=content or None,
            allow_redirects=False,
        ) as answer:
            headers = {name: value for name, value in answer.headers.items() if name.lower() not in HOPS}
            return answer.status, headers, await answer.read()


async def _spoilt(
    request: web.Request, manner: Manner, status: int, headers: Mapping[str, str], body: bytes
) -> web.StreamResponse:
    match manner:
        case "502" | "504":
            return web.Response(status=int(manner), text="<html>Bad gateway</html>", content_type="text/html")
        case "late":
            await asyncio.sleep(LATE)
            return web.Response(status=status, headers=headers, body=body)
        case "half":
            half = web.StreamResponse(status=status, headers={**headers, "Content-Length": str(len(body) + 1)})
            await half.prepare(request)
            await half.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _shape(path: str) -> str:
    """A path without its ids."""
    return "/".join("{id}" if len(part) == 36 and part.count("-") == 4 else part for part in path.split("/"))
