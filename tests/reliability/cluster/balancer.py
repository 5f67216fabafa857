"""A load balancer as an Application Load Balancer is to pods: it checks them, keeps connections, and repeats nothing.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    web,
)

from tests.reliability.cluster.times import Times

HOPS = ("connection", "transfer-encoding", "keep-alive", "host", "content-length")


@dataclass(eq=False, slots=True, kw_only=True)
class Target:
    """A pod as the load balancer sees it: it is sent requests while it is healthy and does not drain."""

    url: str
    session: ClientSession
    healthy: asyncio.Event = field(default_factory=asyncio.Event)
    draining: bool = False
    checks: asyncio.Task[None]


class LoadBalancer:
    """Before the replicas of one service. Enter `listening` first; `errors` counts its own answers, 502 and 503."""

    def __init__(self, times: Times) -> None:
        self.errors = Counter[str]()
        self._times = times
        self._targets: list[Target] = []
        self._turn = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Its address."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=3600, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
            for target in list(self._targets):
                await self._forget(target)

    async def register(self, url: str) -> None:
        """Once its checks have said that it is healthy, it is sent requests."""
        session = ClientSession(
            connector=TCPConnector(limit=0, keepalive_timeout=self._times.idle),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            middlewares=(_once,),
        )
        target = Target(url=url, session=session, checks=asyncio.create_task(asyncio.sleep(0)))
        target.checks = asyncio.create_task(self._check(target))
        self._targets.append(target)
        await target.healthy.wait()

    async def deregister(self, url: str) -> None:
        """It gets no more requests; those under way have the deregistration delay, then their connections are cut."""
        target = next(target for target in self._targets if target.url == url)
        target.draining = True
        await asyncio.sleep(self._times.deregistration)
        await self._forget(target)

    async def _forget(self, target: Target) -> None:
        self._targets.remove(target)
        target.checks.cancel()
        await target.session.close()

    async def _check(self, target: Target) -> None:
        """Two equal checks change its mind, as the ingress says."""
        timeout = ClientTimeout(total=self._times.check_timeout)
        equal = 0
        while True:
            try:
                async with target.session.get(f"{target.url}/readyz", timeout=timeout) as answer:
                    well = answer.status == 200
            except (ClientError, TimeoutError):
                well = False
            equal = 0 if well == target.healthy.is_set() else equal + 1
            if equal >= self._times.threshold:
                equal = 0
                if well:
                    target.healthy.set()
                else:
                    target.healthy.clear()
            await asyncio.sleep(self._times.check_interval)

    async def _pass_on(self, request: web.Request) -> web.Response:
        content = await request.read()
        targets = [target for target in self._targets if target.healthy.is_set() and not target.draining]
        if not targets:
            return self._own(503)
        self._turn += 1
        target = targets[self._turn % len(targets)]
        try:
            async with target.session.request(
                request.method,
                target.url + request.path_qs,
                headers={name: value for name, value in request.headers.items() if name.lower() not in HOPS},
                data=content or None,
                allow_redirects=False,
            ) as answer:
                headers = {name: value for name, value in answer.headers.items() if name.lower() not in HOPS}
                return web.Response(status=answer.status, headers=headers, body=await answer.read())
        except ClientError:
            return self._own(502)

    def _own(self, status: int) -> web.Response:
        self.errors[str(status)] += 1
        return web.Response(status=status)


async def _once(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Sends it once: aiohttp would ask again by itself, which would hide that a connection was cut."""
    try:
        return await send(request)
    except ClientError as error:
        raise ClientError(str(error)) from error
