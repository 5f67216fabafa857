"""What a shop in containers has around it on this machine: a database, Amazon's mail, and a load balancer."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from adapters.bootstrap.settings import PORTS
from adapters.outbound.security.keys import new_signing_key
from adapters.outbound.security.service_keys import ServiceKey
from tests.deploy.image.shop import Network
from tests.system.services import Process, free_ports

SENDER = "The shop <shop@shop.invalid>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Where things are for a container; `mails` is what Amazon was asked to send."""

    mongo_url: str
    aws_url: str
    mails: list[Mapping[str, Any]] = field(default_factory=list)


def outside(network: Network) -> Outside:
    """Addresses for what is not there yet: a bridge may have none on this machine before a container is on it."""
    database, aws = free_ports(2)
    return Outside(
        mongo_url=f"mongodb://{network.host}:{database}/?directConnection=true&retryWrites=false",
        aws_url=f"http://{network.host}:{aws}",
    )


def production(world: Outside) -> dict[str, dict[str, str]]:
    """The environment of each service, with keys and secrets of their own."""
    keys = {name: ServiceKey.new() for name in PORTS}
    common = {
        "ENVIRONMENT": "production",
        "STORE": "mongo",
        "MONGO_URL": world.mongo_url,
        "PEER_KEYS": " ".join(f"{name}={key.public}" for name, key in keys.items()),
        "TOKEN_ISSUER": "https://shop.invalid",
        "TRUSTED_HOPS": "1",
        **{f"{name.upper()}_URL": f"http://{name}:{port}" for name, port in PORTS.items()},
    }
    of_users = {
        "PASSWORD_PEPPER": secrets.token_urlsafe(48),
        "SIGNING_KEYS": new_signing_key(),
        "THROTTLE": "mongo",
        "NOTIFIER": "ses",
        "MAIL_FROM": SENDER,
        "VERIFY_EMAIL_LINK": "https://shop.invalid/verify#{token}",
        "PASSWORD_RESET_LINK": "https://shop.invalid/reset#{token}",
        "AWS_ENDPOINT_URL": world.aws_url,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
    }
    return {
        name: {**common, "SERVICE": name, "SERVICE_KEY": keys[name].pem, **(of_users if name == "user" else {})}
        for name in PORTS
    }


@asynccontextmanager
async def surroundings(world: Outside, network: Network, folder: Path) -> AsyncIterator[None]:
    """The database, an embedded one which is in no image, and what takes mails; ended with the block.

    Skips the test where the bridge has no address on this machine, as for podman without root.
    """
    program = Path(sys.executable).parent / "secantusd-py"
    if not program.exists():
        pytest.skip("SecantusDB is not installed")
    port = httpx.URL(world.mongo_url.replace("mongodb", "http")).port or 0
    where = ("--host", network.host, "--port", str(port), "--storage-path", str(folder))
    database = Process(
        (str(program), *where, "--log-level", "WARNING"), os.environ, lambda: _accepts(network.host, port)
    )
    try:
        with _mail(world):
            await database.start()
            yield
            await database.end()
    finally:
        await database.kill()


@contextmanager
def _mail(world: Outside) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            world.mails.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            content = b'{"MessageId": "taken"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    url = httpx.URL(world.aws_url)
    try:
        server = ThreadingHTTPServer((url.host, url.port or 0), Handler)
    except OSError as error:
        pytest.skip(f"this machine has no address on the containers' network, as for podman without root: {error}")
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@asynccontextmanager
async def gateway(urls: Mapping[str, str]) -> AsyncIterator[str]:
    """The address of the local gateway, which follows the ingress; ended with the block."""
    (port,) = free_ports(1)
    variables = {f"{name.upper()}_URL": url for name, url in urls.items()}
    environment = {**os.environ, **variables, "GATEWAY_PORT": str(port), "LOG_FORMAT": "text"}
    command = (sys.executable, "-m", "adapters.bootstrap.gateway")
    process = Process(command, environment, lambda: _accepts("127.0.0.1", port))
    try:
        await process.start()
        yield f"http://127.0.0.1:{port}"
        await process.end()
    finally:
        await process.kill()


async def _accepts(host: str, port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        return True
    return False
