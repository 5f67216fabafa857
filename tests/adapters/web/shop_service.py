"""The product, cart and order services over HTTP and one shop in memory; answers are held against the document."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient, Response

from adapters.inbound.web.app import create_app
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import ImportLimits, product_router
from core.shared.context import Caller
from core.shared.errors import Unavailable
from core.shared.ports import Clock
from tests.adapters.web.conformity import assert_conforms
from tests.adapters.web.sample import NamedTokens, bearer, started
from tests.builders import an_id
from tests.core.order.orders import ALICE, BOB
from tests.core.order.shop import Hook, Shop

ANN = an_id(903)
AS_ALICE, AS_BOB, AS_ADMIN = bearer("alice"), bearer("bob"), bearer("admin")
AS_ORDER, AS_CART, AS_AUDIT = bearer("order-service"), bearer("cart-service"), bearer("audit-service")
UNKNOWN = an_id(999_999)
MALFORMED = "no-id"
IMPORT_LIMIT = 2**25


def shop_app(name: str, shop: Shop, hook: Hook | None = None, *, clock: Clock | None = None) -> FastAPI:
    """One of the three services; who calls is told from tokens that say so."""
    services = shop.services(hook)
    time = clock or shop.clock
    routers = {
        "product": lambda: product_router(
            services.product, ImportLimits(body_bytes=IMPORT_LIMIT, monotonic=time.monotonic)
        ),
        "cart": lambda: cart_router(services.cart),
        "order": lambda: order_router(services.order),
    }
    people = {
        "alice": Caller(id=ALICE, kind="customer", roles=frozenset({"customer"})),
        "bob": Caller(id=BOB, kind="customer", roles=frozenset({"customer"})),
        "admin": Caller(id=ANN, kind="customer", roles=frozenset({"customer", "admin"})),
    }
    return create_app(
        name,
        [routers[name]()],
        version="test",
        verifier=NamedTokens(people),
        service_verifier=NamedTokens(
            {f"{each}-service": Caller(id=each, kind="service") for each in ("order", "cart", "audit")}
        ),
        clock=time,
        new_id=shop.new_id,
    )


class Client:
    """Calls one service, and checks that every answer is as declared."""

    def __init__(self, app: FastAPI, shop: Shop, http: AsyncClient) -> None:
        self.app = app
        self.shop = shop
        self.http = http

    async def __call__(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, status: int = 200
    ) -> Response:
        """`body` is sent as JSON, or as it is if it is bytes."""
        options = {} if body is None else {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/json", **(headers or {})}
        response = await self.http.request(method, path, headers=headers, **options)
        assert response.status_code == status, response.text
        assert_conforms(self.app, response)
        return response

    async def problem(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, status: int
    ) -> dict[str, Any]:
        """The refusal of such a call."""
        document: dict[str, Any] = (await self(method, path, body, headers, status=status)).json()
        return document


@asynccontextmanager
async def shop_service(name: str, *, shop: Shop | None = None, hook: Hook | None = None) -> AsyncIterator[Client]:
    """A client of the service `name`; `hook` is called around every call of a port."""
    shop = shop or Shop()
    app = shop_app(name, shop, hook)
    async with started(app) as http:
        yield Client(app, shop, http)


def if_match(tag: str) -> dict[str, str]:
    """Based on the version that this text, without its quotes, tags."""
    return {"If-Match": f'"{tag}"'}


def usd_json(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def away(*wheres: str) -> Hook:
    """A collaborator that answers no call of these."""

    async def hook(where: str) -> None:
        if where in wheres:
            raise Unavailable("The neighbour does not answer.", retry_after=3)

    return hook


async def filled(call: Client, *, units: int = 5, quantity: int = 2, price: int = 1_000) -> str:
    """The product of which there is something in Alice's cart."""
    id = await call.shop.sell(units, price=price)
    await call.shop.put(id, quantity)
    return id
