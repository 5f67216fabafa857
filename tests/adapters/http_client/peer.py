"""A peer that answers badly on purpose: too late, too slowly, by half, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

Manner = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request; the names of its headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(slots=True, kw_only=True)
class Peer:
    """Where it listens, and what it was sent, as far as whole requests go."""

    url: str
    received: list[Received] = field(default_factory=list)


@asynccontextmanager
async def peer(*manners: Manner) -> AsyncIterator[Peer]:
    """A server on a free port that answers each request in the next manner; the last one is for all that follow."""
    turns = chain(manners, repeat(manners[-1]))
    connections = set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            while True:
                server.received.append(await _request(reader))
                await next(turns)(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the other end has gone, or the test is over
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    server = Peer(url=f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    try:
        yield server
    finally:
        listening.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> Received:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method=method, target=target, headers=headers, body=body, at=asyncio.get_running_loop().time())


def answering(status: int, body: object = None, **headers: str) -> Manner:
    """A whole answer with a JSON body; names of headers are written with underscores."""
    content = b"" if body is None else json.dumps(body).encode()
    return sending(status, content, **headers)


def sending(status: int, content: bytes, **headers: str) -> Manner:
    """A whole answer with any body."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(content)}\r\n{lines}\r\n".encode()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head + content)
        await writer.drain()

    return answer


def refusing(status: int, code: str, **members: Any) -> Manner:
    """A problem document."""
    return answering(status, {"code": code, "detail": f"It is {code}.", "status": status, **members})


async def hanging(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


def dripping(seconds: float) -> Manner:
    """An answer of which one byte comes every so many seconds."""

    async def drip(writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000:
            writer.write(bytes([byte]))
            await asyncio.sleep(seconds)

    return drip


async def resetting(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def closing(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await asyncio.sleep(3600)


async def cutting(writer: asyncio.StreamWriter) -> None:
    """Breaks off within an answer: whatever was to be done is done."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    await writer.drain()
    writer.close()
    await asyncio.sleep(3600)


async def babbling(writer: asyncio.StreamWriter) -> None:
    """What is not HTTP."""
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()
    writer.close()
    await asyncio.sleep(3600)


async def wordy(writer: asyncio.StreamWriter) -> None:
    """An answer of 16 MiB that did not say how long it would be."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(256):
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
