"""Requests straight into the apps of the services, without sockets."""

from typing import Any
from urllib.parse import urlencode

from starlette.types import Message

from adapters.inbound.web.app import create_app
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import product_router
from adapters.outbound.snowball.product import SnowballStemmer
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core.order.use_cases import OrderUseCases
from core.product.use_cases import ProductUseCases
from core.shared.context import Caller
from core.shared.ports import TokenVerifier
from tests.bench.stores import Bench
from tests.core.order.orders import ALICE


class Alice(TokenVerifier):
    """Takes everybody for the same customer."""

    async def verify(self, token: str) -> Caller:
        return Caller(id=ALICE, kind="customer", roles=frozenset({"customer"}))


class Requests:
    """Sends requests to the product and order services of a shop, straight into their apps."""

    def __init__(self, bench: Bench) -> None:
        clock = SystemClock()
        new_id = Uuid7(clock)
        self.product = ProductUseCases.over(
            products=bench.product.products,
            stocks=bench.product.stocks,
            stemmer=SnowballStemmer(),
            clock=clock,
            new_id=new_id,
            currency="USD",
        )
        nobody: Any = None
        order = OrderUseCases.over(
            orders=bench.orders,
            carts=nobody,
            catalog=nobody,
            stock=nobody,
            addresses=nobody,
            publisher=nobody,
            clock=clock,
            new_id=new_id,
            checkout_seconds=30,
        )
        routers = {"products": product_router(self.product), "orders": order_router(order)}
        self._apps = {
            name: create_app(
                name,
                [router],
                version="0",
                verifier=Alice(),
                service_verifier=Alice(),
                clock=clock,
                new_id=new_id,
                request_seconds=3600,
                docs=False,
            )
            for name, router in routers.items()
        }

    async def get(self, path: str, **query: object) -> bytes:
        """The body of the answer, which must be a 200."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": urlencode({name: value for name, value in query.items() if value is not None}).encode(),
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), (b"authorization", b"Bearer alice")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await self._apps[path.split("/")[2]](scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent)
        assert sent[0]["status"] == 200, body
        return body
