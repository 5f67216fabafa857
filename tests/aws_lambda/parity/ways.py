"""How requests reach a shop: over sockets to containers, or as events to functions, each with a shop of its own."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import uvicorn

from adapters.bootstrap.aws_lambda.process import PARTS
from adapters.bootstrap.common import Common
from adapters.bootstrap.discretion import discreet_lifespan
from adapters.bootstrap.heads import LimitedHeads
from adapters.bootstrap.over_http.cart import cart_container
from adapters.bootstrap.over_http.order import order_container
from adapters.bootstrap.over_http.product import product_container
from adapters.bootstrap.over_http.user import user_container
from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings import Service
from adapters.bootstrap.web import web_app
from adapters.inbound.aws_lambda.http import HttpEvents
from adapters.inbound.web.openapi import ShopApp
from tests.aws_lambda.events import WAYS, Answer, Context, Event, Got, Sent, got
from tests.aws_lambda.parity.probe import probe_app
from tests.aws_lambda.parity.shop import Shop
from tests.security.shops import SERVICES

To = Service | Literal["probe"]
Handler = Callable[[Event, Any], Answer]
Twin = Callable[[Handler], Handler]
EVERYBODY: tuple[To, ...] = (*SERVICES, "probe")
CONTAINER = "container"
CONTAINERS: Mapping[To, Callable[[Common], ShopApp]] = {
    "product": product_container,
    "user": user_container,
    "cart": cart_container,
    "order": order_container,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A shop, and how it is asked."""

    name: str
    shop: Shop
    ask: Callable[[To, Sent], Got]


@contextmanager
def way(name: str, *, twin: Twin = lambda handler: handler, **settings: object) -> Iterator[Way]:
    """To an empty shop: `container`, or one of the ways of events; a `twin` breaks the handler."""
    shop = Shop.new(**settings)
    with containers(shop) if name == CONTAINER else functions(shop, name, twin) as ask:
        yield Way(name=name, shop=shop, ask=ask)


@contextmanager
def containers(shop: Shop) -> Iterator[Callable[[To, Sent], Got]]:
    """Each service on a socket, with a thread and an event loop of its own, as `adapters.bootstrap.asgi` serves it."""
    with ExitStack() as stack:
        # asyncio sends at once only on sockets that name their protocol: others wait 40 ms for an acknowledgement.
        sockets = {to: stack.enter_context(socket.socket(proto=socket.IPPROTO_TCP)) for to in EVERYBODY}
        for each in sockets.values():
            each.bind(("127.0.0.1", 0))
        ports = {to: each.getsockname()[1] for to, each in sockets.items()}
        urls = {f"{service}_url": f"http://127.0.0.1:{ports[service]}" for service in SERVICES}
        for to in EVERYBODY:
            common = shop.common("product" if to == "probe" else to, **urls)
            app = probe_app(common, carried=False) if to == "probe" else CONTAINERS[to](common)
            stack.enter_context(_serving(app, sockets[to]))
        connections = {to: http.client.HTTPConnection("127.0.0.1", port, timeout=30) for to, port in ports.items()}
        for connection in connections.values():
            stack.callback(connection.close)
        yield lambda to, sent: _over(connections[to], sent)


@contextmanager
def _serving(app: ShopApp, listening: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        discreet_lifespan(app),
        http=LimitedHeads,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _over(connection: http.client.HTTPConnection, sent: Sent) -> Got:
    """Byte for byte what a load balancer would pass on."""
    connection.putrequest(sent.method, sent.target, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.forwarded:
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(sent.body or None)
    try:
        answer = connection.getresponse()
        headers = [(name.lower(), value) for name, value in answer.getheaders()]
        return Got(status=answer.status, headers=headers, body=answer.read())
    finally:
        connection.close()  # it opens again by itself


@contextmanager
def functions(shop: Shop, name: str, twin: Twin) -> Iterator[Callable[[To, Sent], Got]]:
    """Each service behind events of that name, as `adapters.bootstrap.aws_lambda.http` answers them."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        opening = _functions(shop)
        apps = loop.run_until_complete(opening.__aenter__())
        handlers: Mapping[To, Handler] = {to: twin(HttpEvents(app)) for to, app in apps.items()}
        yield lambda to, sent: _invoked(handlers[to], WAYS[name](sent))
        loop.run_until_complete(opening.__aexit__(None, None, None))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@asynccontextmanager
async def _functions(shop: Shop) -> AsyncIterator[Mapping[To, ShopApp]]:
    async with AsyncExitStack() as opening:
        apps: dict[To, ShopApp] = {"probe": probe_app(shop.common("product"), carried=True)}
        for service in SERVICES:
            common = shop.common(service)
            parts = resolve(PARTS[service])(common, common.settings)
            for resource in (common.telemetry.spans, common.stores, *parts.resources):
                await opening.enter_async_context(resource)
            apps[service] = web_app(common, parts.router(), verifier=parts.verifier, carried=True)
            apps[service].state.started = True
        yield apps


def _invoked(handler: Handler, event: Event) -> Got:
    return got(handler(json.loads(json.dumps(event)), Context()))
