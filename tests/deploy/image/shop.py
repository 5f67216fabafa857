"""The shop in four containers, as production has it, on a bridge from which nothing leads outside."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import httpx

from adapters.bootstrap.settings import PORTS
from tests.deploy.image.engine import UNPRIVILEGED, Engine

GRACE = 20
"""Seconds that a container has to end: a request may take ten, and what comes after it five more."""
LIMITS = ("--memory", "256m", "--cpus", "1")
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`host` is this machine's address on it."""

    name: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Containers by the name of their service; `began` is when each was told to begin."""

    engine: Engine
    network: Network
    names: Mapping[str, str]
    began: dict[str, float] = field(default_factory=dict)

    def url(self, service: str) -> str:
        """Where this machine reaches it."""
        networks = self.engine.inspect(self.names[service])["NetworkSettings"]["Networks"]
        port = next(port for name, port in PORTS.items() if name == service)
        return f"http://{networks[self.network.name]['IPAddress']}:{port}"

    async def ready(self, service: str) -> float:
        """How many seconds after it was told to begin it answered that it is."""
        url = f"{self.url(service)}/readyz"
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            while not await _is_well(http, url):
                runs = self.engine.inspect(self.names[service])["State"]["Running"]
                waited = time.monotonic() - self.began[service]
                assert (runs, waited < PATIENCE) == (True, True), f"{service} is not ready: {self.lines(service)}"
                await asyncio.sleep(0.05)
        return time.monotonic() - self.began[service]

    def lines(self, service: str) -> list[str]:
        """What it wrote."""
        wrote = self.engine.both("logs", self.names[service])
        return (wrote.stdout + wrote.stderr).splitlines()

    def stop(self, service: str) -> tuple[int, float]:
        """Its exit status, and the seconds it took to end once it was told; who had to be killed has status 137."""
        began = time.monotonic()
        self.engine("stop", "--time", str(GRACE), self.names[service])
        return int(self.engine.inspect(self.names[service])["State"]["ExitCode"]), time.monotonic() - began

    def start(self, service: str) -> None:
        """Again."""
        self.began[service] = time.monotonic()
        self.engine("start", self.names[service])


@contextmanager
def bridge(engine: Engine) -> Iterator[Network]:
    """Removed after the block, in which nobody may be left on it."""
    name = f"portico-{uuid.uuid4().hex[:8]}"
    engine("network", "create", "--internal", name)
    try:
        (found,) = json.loads(engine("network", "inspect", name))
        (subnet,) = found.get("subnets") or found["IPAM"]["Config"]  # as podman says it, and as docker does
        yield Network(name=name, host=subnet.get("gateway") or subnet["Gateway"])
    finally:
        engine("network", "rm", name)


@contextmanager
def containers(
    engine: Engine, image: str, network: Network, environments: Mapping[str, Mapping[str, str]]
) -> Iterator[Shop]:
    """One of each service, told to begin; none is left after the block."""
    names = {service: f"{network.name}-{service}" for service in environments}
    shop = Shop(engine=engine, network=network, names=names)
    with ExitStack() as stack:
        for service, environment in environments.items():
            stack.callback(engine, "rm", "--force", "--volumes", names[service])
            given = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
            where = ("--network", network.name, "--network-alias", service, "--name", names[service])
            shop.began[service] = time.monotonic()
            engine("run", "--detach", *where, *UNPRIVILEGED, *LIMITS, *given, image)
        yield shop


async def _is_well(http: httpx.AsyncClient, url: str) -> bool:
    with suppress(httpx.TransportError):
        return (await http.get(url)).status_code == 200
    return False
