"""One service at a time as a process of its own, over a stand-in for its database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.database import free_port


@asynccontextmanager
async def stand_in() -> AsyncIterator[str]:
    port = free_port()
    async with running("-m", "tests.bench.wire", str(port)):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield f"mongodb://127.0.0.1:{port}/?directConnection=true"


@asynccontextmanager
async def process(service: str, database: str, **settings: str) -> AsyncIterator[tuple[str, int]]:
    """The address and the id of a service process, once it is ready."""
    port = free_port()
    environment = {"SERVICE": service, "PORT": str(port), "STORE": "mongo", "MONGO_URL": database, **settings}
    async with running("-m", "adapters.bootstrap.asgi", LOG_LEVEL="WARNING", **environment) as pid:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            while True:
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    pass  # not listening yet
                await asyncio.sleep(0.05)
        yield url, pid


@asynccontextmanager
async def running(*arguments: str, **environment: str) -> AsyncIterator[int]:
    child = await asyncio.create_subprocess_exec(sys.executable, *arguments, env={**os.environ, **environment})
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()
