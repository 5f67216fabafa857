"""What an ALB does to a message on its way: hop-by-hop fields go, forwarding fields come, all else stays."""

import asyncio
import gzip
import re

import aiohttp
import pytest
from aiohttp import web

from adapters.inbound.gateway.headers import trace_id
from tests.adapters.gateway.stage import HTTP_OK, before, front, get, http_server, raw_server, send

ROOT = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")


async def fields_at_the_service(*headers: str) -> dict[str, str]:
    """The header fields which the service gets for a request with these; a field got twice is a failure."""
    async with front() as it:
        await get(it.port, "/v1/cart", *headers)
        _, *lines = it.heads["cart"][0].rstrip().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    assert len(fields) == len(lines)
    return fields


async def test_a_service_gets_the_callers_fields_and_who_called_and_nothing_else() -> None:
    fields = await fields_at_the_service("Authorization: Bearer abc", "X-Cart-Token: t", "Cookie: a=b; c=d")
    assert ROOT.fullmatch(fields.pop("x-amzn-trace-id"))
    assert fields.pop("x-forwarded-port").isdigit()
    assert fields == {
        "host": "shop.example",
        "authorization": "Bearer abc",
        "x-cart-token": "t",
        "cookie": "a=b; c=d",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
    }


async def test_forwarding_fields_are_appended_to_or_overwritten_but_never_believed() -> None:
    fields = await fields_at_the_service(
        "X-Forwarded-For: 203.0.113.7",
        "x-forwarded-for: 198.51.100.1, 10.0.0.1",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 443",
    )
    assert fields["x-forwarded-for"] == "203.0.113.7, 198.51.100.1, 10.0.0.1, 127.0.0.1"
    assert fields["x-forwarded-proto"] == "http"
    assert fields["x-forwarded-port"] not in ("443", "")


async def test_fields_for_one_connection_and_invalid_names_are_left_out() -> None:
    fields = await fields_at_the_service(
        "Connection: X-Secret, keep-alive, host",
        "X-Secret: 1",
        "Keep-Alive: 5",
        "Proxy-Connection: close",
        "Proxy-Authorization: Basic eA==",
        "TE: trailers",
        "Upgrade: h2c",
        "X_Request_Id: 1",
        "X-Request-Id: 2",
    )
    assert fields["host"] == "shop.example"
    assert set(fields) == {
        "host",
        "x-request-id",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, r"Root=1-\w{8}-\w{24}"),
        ("CalledFrom=app", r"Root=1-\w{8}-\w{24};CalledFrom=app"),
        ("Root=1-5759e988-bd862e3fe1be46a994272793", r"Self=1-\w{8}-\w{24};Root=1-5759e988-bd862e3fe1be46a994272793"),
        ("Self=1-0-0;Root=1-5759e988-a;A=b", r"Self=1-\w{8}-\w{24};Root=1-5759e988-a;A=b"),
    ],
)
def test_a_trace_keeps_its_root_and_every_hop_adds_itself(given: str | None, expected: str) -> None:
    assert re.fullmatch(expected, trace_id(given))


async def test_the_answer_passes_but_for_what_concerned_its_connection() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        extra = b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: shop\r\nDate: now\r\nX-Hop: 1\r\nConnection: X-Hop\r\n"
        writer.write(HTTP_OK.replace(b"Content-Type", extra + b"Keep-Alive: timeout=5\r\nContent-Type"))

    async with raw_server(talk) as service, before(service) as it:
        answer = await send(it.port, "GET /v1/cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    lines = answer.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert sorted(lines[1:-2]) == [
        "Connection: close",
        "Content-Length: 2",
        "Content-Type: text/plain",
        "Date: now",
        "Server: shop",
        "Set-Cookie: a=1",
        "Set-Cookie: b=2",
    ]


async def test_the_gateway_names_neither_itself_nor_its_version() -> None:
    async with front() as it:
        for target in ("/v1/cart", "/nowhere"):
            _, headers, _ = await get(it.port, target)
            assert "server" not in headers


async def test_a_redirect_and_a_cookie_are_the_clients_business() -> None:
    cookies = []

    async def handle(request: web.BaseRequest) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(status=303, headers={"Location": "/v1/cart/elsewhere", "Set-Cookie": "a=1; Path=/"})

    async with http_server(handle) as service, before(service) as it:
        answers = [await get(it.port, "/v1/cart") for _ in range(2)]
    assert [(status, headers["location"]) for status, headers, _ in answers] == [(303, "/v1/cart/elsewhere")] * 2
    assert cookies == [None, None]


async def test_compressed_bodies_pass_as_they_are_both_ways() -> None:
    zipped = gzip.compress(b"shop " * 1000)

    async def handle(request: web.BaseRequest) -> web.Response:
        same = await request.read() == zipped and request.headers["Content-Encoding"] == "gzip"
        return web.Response(status=200 if same else 500, body=zipped, headers={"Content-Encoding": "gzip"})

    async with (
        http_server(handle) as service,
        before(service) as it,
        aiohttp.ClientSession(auto_decompress=False) as client,
        client.post(it.url + "/v1/cart", data=zipped, headers={"Content-Encoding": "gzip"}) as answer,
    ):
        assert (answer.status, await answer.read()) == (200, zipped)
        assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("method", "status", "fields", "length"),
    [
        ("HEAD", 200, {"Content-Length": "1234"}, "1234"),
        ("GET", 204, {}, None),
        ("GET", 304, {"ETag": '"7.1"'}, None),
        ("DELETE", 204, {}, None),
    ],
)
async def test_an_answer_without_a_body_has_none_and_the_connection_lives_on(
    method: str, status: int, fields: dict[str, str], length: str | None
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"HTTP/1.1 {status} So\r\n{lines}Connection: close\r\n\r\n".encode())

    request = f"{method} /v1/cart HTTP/1.1\r\nHost: x\r\n\r\n"
    async with raw_server(talk) as service, before(service) as it:
        answer = await send(it.port, request + request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
    heads = answer.decode().removesuffix("\r\n\r\n").split("\r\n\r\n")
    assert [head.split(" ")[1] for head in heads] == [str(status)] * 2
    for head in heads:
        sent = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n"))}
        assert sent.get("content-length") == length
        assert "transfer-encoding" not in sent
        assert all(sent[name.lower()] == value for name, value in fields.items())


async def test_a_client_that_waits_for_100_continue_gets_it_from_the_gateway() -> None:
    async with front() as it:
        head = "POST /v1/cart HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n"
        answer = await send(it.port, head + "\r\nhi")
        assert "expect" not in it.heads["cart"][0].lower()
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
