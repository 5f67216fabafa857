"""The four services as processes of their own, as they run anywhere, on free ports."""

import asyncio
import os
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.database import mongo_url

ROOT = Path(__file__).parents[2]
SERVICES = ("product", "user", "cart", "order")
ADMIN = "admin@example.com"
PASSWORD = "a password for tests"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who is signed in: a client for each service, sending their token."""

    product: httpx.AsyncClient
    user: httpx.AsyncClient
    cart: httpx.AsyncClient
    order: httpx.AsyncClient

    async def puts_in(self, product_id: str, quantity: int = 1) -> None:
        answer = await self.cart.post("/v1/cart/items", json={"product_id": product_id, "quantity": quantity})
        assert answer.status_code == 201, answer.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The addresses of running services, and their process ids."""

    urls: dict[str, str]
    pids: dict[str, int]
    _open: AsyncExitStack

    async def customer(self, email: str) -> Customer:
        """Registers, if need be, and signs in; `ADMIN` is an admin."""
        async with httpx.AsyncClient(base_url=self.urls["user"], trust_env=False, timeout=PATIENCE) as http:
            await http.post("/v1/users", json={"email": email, "password": PASSWORD, "name": "A Customer"})
            login = await http.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
            assert login.status_code == 200, login.text
        headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
        clients = {
            name: await self._open.enter_async_context(
                httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE)
            )
            for name, url in self.urls.items()
        }
        return Customer(**clients)


async def add_product(admin: Customer, sku: str, *, stock: int, price: int = 1999) -> str:
    """A new product's id."""
    product = {
        "sku": sku,
        "name": f"Product {sku}",
        "category": "Things",
        "price": {"amount": price, "currency": "USD"},
        "stock": stock,
    }
    answer = await admin.product.post("/v1/products", json=product)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@asynccontextmanager
async def services(store: str) -> AsyncIterator[Services]:
    """All four over `store`, ready; ended with the block."""
    ports = dict(zip(SERVICES, _free_ports(len(SERVICES)), strict=True))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    environment = {
        **os.environ,
        **{f"{name.upper()}_URL": url for name, url in urls.items()},
        "STORE": store,
        "MONGO_URL": mongo_url() if store == "mongo" else "",
        "MONGO_DATABASE": f"system_{uuid.uuid4().hex}",
        "BCRYPT_COST": "4",
        "BOOTSTRAP_ADMIN_EMAIL": ADMIN,
        "LOG_LEVEL": "WARNING",
        "EVENT_PUBLISHER": "memory",
    }
    async with AsyncExitStack() as stack:
        pids = {
            name: await stack.enter_async_context(_process({**environment, "SERVICE": name, "PORT": str(port)}))
            for name, port in ports.items()
        }
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*map(_ready, urls.values()))
        yield Services(urls=urls, pids=pids, _open=stack)


@asynccontextmanager
async def _process(environment: dict[str, str]) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters.bootstrap.asgi", cwd=ROOT, env=environment
    )
    try:
        yield process.pid
        process.terminate()
        assert await process.wait() == 0, "A service that is told to end ends well."
    finally:
        if process.returncode is None:
            process.kill()


async def _ready(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        while True:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            await asyncio.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
