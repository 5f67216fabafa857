"""A whole shop in one process: the four web apps over memory, called over ASGI, with a clock that is set.

It is plugged together from bootstrap's own parts (settings, guards, accounts), with the neighbours in process.
Ready callers come with it: customers who really registered and signed in, an admin, and the services.

    async with shop() as s:
        alice = await s.customer("alice")
        await s.client("order").get("/v1/orders", headers=alice.headers)
        await s.client("product").post("/v1/products", json=product_json(), headers=(await s.admin()).headers)
        await s.client("product").get("/internal/v1/stock", headers=bearer(s.service_token("audit", "product")))
"""

import functools
import re
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import APIRouter

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.cart import cart_use_cases
from adapters.bootstrap.common import Caller, Common
from adapters.bootstrap.identities import own_key
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Service, Settings, checked
from adapters.bootstrap.verifiers import access_tokens
from adapters.bootstrap.web import web_app
from adapters.inbound.web.cart import cart_router
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.order import order_router
from adapters.inbound.web.product import product_router
from adapters.inbound.web.user import user_router
from adapters.outbound.in_process.cart import InProcessCatalog as CatalogOfCarts
from adapters.outbound.in_process.order import InProcessAddressBook, InProcessCarts, InProcessCatalog, InProcessStock
from adapters.outbound.memory.order import MemoryPublisher
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.outbound.security.keys import new_signing_key
from adapters.outbound.security.service_keys import ServiceKey
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens
from adapters.outbound.system.ids import Uuid7
from core.order.use_cases import OrderUseCases
from core.product.use_cases import ProductUseCases
from core.shared.mail import Mail
from core.shared.ports import NewId, Notifier, TokenVerifier
from core.user.use_cases import UserUseCases
from tests.fakes import FixedClock, PlainStemmer

SERVICES: tuple[Service, ...] = ("product", "user", "cart", "order")
ADMIN = "admin@example.com"
PASSWORD = "a password for tests"

Routers = Mapping[Service, Callable[[Any], APIRouter]]
"""What makes a service's router of its use cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who registered and signed in."""

    id: str
    email: str
    password: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.access_token)


class Mailbox(Notifier):
    """Keeps what was sent, in order."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


@dataclass(kw_only=True)
class Shop:
    """A running shop: its apps, the use cases behind them, its stores, and the clock of them all."""

    settings: Settings
    clock: FixedClock
    new_id: NewId
    apps: Mapping[Service, ShopApp]
    use_cases: Mapping[Service, Any]
    stores: Mapping[Service, Any]
    access_tokens: Any
    publisher: MemoryPublisher
    mailbox: Mailbox
    _people: dict[str, Person] = field(default_factory=dict)
    _clients: dict[tuple[Service, str], httpx.AsyncClient] = field(default_factory=dict)

    def client(self, service: Service, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """Calls a service, from that address. What would reach a caller as a 500 does so here."""
        if (service, address) not in self._clients:
            transport = httpx.ASGITransport(self.apps[service], raise_app_exceptions=False, client=(address, 50_000))
            self._clients[service, address] = httpx.AsyncClient(
                transport=transport, base_url="http://shop.test", trust_env=False
            )
        return self._clients[service, address]

    async def customer(self, name: str = "customer") -> Person:
        """The person of that name, signed in since they were first asked for."""
        if name not in self._people:
            self._people[name] = await self.sign_up(f"{name}@example.com")
        return self._people[name]

    async def admin(self) -> Person:
        return await self.customer(ADMIN.partition("@")[0])

    async def sign_up(self, email: str, *, password: str = PASSWORD) -> Person:
        """A new account, and signed in; each comes from an address of its own."""
        http = self.client("user", address=address_of(email))
        body = {"email": email, "password": password, "name": "Sam Shopper"}
        registered = await http.post("/v1/users", json=body)
        assert registered.status_code == 201, registered.text
        return await self.sign_in(email, registered.json()["id"], password=password)

    async def sign_in(self, email: str, id: str, *, password: str = PASSWORD) -> Person:
        http = self.client("user", address=address_of(email))
        login = await http.post("/v1/auth/login", json={"email": email, "password": password})
        assert login.status_code == 200, login.text
        tokens = login.json()
        return Person(
            id=id,
            email=email,
            password=password,
            access_token=tokens["access_token"],
            refresh_token=tokens["refresh_token"],
        )

    async def mailed_token(self, email: str) -> str:
        """The token in the last mail to this address, once every mail that waits was sent."""
        await self.use_cases["user"].send_mails(limit=10_000)
        text = next(mail.text for mail in reversed(self.mailbox.sent) if mail.to == email)
        token = re.search(r"^[\w-]{43}$", text, re.MULTILINE)
        assert token is not None, text
        return token[0]

    async def guest(self) -> dict[str, str]:
        """The headers of a guest with a cart."""
        answer = await self.client("cart").post("/v1/cart/guest")
        assert answer.status_code == 201, answer.text
        return {"X-Cart-Token": answer.json()["cart_token"]}

    async def product(self, sku: str, *, stock: int = 5) -> dict[str, Any]:
        """A new product, as it was answered."""
        headers = (await self.admin()).headers
        answer = await self.client("product").post("/v1/products", json=product_json(sku, stock=stock), headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def service_token(self, caller: Caller, audience: str) -> str:
        """What `caller` shows to the service `audience`."""
        tokens = Ed25519ServiceTokens(name=caller, key=service_key(caller), clock=self.clock, new_id=self.new_id)
        return tokens.issue(audience)


@asynccontextmanager
async def shop(
    *, routers: Routers | None = None, clock: FixedClock | None = None, **settings: object
) -> AsyncIterator[Shop]:
    """A new and empty shop. `settings` are those of bootstrap that are to differ; `routers` replace the real ones."""
    chosen = checked(
        Settings,
        {
            "bcrypt_cost": 4,
            "bootstrap_admin_email": ADMIN,
            "signing_keys": signing_key(),
            "event_publisher": "memory",
            **settings,
        },
    )
    clock = clock or FixedClock()
    commons = {service: _common(service, chosen, clock) for service in SERVICES}
    stores = {service: common.stores.of(service) for service, common in commons.items()}
    tallies = commons["user"].stores.tallies_of("user", clock)
    accounts = Accounts.over(
        stores["user"],
        chosen,
        tallies=tallies,
        clock=clock,
        new_id=commons["user"].new_id,
        telemetry=commons["user"].telemetry,
    )
    publisher, mailbox = MemoryPublisher(), Mailbox()
    users = accounts.use_cases
    users = replace(users, send_mails=replace(users.send_mails, notifier=mailbox))
    use_cases = _use_cases(commons, stores, users, publisher)
    keys = OwnKeys(accounts.access_tokens)
    verifiers: dict[Service, TokenVerifier] = {service: common.verifier(keys) for service, common in commons.items()}
    verifiers["user"] = ActiveAccounts(
        access_tokens(chosen, keys=keys, clock=clock),
        users=stores["user"].users,
        sessions=stores["user"].sessions,
        clock=clock,
    )
    made: Routers = {
        "product": product_router,
        "user": lambda use_cases: user_router(use_cases, issuer=chosen.token_issuer),
        "cart": cart_router,
        "order": order_router,
        **(routers or {}),
    }
    apps = {
        service: web_app(
            commons[service],
            made[service](use_cases[service]),
            verifier=verifiers[service],
            service_verifier=Peers.of(commons[service]).verifier,
            resources=(*commons[service].foundation, *(accounts.resources if service == "user" else ())),
            metrics=chosen.metrics,
        )
        for service in SERVICES
    }
    async with AsyncExitStack() as stack:
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield Shop(
            settings=chosen,
            clock=clock,
            new_id=Uuid7(clock),
            apps=apps,
            use_cases=use_cases,
            stores=stores,
            access_tokens=accounts.access_tokens,
            publisher=publisher,
            mailbox=mailbox,
        )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def address_of(name: str) -> str:
    """An address for each name: limits are kept for each, and tests do more than one may."""
    number = zlib.crc32(name.encode()) % (1 << 24)
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def product_json(sku: str = "SKU-1", *, stock: int = 5, **changes: Any) -> dict[str, Any]:
    product = {"sku": sku, "name": "Leather boots", "category": "Shoes", "price": {"amount": 4_900, "currency": "USD"}}
    return {**product, "stock": stock, **changes}


@functools.cache
def signing_key() -> str:
    """A private key as PEM, the same for all shops of a process: making one takes long."""
    return new_signing_key()


def service_key(caller: Caller) -> ServiceKey:
    """The key by which a service proves itself: the one it has in development."""
    return own_key(caller, "")


def _common(service: Service, settings: Settings, clock: FixedClock) -> Common:
    common = Common.of(service, settings.model_copy(update={"service": service}))
    return replace(common, clock=clock, new_id=Uuid7(clock))


def _use_cases(
    commons: Mapping[Service, Common], stores: Mapping[Service, Any], users: UserUseCases, publisher: MemoryPublisher
) -> Mapping[Service, Any]:
    product = ProductUseCases.over(
        products=stores["product"].products,
        stocks=stores["product"].stocks,
        stemmer=PlainStemmer(),
        clock=commons["product"].clock,
        new_id=commons["product"].new_id,
        currency=commons["product"].settings.currency,
    )
    cart = cart_use_cases(commons["cart"], CatalogOfCarts(product))
    order = OrderUseCases.over(
        orders=stores["order"].orders,
        carts=InProcessCarts(cart),
        catalog=InProcessCatalog(product),
        stock=InProcessStock(product),
        addresses=InProcessAddressBook(users.get_address),
        publisher=publisher,
        clock=commons["order"].clock,
        new_id=commons["order"].new_id,
        checkout_seconds=commons["order"].settings.checkout_seconds,
    )
    return {"product": product, "user": users, "cart": cart, "order": order}
