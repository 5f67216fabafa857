"""A gateway on a free port, before services that say what reached them byte for byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from adapters.inbound.gateway.app import gateway, listening
from adapters.inbound.gateway.routes import RoutingTable, read_manifest

MANIFEST = Path(__file__).parents[3] / "k8s" / "base" / "ingress" / "ingress.yaml"
SERVICES = ("product", "user", "cart", "order")
HTTP_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
MakeGateway = Callable[[RoutingTable, Mapping[str, str]], web.Application]


@dataclass
class Front:
    """A gateway's port, and what each service behind it has got: request line and headers, as sent."""

    port: int = 0
    heads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def targets(self) -> list[tuple[str, str]]:
        """(service, request target) for every request so far."""
        return [(name, head.split(" ")[1]) for name, heads in self.heads.items() for head in heads]


@asynccontextmanager
async def raw_server(talk: Raw, port: int = 0) -> AsyncIterator[str]:
    """A server that speaks as `talk` wants, HTTP or not, and closes each connection after it."""
    talks: set[asyncio.Task[None] | None] = set()

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in filter(None, talks):
            task.cancel()
        await asyncio.gather(*filter(None, talks), return_exceptions=True)


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(handler, auto_decompress=False), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def front(make: MakeGateway = gateway) -> AsyncIterator[Front]:
    """The real manifest before four services which answer 200 and note what they got."""
    it = Front(heads={name: [] for name in SERVICES})

    def noting(name: str) -> Raw:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            it.heads[name].append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            writer.write(HTTP_OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            await writer.drain()

        return talk

    async with AsyncExitStack() as stack:
        backends = {name: await stack.enter_async_context(raw_server(noting(name))) for name in SERVICES}
        app = make(read_manifest(MANIFEST), backends)
        it.port = await stack.enter_async_context(listening(app, "127.0.0.1", 0))
        yield it


@asynccontextmanager
async def before(backend: str, make: MakeGateway = gateway) -> AsyncIterator[Front]:
    """A gateway with `backend` as every service."""
    app = make(read_manifest(MANIFEST), dict.fromkeys(SERVICES, backend))
    async with listening(app, "127.0.0.1", 0, drain_seconds=1) as port:
        yield Front(port=port)


async def send(port: int, *parts: str, until: bytes | None = None) -> bytes:
    """What comes back for `parts`, sent one after another: up to `until`, else until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part.encode("latin-1"))
            await asyncio.sleep(0.01 if part is not parts[-1] else 0)
        async with asyncio.timeout(5):
            return await (reader.read() if until is None else reader.readuntil(until))
    finally:
        writer.close()


async def get(port: int, target: str, *headers: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of a request whose target is sent as it stands."""
    lines = [f"{method} {target} HTTP/1.1", "Host: shop.example", "Connection: close", *headers]
    head, _, body = (await send(port, "\r\n".join([*lines, "", ""]))).partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return int(first.split(" ")[1]), fields, body


def problem(body: bytes) -> tuple[object, object]:
    """Status and code of a problem document."""
    document = json.loads(body)
    return document["status"], document["code"]
