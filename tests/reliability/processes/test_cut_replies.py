"""On every edge between services, and to each call's number, an answer is spoilt after its effect; all comes right."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from typing import TypeVar, get_args

import httpx

from adapters.bootstrap.actions import audit
from tests.reliability.processes.books import settled
from tests.reliability.processes.errand import ASKED_MAX, ERRANDS, Errand, Scene, Town
from tests.reliability.processes.proxy import LATE, Fault, Faults, Manner, Proxy
from tests.system.services import ADMIN, PATIENCE, SERVICES, Services, services

DEEP = bool(os.environ.get("DEEP"))
AT_ONCE = 12
IMPATIENCE = LATE - 0.1
"""Seconds: so that a late answer is none to the client either."""
ATTEMPTS = 3
"""How often one service asks another before it gives up."""
T = TypeVar("T")
_ALL = list(product(get_args(Manner), (1, ATTEMPTS), (False, True)))
WAYS: list[tuple[Manner, int, bool]] = [
    way for way in _ALL if DEEP or way[0] == "cut" or way[1:] == (ATTEMPTS, way[0] in ("502", "late"))
]
"""How an answer is spoilt, once or so often that the caller gives up, and whether the worker recovers it or the client.

Of the manners that are not a cut, one way each; with DEEP=1 all.
"""
EDGES = {
    "GET cart /internal/v1/carts/{id}",
    "GET cart /v1/cart",
    "GET product /v1/products",
    "GET user /.well-known/jwks.json",
    "GET user /internal/v1/users/{id}/addresses/{id}",
    "PATCH order /v1/orders/{id}",
    "POST cart /internal/v1/carts/{id}/subtract",
    "POST cart /v1/cart/items",
    "POST cart /v1/cart/merge",
    "POST order /v1/orders",
    "POST order /v1/orders/{id}/cancel",
    "POST product /internal/v1/holds/{id}/release",
    "POST product /internal/v1/holds/{id}/settle",
    "PUT cart /v1/cart/items/{id}",
    "PUT product /internal/v1/holds/{id}",
}


@asynccontextmanager
async def shop_behind_proxies() -> AsyncIterator[tuple[Services, Town]]:
    """A shop whose services, and customers, reach each other through proxies."""
    faults = Faults()
    proxies = {name: Proxy(name, faults) for name in SERVICES}
    async with AsyncExitStack() as stack:
        urls = {name: await stack.enter_async_context(proxy.listening()) for name, proxy in proxies.items()}
        environ = {"WORKER_SECONDS": "0.2", "LOG_LEVEL": "ERROR"}
        environ |= {f"{name.upper()}_URL": url for name, url in urls.items()}
        shop = await stack.enter_async_context(services("memory", environ=environ))
        for name, proxy in proxies.items():
            proxy.target = shop.urls[name]
        yield (
            shop,
            Town(
                plain=shop.urls,
                urls=urls,
                http=await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=PATIENCE)),
                impatient=await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=IMPATIENCE)),
                admin=await shop.customer(ADMIN),
                faults=faults,
            ),
        )


@dataclass(slots=True, kw_only=True)
class Case:
    """An errand that loses the answer of `call`, its call of that number, in a manner and so many times.

    Then its client asks again; at once, or when the worker has done what it can.
    """

    errand: Errand
    number: int
    call: str
    manner: Manner
    times: int
    by_worker: bool
    scene: Scene | None = None

    async def begin(self, town: Town) -> None:
        self.scene = await self._spoilt(town)
        if not self.by_worker:
            await self.errand.finish(self.scene)

    async def _spoilt(self, town: Town) -> Scene:
        """The scene after an attempt that met the fault; on a busy machine one may end before it comes so far."""
        for _ in range(ASKED_MAX):
            fault = Fault(number=self.number, manner=self.manner, times=self.times)
            scene = await self.errand.scene(town)
            await self.errand.run(scene, fault)
            if fault.spoilt and fault.calls[self.number] == self.call:
                return scene
        raise AssertionError(f"{self.errand.name} never comes to {self.call}.")

    async def end(self) -> list[str]:
        assert self.scene is not None
        await self.errand.finish(self.scene)
        found = await self.errand.differences(self.scene)
        return [f"{self.manner} {self.times}x at {self.call}, call {self.number}: {it}" for it in found]


async def calls_of(errand: Errand, town: Town) -> list[str]:
    """Those that the errand comes to when all goes well."""
    for _ in range(ASKED_MAX):
        calm, scene = Fault(), await errand.scene(town)
        if await errand.run(scene, calm) in errand.done and not await errand.differences(scene):
            return calm.calls
    raise AssertionError(f"{errand.name} is never done at once.")


async def cases(town: Town) -> list[Case]:
    """Every call of every errand, in every one of the ways."""
    return [
        Case(errand=errand, number=number, call=call, manner=manner, times=times, by_worker=by_worker)
        for errand in ERRANDS
        for number, call in enumerate(await calls_of(errand, town))
        for manner, times, by_worker in WAYS
    ]


async def test_an_answer_spoilt_after_its_effect_changes_nothing_in_the_end(figure: Callable[[str], None]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    async with shop_behind_proxies() as (shop, town):
        await keys_are_lost_once(town)
        all_cases = await cases(town)

        async def in_turn(act: Awaitable[T]) -> T:
            async with turn:
                return await act

        await asyncio.gather(*(in_turn(case.begin(town)) for case in all_cases))
        await settled(shop)
        ends = await asyncio.gather(*(in_turn(case.end()) for case in all_cases))
        await settled(shop)
        audited = await audit(shop.environment)
        differences = [sentence for found in ends for sentence in found] + [one.sentence for one in audited.differences]
    assert not differences, "\n".join(differences)
    assert set(town.faults.spoilt) == EDGES
    figure(
        f"Replies cut, halved, late, 502 and 504 after their effect: {len(EDGES)} HTTP edges, {len(all_cases)} cases, "
        f"{town.faults.spoilt.total()} spoilt replies, 0 differences"
    )


async def keys_are_lost_once(town: Town) -> None:
    """The first answer with the keys to check tokens by, to each service that asks for them; the next is good."""
    for client, method, path in (
        (town.admin.product, "POST", "/v1/products"),
        (town.admin.cart, "GET", "/v1/cart"),
        (town.admin.order, "GET", "/v1/orders"),
    ):
        town.faults.by_request[""] = Fault(number=0)  # fetching keys belongs to no request
        statuses = [(await client.request(method, path)).status_code]
        while statuses[-1] == 503:
            await asyncio.sleep(0.2)
            statuses.append((await client.request(method, path)).status_code)
        assert statuses[0] == 503, path
    del town.faults.by_request[""]
