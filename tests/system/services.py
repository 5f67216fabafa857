"""The four services as processes of their own, as they run anywhere, under a supervisor of the tests."""

import asyncio
import os
import random
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from adapters.inbound.cli.plan import LIMITS
from adapters.outbound.security.keys import new_signing_key
from tests.database import mongo_url, secantus_url
from tests.ports import own_ports

ROOT = Path(__file__).parents[2]
SERVICES = ("product", "user", "cart", "order")
MODULE = "adapters.bootstrap.asgi"
ADMIN = "admin@example.com"
PASSWORD = "a password for tests"
PATIENCE = 60.0


class Process:
    """A process that can be killed, stopped and started again, each time by the same command and on the same port."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], answers: Callable[[], Awaitable[bool]]
    ) -> None:
        self._command = command
        self._environment = environment
        self._answers = answers
        self._running: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def _process(self) -> asyncio.subprocess.Process:
        assert self._running is not None, "It was not started."
        return self._running

    async def launch(self) -> None:
        """Begins it, and does not wait."""
        self._running = await asyncio.create_subprocess_exec(*self._command, cwd=ROOT, env=self._environment)

    async def ready(self) -> None:
        """Once it answers."""
        async with asyncio.timeout(PATIENCE):
            while not await self._answers():
                assert self._process.returncode is None, f"It ended by itself: {self._command}"
                await asyncio.sleep(0.05)

    async def start(self) -> None:
        await self.launch()
        await self.ready()

    async def kill(self) -> None:
        """SIGKILL: nothing that it was doing goes on."""
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    def stop(self) -> None:
        """SIGSTOP: it stands still between two instructions, and its peers cannot tell."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """SIGTERM: a service that is told to end ends well."""
        if self._process.returncode is None:
            self._process.terminate()
        assert await self._process.wait() == 0, "A service that is told to end ends well."


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
    """Running services by name: their addresses and processes, a database of their own (if any) among these."""

    urls: dict[str, str]
    processes: dict[str, Process]
    environment: dict[str, str]
    _open: AsyncExitStack

    @property
    def pids(self) -> dict[str, int]:
        return {name: self.processes[name].pid for name in SERVICES}

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

    @asynccontextmanager
    async def another(self, name: str, **environ: str) -> AsyncIterator[str]:
        """The address of one more process of a service, ready, over the same data; ended with the block."""
        (port,) = free_ports(1)
        process = service_process(name, port, {**self.environment, **environ})
        async with _running({name: process}):
            yield f"http://127.0.0.1:{port}"


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
async def services(
    store: str,
    *,
    data: Path | None = None,
    modules: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Services]:
    """All four over `store`, ready; ended with the block.

    With `data`, they have a database of their own in that folder, as the process `database`. `modules` are started
    in place of a service's own, and `environ` are further variables of all.
    """
    *ports, database_port = free_ports(len(SERVICES) + 1)
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(SERVICES, ports, strict=True)}
    shared_database = mongo_url() if store == "mongo" and data is None else ""
    database_url = shared_database if data is None else secantus_url(database_port)
    environment = settings_of(urls, **{"STORE": store, "MONGO_URL": database_url, **(environ or {})})
    processes = {
        name: service_process(name, port, environment, (modules or {}).get(name, MODULE))
        for name, port in zip(SERVICES, ports, strict=True)
    }
    async with AsyncExitStack() as stack:
        if data is not None:
            database = Process(_secantus(database_port, data), os.environ, lambda: _accepts(database_port))
            stack.push_async_callback(database.kill)
            await database.start()
            processes["database"] = database
        await stack.enter_async_context(_running({name: processes[name] for name in SERVICES}))
        yield Services(urls=urls, processes=processes, environment=environment, _open=stack)


def settings_of(urls: Mapping[str, str], **environ: str) -> dict[str, str]:
    """The variables that services have which find each other at `urls`, over a database that nobody else uses."""
    return {
        **os.environ,
        **{f"{name.upper()}_URL": url for name, url in urls.items()},
        "MONGO_DATABASE": f"system_{uuid.uuid4().hex}",
        "BCRYPT_COST": "4",
        "BOOTSTRAP_ADMIN_EMAIL": ADMIN,
        "LOG_LEVEL": "WARNING",
        "EVENT_PUBLISHER": "memory",
        **LIMITS,
        "REQUESTS_PER_MINUTE": "0",
        "SIGNING_KEYS": new_signing_key(),
        **environ,
    }


def service_process(name: str, port: int, environment: Mapping[str, str], module: str = MODULE) -> Process:
    """One process of a service, not started yet."""
    url = f"http://127.0.0.1:{port}/readyz"
    own = {**environment, "SERVICE": name, "PORT": str(port)}
    return Process((sys.executable, "-m", module), own, lambda: _is_ready(url))


@asynccontextmanager
async def _running(processes: Mapping[str, Process]) -> AsyncIterator[None]:
    """Ready, and told to end with the block; whatever happens, none is left behind."""
    try:
        for process in processes.values():
            await process.launch()
        for process in processes.values():
            await process.ready()
        yield
        for process in processes.values():
            await process.end()
    finally:
        for process in processes.values():
            await process.kill()


def _secantus(port: int, data: Path) -> Sequence[str]:
    program = Path(sys.executable).parent / "secantusd-py"
    if not program.exists():
        pytest.skip("SecantusDB is not installed")
    where = ("--host", "127.0.0.1", "--port", str(port), "--storage-path", str(data))
    return (str(program), *where, "--log-level", "WARNING")


async def _is_ready(url: str) -> bool:
    with suppress(httpx.TransportError):  # not listening yet
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(url)).status_code == 200
    return False


async def _accepts(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


def free_ports(count: int) -> list[int]:
    """Below those that outgoing calls take, so that a process which is started again finds its port free."""
    sockets: list[socket.socket] = []
    try:
        while len(sockets) < count:
            each = socket.socket()
            with suppress(OSError):
                each.bind(("127.0.0.1", random.choice(own_ports())))
                sockets.append(each)
                continue
            each.close()
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
