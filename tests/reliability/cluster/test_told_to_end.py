"""A service process that is told to end: what it is doing it finishes, and it begins nothing new."""

import asyncio
import json

import httpx
import pytest

from tests.system.services import PASSWORD, PATIENCE, free_ports, service_process, settings_of

ACCOUNT = json.dumps({"email": "late@example.com", "password": PASSWORD, "name": "Late"}).encode()
HEAD = b"POST /v1/users HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
TICK = 0.5
"""Seconds in which a process has noticed what happened; it looks ten times a second."""


async def test_a_request_under_way_is_finished_idle_connections_are_closed_and_no_new_ones_taken() -> None:
    (port,) = free_ports(1)
    process = service_process("user", port, settings_of({}, STORE="memory"))
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
            await process.start()
            idle, writer = await asyncio.open_connection("127.0.0.1", port)
            busy, sender = await asyncio.open_connection("127.0.0.1", port)
            sender.write(HEAD % len(ACCOUNT) + ACCOUNT[:10])
            await sender.drain()
            await asyncio.sleep(TICK)
            ending = asyncio.create_task(process.end())
            assert await idle.read() == b""
            with pytest.raises(httpx.ConnectError):
                await http.get(f"http://127.0.0.1:{port}/readyz")
            await asyncio.sleep(TICK)
            assert not ending.done()
            sender.write(ACCOUNT[10:])
            answer = await busy.read()
            assert answer.startswith(b"HTTP/1.1 201 ")
            assert b"connection: close" in answer.lower()
            await ending
            writer.close()
            sender.close()
    finally:
        await process.kill()
