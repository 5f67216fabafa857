"""The ways in which one service reaches another: inside a process, and over HTTP.

Over HTTP means the real app of the neighbour, with its guards and limits, on a free port of the loopback.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import uvicorn
from fastapi import APIRouter, Response

from adapters.bootstrap.identities import callers, own_key
from adapters.inbound.web.app import create_app
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import product_router
from adapters.inbound.web.user import user_router
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier
from tests.adapters.neighbours.shop import Shop
from tests.fakes import SequentialIds

Port = TypeVar("Port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[Port]):
    """The neighbours, to arrange things by, and the adapter by which a service sees one of them."""

    shop: Shop
    adapter: Port


Opener = Callable[[], AbstractAsyncContextManager[Stage[Any]]]


def in_process(adapter: Callable[[Shop], object]) -> Opener:
    """Opens a stage on which the neighbours live in this process."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Stage[Any]]:
        shop = Shop()
        yield Stage(shop=shop, adapter=adapter(shop))

    return opened


def over_http(service: str, adapter: Callable[[Channel], object], *, caller: str = "order") -> Opener:
    """Opens a stage on which `service` is called over HTTP, by one that proves itself as `caller`."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Stage[Any]]:
        shop = Shop()
        async with served(shop, service) as url, channel(shop, url, service, caller) as to_it:
            yield Stage(shop=shop, adapter=adapter(to_it))

    return opened


def broken_ways(make: Callable[[Any, Shop], object], *twins: type) -> Mapping[str, Opener]:
    """Stages in this process with broken adapters, each made of its class and the shop, by the names of the classes."""
    return {twin.__name__: in_process(partial(make, twin)) for twin in twins}


def channel(shop: Shop, url: str, service: str, caller: str = "order") -> Channel:
    """Repeats without a pause."""
    key = own_key(caller, "")
    tokens = Ed25519ServiceTokens(name=caller, key=key, clock=shop.clock, new_id=SequentialIds(shop.clock))
    return Channel(url, audience=service, tokens=tokens, clock=shop.clock, chance=lambda: 0.0)


@asynccontextmanager
async def served(shop: Shop, service: str) -> AsyncIterator[str]:
    """The address of the running service, behind a load balancer that says so when there is no answer."""
    app = create_app(
        service,
        [_router(shop, service)],
        version="0",
        verifier=Nobody(),
        service_verifier=ServiceTokenVerifier(name=service, peers=callers(""), clock=shop.clock),
        clock=shop.clock,
        new_id=SequentialIds(shop.clock),
        docs=False,
    )

    async def balanced(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (shop.is_away or shop.loses_answers):
            if shop.loses_answers:
                await app(scope, receive, _nowhere)
            await Response(status_code=502)(scope, receive, send)
        else:
            await app(scope, receive, send)

    config = uvicorn.Config(balanced, log_config=None, access_log=False, ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # asyncio sends at once only on sockets that name their protocol: others wait 40 ms for an acknowledgement.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        await server.startup([listening])
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            await _shut_down(server)


async def _nowhere(message: object) -> None:
    """Where answers go that are lost."""


async def _shut_down(server: uvicorn.Server) -> None:
    """What `Server.shutdown` does, without its sleep of a tenth of a second: every clause has a server of its own."""
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110 - they tell nobody
        await asyncio.sleep(0)
    await server.lifespan.shutdown()


def _router(shop: Shop, service: str) -> APIRouter:
    match service:
        case "product":
            return product_router(shop.product)
        case "cart":
            return cart_router(shop.cart)
        case "order":
            return order_router(shop.order)
        case "user":
            return user_router(shop.user, issuer="http://127.0.0.1")
    raise ValueError(service)


class Nobody(TokenVerifier):
    """Lets no customer in: what services tell each other is not theirs to ask."""

    async def verify(self, token: str) -> Caller:
        raise Unauthenticated("Nobody is a customer here.")
