"""A shop to be attacked: a good request for each operation, and what its stores hold, to be compared and put back."""

import re
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from pymongo import AsyncMongoClient

from adapters.bootstrap.settings import Service
from adapters.inbound.web.product import ImportLimits, product_router
from tests.database import mongo_url
from tests.fakes import FixedClock
from tests.security.hostile.asking import Ask, asked
from tests.security.hostile.keeping import InMemory, InMongo, Keeping, watch
from tests.security.hostile.operations import Operation, operations
from tests.security.shops import PASSWORD, Routers, Shop, bearer, shop

LIMITLESS: dict[str, Any] = {
    "requests_per_minute": 0,
    **dict.fromkeys(
        [
            *("login_tries", "logins_per_address", "logins_per_account"),
            *("registrations_per_address", "registrations_per_account", "resets_per_address", "resets_per_account"),
        ],
        1_000_000,
    ),
}
"""Whoever attacks does not come often: what is behind the limits is to be reached."""
PEERS = ("order", "cart", "audit", "product", "user")
IMPORT_LIMIT = 2 * 2**20
ROUTERS: Routers = {"product": lambda use_cases: product_router(use_cases, ImportLimits(body_bytes=IMPORT_LIMIT))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A request that is right, to be spoilt: headers by name, a body if the operation takes one."""

    operation: Operation
    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    @property
    def target(self) -> str:
        return filled(self.operation.path, self.path)


class Timed(FixedClock):
    """Its days stand still; the time that a driver is left runs."""

    def monotonic(self) -> float:
        return time.monotonic()


class Stage:
    """A shop with something in it, before the attack and after each request of it."""

    def __init__(self, shop: Shop, known: Mapping[str, object], kept: Keeping) -> None:
        self.shop = shop
        self.known = known
        self.kept = kept

    def body_limit(self, operation: Operation) -> int:
        """In bytes; an import is read line by line, and has a limit of its own."""
        return IMPORT_LIMIT if operation.media and operation.body is None else self.shop.settings.body_limit_bytes

    def operations(self, service: Service) -> Sequence[Operation]:
        return operations(self.shop.apps[service])

    async def good(self, service: Service, operation: Operation) -> Good:
        """The right request, by whoever may; what has no value by name has one by its schema."""
        path = {name: self._id(operation, name) for name in re.findall(r"{(\w+)}", operation.path)}
        headers = {"If-Match": '"1"'} if any(p.name == "If-Match" and p.required for p in operation.places) else {}
        body = None
        if operation.body is not None:
            body = operation.sample(known=self.known)
            headers["Content-Type"] = operation.media[0]
        elif operation.media:
            headers["Content-Type"] = operation.media[0]
        headers |= await self._proof(service, operation, filled(operation.path, path))
        return Good(operation=operation, path=path, headers=headers, body=body)

    async def _proof(self, service: Service, operation: Operation, target: str) -> dict[str, str]:
        if "service_token" not in operation.schemes:
            return (await self.shop.admin()).headers if operation.schemes else {}
        for peer in PEERS:
            headers = bearer(self.shop.service_token(peer, service))  # type: ignore[arg-type]  # a service or the audit
            lines = [(name.encode(), value.encode()) for name, value in headers.items()]
            answer = await asked(
                self.shop.apps[service], Ask(kind="", method=operation.method, target=target, headers=lines)
            )
            await self.kept.put_back()
            if answer.status != 403:
                return headers
        raise AssertionError(f"No service may ask {operation}.")

    def _id(self, operation: Operation, name: str) -> str:
        thing = operation.path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
        return str(self.known.get(f"{thing}/{{}}", self.known["orders/{}"]))


@asynccontextmanager
async def stage(*, routers: Routers | None = None, **settings: Any) -> AsyncIterator[Stage]:
    """A shop in memory where there is one of everything: product, address, cart, guest's cart, order, session."""
    async with shop(routers={**ROUTERS, **(routers or {})}, **{**LIMITLESS, **settings}) as made:
        known = await _furnished(made)
        yield Stage(made, known, InMemory(list(made.stores.values())))


@asynccontextmanager
async def stage_in_mongo() -> AsyncIterator[Stage]:
    """The same over a database of its own."""
    url, name = mongo_url(), f"hostile_{uuid.uuid4().hex}"
    watch()
    async with AsyncMongoClient[dict[str, Any]](url, tz_aware=True) as client:
        try:
            # Of our days: by its own clock, the database removes what has expired, whenever it likes.
            today = Timed(datetime.now(UTC))
            async with shop(
                routers=ROUTERS, clock=today, store="mongo", mongo_url=url, mongo_database=name, **LIMITLESS
            ) as made:
                known, kept = await _furnished(made), InMongo(client, name)
                await kept.begin()
                yield Stage(made, known, kept)
        finally:
            await client.drop_database(name)


async def _furnished(made: Shop) -> Mapping[str, object]:
    admin, other = await made.admin(), await made.customer("other")
    product = await made.product("SKU-1", stock=500)
    item = {"product_id": product["id"], "quantity": 1}
    address = {"name": "Sam", "line1": "12 Harbour Street", "city": "Bristol", "country": "GB"}
    kept = await made.client("user").post("/v1/users/me/addresses", json=address, headers=admin.headers)
    await made.client("cart").post("/v1/cart/items", json=item, headers=admin.headers)
    order = await made.client("order").post("/v1/orders", json={"shipping_address": address}, headers=admin.headers)
    assert order.status_code == 201, order.text
    await made.client("cart").post("/v1/cart/items", json=item, headers=admin.headers)
    guest = await made.guest()
    await made.client("cart").post("/v1/cart/items", json=item, headers=guest)
    return MappingProxyType(
        {
            "products/{}": product["id"],
            "items/{}": product["id"],
            "users/{}": admin.id,
            "carts/{}": admin.id,
            "addresses/{}": kept.json()["id"],
            "orders/{}": order.json()["id"],
            "product_id": product["id"],
            "order_id": order.json()["id"],
            "address_id": None,
            "cart_token": guest["X-Cart-Token"],
            "refresh_token": other.refresh_token,
            "email": admin.email,
            "register.email": "new@example.com",
            "password": PASSWORD,
            "current_password": PASSWORD,
            "cart_version": None,
            "expected_total": None,
        }
    )


def filled(path: str, values: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda name: values[name[1]], path)
