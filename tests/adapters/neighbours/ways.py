"""Runs a test on both ways in which one service reaches another: inside a process, and over HTTP.

Over HTTP means the real app of the neighbour, with its guards and limits, on a free port of the loopback.
"""

import inspect
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter

from adapters.inbound.web.app import create_app
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import product_router
from adapters.inbound.web.user import user_router
from adapters.outbound.http_client import cart as http_cart
from adapters.outbound.http_client import order as http_order
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.in_process import cart as in_process_cart
from adapters.outbound.in_process import order as in_process_order
from adapters.outbound.log.order import LogPublisher
from adapters.outbound.memory.cart import MemoryCartStore
from adapters.outbound.memory.order import MemoryOrderStore
from adapters.outbound.memory.product import MemoryProductStore
from adapters.outbound.memory.user import MemoryUserStore
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.service_tokens import HmacServiceTokens, ServiceTokenVerifier
from core.cart import ports as cart_ports
from core.cart.use_cases import CartUseCases
from core.order import ports as order_ports
from core.order.use_cases import OrderUseCases
from core.product.use_cases import ProductUseCases
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import KeySource, TokenVerifier
from core.user.model import AccessToken, User
from core.user.ports import AccessTokens
from core.user.use_cases import UserUseCases
from tests.fakes import FixedClock, PlainPasswords, SequentialIds, SequentialSecrets

SECRET = "a secret that only the services of this test know"
KEYS: Mapping[str, object] = {
    "keys": [{"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB"}]
}

Test = Callable[..., Coroutine[Any, Any, None]]


class Shop:
    """Four services over memory; the orders' repository is there to be filled without a checkout."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.new_id = SequentialIds(self.clock)
        self.orders = MemoryOrderStore().orders

    @cached_property
    def product(self) -> ProductUseCases:
        store = MemoryProductStore()
        return ProductUseCases.over(
            products=store.products, stocks=store.stocks, clock=self.clock, new_id=self.new_id, currency="USD"
        )

    @cached_property
    def user(self) -> UserUseCases:
        store = MemoryUserStore()
        return UserUseCases.over(
            users=store.users,
            sessions=store.sessions,
            passwords=PlainPasswords(),
            access_tokens=PublishedKeys(),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=SequentialSecrets(),
            session_lasts=timedelta(days=1),
        )

    @cached_property
    def cart(self) -> CartUseCases:
        return CartUseCases.over(
            carts=MemoryCartStore().carts,
            catalog=in_process_cart.InProcessCatalog(self.product),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=SequentialSecrets(),
            currency="USD",
        )

    @cached_property
    def order(self) -> OrderUseCases:
        return OrderUseCases.over(
            orders=self.orders,
            carts=in_process_order.InProcessCarts(self.cart),
            catalog=in_process_order.InProcessCatalog(self.product),
            stock=in_process_order.InProcessStock(self.product),
            addresses=in_process_order.InProcessAddressBook(self.user),
            publisher=LogPublisher(),
            clock=self.clock,
            new_id=self.new_id,
            checkout_seconds=30,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The ports by which a service sees the others."""

    catalog_of_carts: cart_ports.Catalog
    catalog_of_orders: order_ports.Catalog
    stock: order_ports.Stock
    stock_records: order_ports.StockRecords
    carts: order_ports.Carts
    addresses: order_ports.AddressBook
    order_records: order_ports.OrderRecords
    keys: KeySource


@asynccontextmanager
async def in_process(shop: Shop, _: str) -> AsyncIterator[Neighbours]:
    yield Neighbours(
        catalog_of_carts=in_process_cart.InProcessCatalog(shop.product),
        catalog_of_orders=in_process_order.InProcessCatalog(shop.product),
        stock=in_process_order.InProcessStock(shop.product),
        stock_records=in_process_order.InProcessStockRecords(shop.product),
        carts=in_process_order.InProcessCarts(shop.cart),
        addresses=in_process_order.InProcessAddressBook(shop.user),
        order_records=in_process_order.InProcessOrderRecords(shop.order),
        keys=OwnKeys(PublishedKeys()),
    )


@asynccontextmanager
async def over_http(shop: Shop, service: str) -> AsyncIterator[Neighbours]:
    """Only `service` is there; what the others should answer is not."""
    async with (
        served(shop, service) as url,
        channel(shop, url, service) as to_it,
        channel(shop, url, service, "audit") as to_books,
    ):
        yield Neighbours(
            catalog_of_carts=http_cart.HttpCatalog(to_it),
            catalog_of_orders=http_order.HttpCatalog(to_it),
            stock=http_order.HttpStock(to_it),
            stock_records=http_order.HttpStockRecords(to_books),
            carts=http_order.HttpCarts(to_it),
            addresses=http_order.HttpAddressBook(to_it),
            order_records=http_order.HttpOrderRecords(to_books),
            keys=HttpKeySource(to_it),
        )


WAYS: Mapping[str, Callable[[Shop, str], AbstractAsyncContextManager[Neighbours]]] = {
    "in_process": in_process,
    "http_client": over_http,
}


def on_every_way(service: str) -> Callable[[Test], Test]:
    """Calls an `async def test_...(shop, neighbours, ...)` once for each way to reach `service`."""

    def decorate(test: Test) -> Test:
        async def on_one(way: str, **arguments: Any) -> None:
            shop = Shop()
            async with WAYS[way](shop, service) as neighbours:
                await test(shop, neighbours, **arguments)

        signature = inspect.signature(test)
        shop, _, *rest = signature.parameters.values()
        parameters = [shop.replace(name="way", annotation=str), *rest]
        on_one.__name__, on_one.__doc__, on_one.__module__ = test.__name__, test.__doc__, test.__module__
        on_one.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # pytest reads it
        on_each: Test = pytest.mark.parametrize("way", WAYS)(on_one)
        return on_each

    return decorate


async def pages(books: order_ports.OrderRecords | order_ports.StockRecords, *, limit: int) -> list[tuple[Any, ...]]:
    """The pages of a list, up to the last one or the tenth."""
    found: list[tuple[Any, ...]] = []
    after = None
    while len(found) < 10:
        page, after = await books.list(limit=limit, after=after)
        found.append(page)
        if after is None:
            break
    return found


def channel(shop: Shop, url: str, service: str, caller: str = "order") -> Channel:
    tokens = HmacServiceTokens(name=caller, secret=SECRET, clock=shop.clock, new_id=shop.new_id)
    return Channel(url, audience=service, tokens=tokens, clock=shop.clock)


@asynccontextmanager
async def served(shop: Shop, service: str) -> AsyncIterator[str]:
    """The address of the running service."""
    app = create_app(
        service,
        [_router(shop, service)],
        version="0",
        verifier=Nobody(),
        service_verifier=ServiceTokenVerifier(name=service, secret=SECRET, clock=shop.clock),
        clock=shop.clock,
        new_id=shop.new_id,
        docs=False,
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        await server.startup([listening])
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            await server.shutdown([listening])


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


class PublishedKeys(AccessTokens):
    """Has keys to publish, and signs nothing."""

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        raise NotImplementedError

    def jwks(self) -> Mapping[str, object]:
        return KEYS


class Nobody(TokenVerifier):
    """Lets no customer in: what services tell each other is not theirs to ask."""

    async def verify(self, token: str) -> Caller:
        raise Unauthenticated("Nobody is a customer here.")
