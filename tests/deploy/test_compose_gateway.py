"""The gateway of compose.yaml routes as the ingress does, and tells the services who called."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from adapters.bootstrap.settings import PORTS
from adapters.inbound.gateway.routes import read_manifest
from tests.figures import Figure
from tests.system.services import Process, free_ports

ROOT = Path(__file__).parents[2]
CONF = ROOT / "containers/nginx.conf"
TABLE = read_manifest(ROOT / "k8s/base/ingress/ingress.yaml")
ENDINGS = (
    "",
    "/",
    "/x",
    "?q=1",
    "/?q=1",
    "X",
    "s",
    "%2Fx",
    "/..",
    "/../../internal/x",
    "//x",
    ".x",
    "%0a",
    "/%2e%2e/x",
)
ELSEWHERE = (
    "/",
    "/v1",
    "/docs",
    "/internal/orders",
    "/internal/x/../../v1/cart",
    "//v1/cart",
    "/V1/cart",
    "/metrics",
    "/livez",
    "/readyz",
    "/health",
    "/?/v1/cart",
    "/x?/v1/cart",
)
PATHS = (*(route.path + ending for route in TABLE.routes for ending in ENDINGS), *ELSEWHERE)


@asynccontextmanager
async def nginx(folder: Path, conf: str, ports: Mapping[str, int]) -> AsyncIterator[int]:
    """The port of one with `conf` whose services listen on `ports` of this machine; ended with the block."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    (port,) = free_ports(1)
    for name, number in PORTS.items():
        conf = conf.replace(f"server {name}:{number};", f"server 127.0.0.1:{ports[name]};")
    conf = conf.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace(" /tmp/", f" {folder}/")
    file = folder / "nginx.conf"
    file.write_text(conf, "utf-8")
    command = (program, "-e", "stderr", "-p", str(folder), "-c", str(file), "-g", "daemon off;")
    process = Process(command, {}, lambda: _answers(port))
    try:
        await process.start()
        yield port
        await process.end()
    finally:
        await process.kill()


@asynccontextmanager
async def services() -> AsyncIterator[dict[str, int]]:
    """The port of each, which answers with its own name and with what it was asked, headers and all."""

    def answering(name: str):  # type: ignore[no-untyped-def]  # asyncio's own kind of callback
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await _head(reader):
                body = f"{name}\n{head}".encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
            writer.close()

        return answer

    async with AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(await asyncio.start_server(answering(name), "127.0.0.1", 0))
            for name in map(str, PORTS)
        }
        yield {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def ask(port: int, target: str, *headers: str) -> tuple[int, str]:
    """The status and body for a target that is sent as it is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (f"GET {target} HTTP/1.1", "Host: shop.example", *headers, "Connection: close", "", "")
    writer.write("\r\n".join(lines).encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body


async def misrouted(folder: Path, conf: str) -> dict[str, str]:
    """The targets that nginx takes elsewhere than the ingress does, or not as they were sent, and where to."""
    wrong = {}
    async with services() as ports, nginx(folder, conf, ports) as port:
        for target in PATHS:
            status, body = await ask(port, target)
            service, _, asked = body.partition("\n")
            wanted = TABLE.match(target.partition("?")[0])
            found = service if status == 200 else None
            if found != wanted or (found and not asked.startswith(f"GET {target} HTTP/1.1\r\n")):
                wrong[target] = f"{status} {found}"
    return wrong


async def test_every_path_goes_where_the_ingress_has_it_go(tmp_path: Path, figure: Figure) -> None:
    wrong = await misrouted(tmp_path, CONF.read_text("utf-8"))
    assert {target: where for target, where in wrong.items() if not where.startswith("400")} == {}
    refused = [target for target in wrong if not re.search(r"\.\.|%2e", target)]
    assert refused == [], "only paths that lead out of the root are refused"
    figure("gateway of compose.yaml: {paths} paths routed as by the ingress", paths=len(PATHS))


@pytest.mark.parametrize(
    ("line", "spoilt"),
    [
        (r"^/v1/cart(/|\?|\z)", "^/v1/cart"),
        (r"^/v1/orders(/|\?|\z)|", ""),
        ("map $request_uri", "map $uri"),
        ('default "";', "default order;"),
    ],
)
async def test_a_gateway_that_routes_otherwise_is_noticed(line: str, spoilt: str, tmp_path: Path) -> None:
    conf = CONF.read_text("utf-8")
    assert line in conf
    wrong = await misrouted(tmp_path, conf.replace(line, spoilt))
    assert {target for target, where in wrong.items() if not where.startswith("400")}


async def test_a_service_learns_who_called_and_what_they_asked_for(tmp_path: Path) -> None:
    async with services() as ports, nginx(tmp_path, CONF.read_text("utf-8"), ports) as port:
        status, body = await ask(port, "/v1/cart", "X-Forwarded-For: 192.0.2.1", "X-Request-Id: mine")
    assert status == 200
    told = dict(line.lower().split(": ", 1) for line in body.splitlines() if ": " in line)
    assert told["host"] == "shop.example"
    assert told["x-forwarded-for"] == "192.0.2.1, 127.0.0.1"
    assert told["x-request-id"] == "mine"
    assert "connection" not in told


def test_its_services_are_those_of_the_shop() -> None:
    found = re.findall(r"upstream (\w+) \{ server (\w+):(\d+);", CONF.read_text("utf-8"))
    assert found == [(name, name, str(port)) for name, port in PORTS.items()]
