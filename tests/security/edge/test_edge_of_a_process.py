"""A service as a process, behind the gateway and without it: whom it believes, and what it says of itself."""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx

from tests.adapters.gateway.stage import before, get, send
from tests.system.services import MODULE, Process, free_ports

PER_MINUTE = 15
PATH = "/v1/products/0198abcd-0000-7000-8000-000000000001"
FORGED: Sequence[Sequence[str]] = [
    *([f"X-Forwarded-For: 203.0.113.{number}"] for number in range(10)),
    *([f"X-Forwarded-For: 203.0.113.{number}", f"x-forwarded-for: 10.0.0.{number}"] for number in range(5)),
    *([f"X-Forwarded-For: 2001:db8:{number}::1, unknown"] for number in range(5)),
    *(["Connection: X-Forwarded-For", f"X-Forwarded-For: 6.6.6.{number}"] for number in range(5)),
    *([f"Forwarded: for=6.6.6.{number}", f"X-Real-IP: 6.6.6.{number}"] for number in range(5)),
    *([f"X_Forwarded_For: 6.6.6.{number}", "X-Forwarded-For: "] for number in range(5)),
]


@asynccontextmanager
async def product_service(*command: str, **environment: str) -> AsyncIterator[int]:
    """The port of one that takes few requests; `command` is what Python is to run for it, if not the usual."""
    (port,) = free_ports(1)
    command = command or ("-m", MODULE)
    settings = {"SERVICE": "product", "PORT": str(port), "REQUESTS_PER_MINUTE": str(PER_MINUTE), **environment}

    async def answers() -> bool:
        with suppress(httpx.TransportError):
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        return False

    process = Process(
        (sys.executable, *(part.format(port=port) for part in command)), {**os.environ, **settings}, answers
    )
    try:
        await process.start()
        yield port
    finally:
        await process.kill()


async def let_in(port: int, forgeries: Sequence[Sequence[str]]) -> int:
    statuses = [(await get(port, PATH, *forged))[0] for forged in forgeries]
    assert set(statuses) <= {404, 429}
    return statuses.count(404)


async def test_behind_the_gateway_forged_headers_fool_nobody() -> None:
    async with product_service(TRUSTED_HOPS="1") as port, before(f"http://127.0.0.1:{port}") as gateway:
        assert PER_MINUTE <= await let_in(gateway.port, FORGED) <= PER_MINUTE + 5
        _, headers, _ = await get(gateway.port, PATH)
        assert headers["retry-after"] in ("1", "2", "3", "4")
        assert headers["ratelimit-policy"] == f'"requests";q={PER_MINUTE};w=60'


async def test_without_a_proxy_nobody_is_believed_on_this_machine_either() -> None:
    async with product_service() as port:
        assert PER_MINUTE <= await let_in(port, FORGED) <= PER_MINUTE + 5


async def test_a_server_that_believes_this_machine_is_found_out() -> None:
    async with product_service("-m", "uvicorn", f"{MODULE}:app", "--port={port}", "--log-level=warning") as port:
        assert await let_in(port, FORGED) > PER_MINUTE + 5


async def test_whoever_reaches_the_port_behind_the_proxy_is_believed_so_keep_it_to_yourself() -> None:
    async with product_service(TRUSTED_HOPS="1") as port:
        alone = [[f"X-Forwarded-For: 203.0.113.{number}"] for number in range(40)]
        assert await let_in(port, alone) == len(alone)


async def test_no_answer_names_the_server_or_may_be_framed_or_guessed_at() -> None:
    async with product_service() as port:
        for target in ("/v1/products", PATH, "/nowhere", "/livez", "/docs/product", "/openapi/product.json"):
            _, headers, _ = await get(port, target)
            assert "server" not in headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
        malformed = await send(port, "GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n")
        assert malformed.startswith(b"HTTP/1.1 400 ")
        assert b"uvicorn" not in malformed.lower()
        assert b"server:" not in malformed.lower()
