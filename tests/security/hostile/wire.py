"""What is not quite HTTP, over real sockets: to a service's process, and to the gateway's in front of it."""

import asyncio
import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.adapters.gateway.stage import MANIFEST
from tests.system.services import MODULE, Process, free_ports

PROBE = "/.well-known/jwks.json"
LOGIN = b"POST /v1/auth/login HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n"
GET = f"GET {PROBE} HTTP/1.1\r\nHost: shop.example\r\n".encode()
HIDDEN = b"GET /v1/hidden HTTP/1.1\r\nHost: shop.example\r\n\r\n"
"""A request inside another's body: whoever answers it read the two as three."""

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the user service listens, and the gateway in front of it."""

    service: int
    gateway: int
    log: Path


def ambiguous() -> Mapping[str, bytes]:
    """Requests that two readers could end at different places (RFC 9112, sections 2.2, 5, 6.3 and 7.1)."""
    chunked, n = b"0\r\n\r\n" + HIDDEN, len(HIDDEN)
    length = f"Content-Length: {n}\r\n".encode()
    both = LOGIN + f"Content-Length: {len(chunked)}\r\n".encode()
    te = b"Transfer-Encoding: "
    return {
        "length and chunked": both + te + b"chunked\r\n\r\n" + chunked,
        "chunked and length": LOGIN + te + b"chunked\r\nContent-Length: 4\r\n\r\n" + chunked,
        "two lengths": LOGIN + b"Content-Length: 0\r\n" + length + b"\r\n" + HIDDEN,
        "two lengths in one": LOGIN + f"Content-Length: 0, {n}\r\n\r\n".encode() + HIDDEN,
        "length with a plus": LOGIN + f"Content-Length: +{n}\r\n\r\n".encode() + HIDDEN,
        "length below zero": LOGIN + b"Content-Length: -1\r\n\r\n" + HIDDEN,
        "length in hex": LOGIN + f"Content-Length: {n:#x}\r\n\r\n".encode() + HIDDEN,
        "length too large": LOGIN + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + HIDDEN,
        "length with a blank inside": LOGIN + b"Content-Length: 1 0\r\n\r\n" + HIDDEN,
        "a blank before the colon": LOGIN + b"Content-Length : 5\r\n" + te + b"chunked\r\n\r\n" + chunked,
        "chunked with a blank before the colon": both + b"Transfer-Encoding : chunked\r\n\r\n" + chunked,
        "chunked by another name": both + te + b"xchunked\r\n\r\n" + chunked,
        "chunked not last": both + te + b"chunked, identity\r\n\r\n" + chunked,
        "chunked twice": LOGIN + te + b"chunked\r\n" + te + b"identity\r\n\r\n" + chunked,
        "chunked in quotes": both + te + b'"chunked"\r\n\r\n' + chunked,
        "chunked behind a control": both + te + b"\x0bchunked\r\n\r\n" + chunked,
        "folded": both + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + chunked,
        "folded name": GET + b"X: a\r\n Content-Length: 5\r\n\r\n" + HIDDEN,
        "bare line feed": both + b"X: a\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "bare carriage return": both + b"X: a\rTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "NUL in a field": GET + b"X: a\x00b\r\n\r\n",
        "no colon": GET + b"Content-Length 5\r\n\r\n" + HIDDEN,
        "empty name": GET + b": a\r\n\r\n",
        "blank first line of fields": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n" + HIDDEN,
        "chunk size in hex with a prefix": LOGIN + te + b"chunked\r\n\r\n0x5\r\nhello\r\n" + chunked,
        "chunk size below zero": LOGIN + te + b"chunked\r\n\r\n-1\r\n" + chunked,
        "chunk size beyond 64 bits": LOGIN + te + b"chunked\r\n\r\n" + b"f" * 20 + b"\r\n" + chunked,
        "chunk longer than said": LOGIN + te + b"chunked\r\n\r\n2\r\nhello\r\n" + chunked,
        "chunk of no size": LOGIN + te + b"chunked\r\n\r\n\r\nhello\r\n" + chunked,
    }


def odd() -> Mapping[str, bytes]:
    """Requests with one reading, which is not a nice one."""
    te = b"Transfer-Encoding: chunked\r\n\r\n"
    end = b"Connection: close\r\n\r\n"
    return {
        "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + end,
        "no host": b"GET / HTTP/1.1\r\n" + end,
        "absolute target": f"GET http://evil.example{PROBE} HTTP/1.1\r\nHost: a\r\n".encode() + end,
        "other scheme": b"GET file:///etc/passwd HTTP/1.1\r\nHost: a\r\n" + end,
        "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: a\r\n" + end,
        "asterisk to GET": b"GET * HTTP/1.1\r\nHost: a\r\n" + end,
        "authority": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n" + end,
        "no slash": b"GET v1/cart HTTP/1.1\r\nHost: a\r\n" + end,
        "two slashes": b"GET //evil.example/v1/users HTTP/1.1\r\nHost: a\r\n" + end,
        "fragment": b"GET /v1/users#/internal HTTP/1.1\r\nHost: a\r\n" + end,
        "raw bytes": b"GET /v1/users/\xff\xfe HTTP/1.1\r\nHost: a\r\n" + end,
        "raw bytes in the query": b"GET /v1/users?limit=\xe2\x80\xae HTTP/1.1\r\nHost: a\r\n" + end,
        "blank in the target": b"GET /v1/users /x HTTP/1.1\r\nHost: a\r\n" + end,
        "tab in the target": b"GET /v1/users\t/x HTTP/1.1\r\nHost: a\r\n" + end,
        "NUL in the target": b"GET /v1/users\x00 HTTP/1.1\r\nHost: a\r\n" + end,
        "HTTP/0.9": b"GET /v1/users\r\n\r\n",
        "HTTP/1.2": b"GET /v1/users HTTP/1.2\r\nHost: a\r\n" + end,
        "HTTP/9": b"GET /v1/users HTTP/9.9\r\nHost: a\r\n" + end,
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
        "unknown method": b"FOO / HTTP/1.1\r\nHost: a\r\n" + end,
        "method in lower case": f"get {PROBE} HTTP/1.1\r\nHost: a\r\n".encode() + end,
        "long method": b"G" * 9_000 + b" / HTTP/1.1\r\nHost: a\r\n" + end,
        "long target": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n" + end,
        "long query": b"GET /v1/users?" + b"a=1&" * 16_384 + b" HTTP/1.1\r\nHost: a\r\n" + end,
        "long field": GET + b"X: " + b"x" * 200_000 + b"\r\n" + end,
        "long name of a field": GET + b"x" * 70_000 + b": a\r\n" + end,
        "many fields": GET + b"".join(b"X-%d: a\r\n" % number for number in range(2_000)) + end,
        "one field often": GET + b"Cookie: a=b\r\n" * 2_000 + end,
        "chunk extension": LOGIN + te + b'2;a="b\xff"\r\n{}\r\n0\r\n\r\n',
        "trailer": LOGIN + te + b"2\r\n{}\r\n0\r\nAuthorization: Bearer a\r\nContent-Length: 5\r\n\r\n",
        "small chunks": LOGIN + te + b"1\r\n \r\n" * 2_000 + b"0\r\n\r\n",
        "body of GET": GET + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}",
        "compressed": LOGIN
        + b"Content-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00",
        "upgrade": GET
        + b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
        "web socket": GET
        + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "expectation": LOGIN + b"Expect: 200-maybe\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "forged host": GET.replace(b"shop.example", b"[::1") + end,
        "nothing": b"\r\n\r\n\r\n",
    }


TRICKS: Sequence[str] = (
    *("/v1/users/../../internal/v1/users", "/v1/users/%2e%2e/%2e%2e/internal/v1/users", "/v1/users/..%2f..%2finternal"),
    *("/%69nternal/v1/users/a/addresses/b", "//internal/v1/users", "/./internal/v1/users", "/v1/..;/internal/v1/users"),
    *("/v1/users\\..\\..\\internal", "/v1/users/%252e%252e/internal", "/INTERNAL/v1/users", "/v1/users/%c0%ae%c0%ae/x"),
    *(
        "/internal/v1/users/a/addresses/b",
        "/v1/users/..",
        "/v1/users/.",
        "/v1/users/%2e",
        "/v1/users//",
        "/v1/users;a=b",
    ),
    *(
        "/health",
        "/readyz",
        "/metrics",
        "/v1/users/../../health",
        "/%68ealth",
        "/v1/%2e%2e/livez",
        "/.well-known/../livez",
    ),
)
"""Ways round a gateway that looks at paths, to what only neighbours and the cluster may ask."""


@asynccontextmanager
async def shop_front() -> AsyncIterator[Ports]:
    """A process of the user service over memory, and one of the gateway, both ready; `log` is what both write."""
    service, gateway = free_ports(2)
    urls = {f"{name}_URL": f"http://127.0.0.1:{service}" for name in ("PRODUCT", "USER", "CART", "ORDER")}
    environment = {**os.environ, **urls, "BCRYPT_COST": "4", "LOG_LEVEL": "INFO", "REQUESTS_PER_MINUTE": "0"}
    own = {"SERVICE": "user", "STORE": "memory", "PORT": str(service)}
    front = {"GATEWAY_PORT": str(gateway), "INGRESS_FILE": str(MANIFEST)}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        processes = [
            Process(_logging(MODULE, log), environment | own, lambda: _answers(service, "/readyz")),
            Process(_logging("adapters.bootstrap.gateway", log), environment | front, lambda: _answers(gateway, PROBE)),
        ]
        try:
            for process in processes:
                await process.start()
            yield Ports(service=service, gateway=gateway, log=log)
        finally:
            for process in processes:
                await process.kill()


def _logging(module: str, log: Path) -> Sequence[str]:
    return "/bin/sh", "-c", 'exec "$0" -m "$1" 2>>"$2"', sys.executable, module, str(log)


async def _answers(port: int, path: str) -> bool:
    with suppress(httpx.TransportError):  # not listening yet
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"http://127.0.0.1:{port}{path}")).status_code == 200
    return False


async def sent(port: int, what: bytes, *, seconds: float = 0.4) -> bytes:
    """All that comes back until the other side closes, or says nothing for so long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    back = b""
    try:
        with suppress(ConnectionError, TimeoutError):
            writer.write(what)
            await asyncio.wait_for(writer.drain(), 2)
        with suppress(ConnectionError, TimeoutError):
            while piece := await asyncio.wait_for(reader.read(65_536), seconds):
                back += piece
    finally:
        writer.close()
    return back


def statuses(back: bytes) -> list[int]:
    """Of all the answers there."""
    return [int(status) for status in _STATUS.findall(back)]


async def flooded(port: int, head: bytes, *, most: int) -> tuple[int, bytes]:
    """How many bytes of an endless chunked body could be sent before the answer was there, and that answer."""
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        connection.setblocking(False)
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        await loop.sock_sendall(connection, head + b"Transfer-Encoding: chunked\r\n\r\n")
        answer = asyncio.ensure_future(loop.sock_recv(connection, 65_536))
        taken = 0
        with suppress(ConnectionError):
            while not answer.done() and taken < most:
                with suppress(TimeoutError):
                    await asyncio.wait_for(loop.sock_sendall(connection, chunk), 1)
                    taken += len(chunk)
        with suppress(ConnectionError):
            return taken, await asyncio.wait_for(answer, 5)
        return taken, b""
