"""Connections that a load balancer keeps are closed by itself, and not by the service while it sends a request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from tests.deploy.served import keep_alive_seconds
from tests.figures import Figure
from tests.reliability.cluster.balancer import LoadBalancer
from tests.reliability.cluster.times import Times
from tests.system.services import PATIENCE, free_ports, service_process, settings_of

MODULE = "tests.reliability.cluster.impatient"
SCALE = 1 / 15
TIMES = replace(Times.of_the_manifests(SCALE), check_interval=PATIENCE, threshold=1)
"""One check and no more: they would keep its connection busy."""
KEPT = int(SCALE * keep_alive_seconds())
TOO_SHORT = int(TIMES.idle / 2)


@asynccontextmanager
async def late_news(port: int) -> AsyncIterator[tuple[str, set[asyncio.Task[None]]]]:
    """The address of a wire to `port`, and its connections so far.

    That one was closed at `port` is heard of by nobody before they send on it; then it is cut.
    """
    connections = set[asyncio.Task[None]]()

    async def answers(there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(2**16):
            writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        answering = asyncio.create_task(answers(there, writer))
        try:
            while (data := await reader.read(2**16)) and not answering.done():
                back.write(data)
        finally:
            answering.cancel()
            back.close()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def answered_after_a_gap(kept: int) -> tuple[int, int]:
    """The status of the second of two requests with a gap between them, and the connections that both took."""
    (port,) = free_ports(1)
    environment = {**settings_of({}, STORE="memory"), "KEEP_ALIVE": str(kept)}
    process, balancer = service_process("product", port, environment, MODULE), LoadBalancer(TIMES)
    async with (
        asyncio.timeout(PATIENCE),
        late_news(port) as (wire, connections),
        balancer.listening() as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as http,
    ):
        try:
            await process.start()
            await balancer.register(wire)
            assert (await http.get("/v1/products")).status_code == 200
            await asyncio.sleep(0.75 * TIMES.idle)
            return (await http.get("/v1/products")).status_code, len(connections)
        finally:
            await process.kill()


@pytest.mark.parametrize(("kept", "status"), [(KEPT, 200), (TOO_SHORT, 502)])
async def test_a_request_on_a_kept_connection_is_answered_if_the_service_keeps_it_longer(
    kept: int, status: int, figure: Figure
) -> None:
    assert await answered_after_a_gap(kept) == (status, 1)
    figure(
        f"A request on a connection that the load balancer keeps for {TIMES.idle:g} s when idle, and the service for "
        f"{kept} s: {status}"
    )
