"""The gateway as a process: it reads the environment, drains when told to end, and says why it cannot start."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.adapters.gateway.stage import MANIFEST, SERVICES, get, http_server

ROOT = MANIFEST.parents[3]


@asynccontextmanager
async def process(**environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.bootstrap.gateway"),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def port_of(gateway: asyncio.subprocess.Process) -> int:
    assert gateway.stdout is not None
    said = json.loads(await gateway.stdout.readline())
    assert said["service.name"] == "gateway"
    listens, port = said["message"].rsplit(":", 1)
    assert listens == "The gateway listens on http://127.0.0.1"
    return int(port)


async def test_it_finishes_what_is_under_way_when_told_to_end_and_exits_with_0() -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def handle(request: web.BaseRequest) -> web.Response:
        begun.set()
        await finish.wait()
        return web.Response(text="done")

    async with asyncio.timeout(20), http_server(handle) as service:
        urls = {f"{name.upper()}_URL": service for name in SERVICES}
        async with process(GATEWAY_PORT="0", **urls) as gateway:
            port = await port_of(gateway)
            under_way = asyncio.create_task(get(port, "/v1/cart"))
            await begun.wait()
            gateway.send_signal(signal.SIGTERM)
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionError:
                    break
                writer.close()
                await asyncio.sleep(0.01)
            finish.set()
            status, _, body = await under_way
            assert (status, body) == (200, b"done")
            assert await gateway.wait() == 0


async def complaint(**environment: str) -> str:
    async with process(**environment) as gateway:
        _, said = await gateway.communicate()
        assert gateway.returncode == 1
    return said.decode()


async def test_it_says_in_one_line_why_it_cannot_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await asyncio.gather(
            complaint(GATEWAY_PORT=str(port)),
            complaint(GATEWAY_PORT=str(port), INGRESS_FILE="no/such.yaml"),
            complaint(GATEWAY_PORT=str(port), CART_URL="cart:3003"),
        )
    assert [text.count("\n") for text in said] == [1, 1, 1]
    assert f"127.0.0.1:{port}" in said[0]
    assert "GATEWAY_PORT" in said[0]
    assert "no/such.yaml cannot be read" in said[1]
    assert "'cart' has the address 'cart:3003'" in said[2]
