"""What a client sees when a service is down, slow, or breaks off."""

import asyncio
import functools
import json
from collections.abc import Mapping

import pytest
from aiohttp import web

from adapters.inbound.gateway.app import gateway
from adapters.inbound.gateway.routes import Route, RoutingTable, read_manifest
from tests.adapters.gateway.stage import HTTP_OK, MANIFEST, Raw, before, get, problem, raw_server, send


def after_the_request(reply: bytes, *, reset: bool = False) -> Raw:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        if reset:
            writer.transport.abort()

    return talk


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_a_service_that_is_down_is_a_503_that_says_when_to_try_again_and_its_return_is_noticed_at_once() -> None:
    async with raw_server(after_the_request(HTTP_OK)) as service:
        pass
    async with before(service) as it:
        status, headers, body = await get(it.port, "/v1/cart")
        assert (status, headers["retry-after"], headers["content-type"].split(";")[0]) == (
            503,
            "1",
            "application/problem+json",
        )
        assert problem(body) == (503, "service_unavailable")
        told = json.loads(body)
        assert (told["instance"], told["request_id"]) == ("/v1/cart", headers["x-request-id"])
        port = int(service.rsplit(":", 1)[1])
        async with raw_server(after_the_request(HTTP_OK), port):
            assert (await get(it.port, "/v1/cart"))[0] == 200


@pytest.mark.parametrize(
    "talk",
    [
        after_the_request(b""),
        after_the_request(b"", reset=True),
        after_the_request(b"ceci n'est pas HTTP\r\n\r\n"),
        after_the_request(b"HTTP/1.1 200 OK\r\nContent-Le"),
        after_the_request(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
    ],
)
async def test_a_service_that_breaks_off_or_speaks_no_http_is_a_502(talk: Raw) -> None:
    async with raw_server(talk) as service, before(service) as it:
        for method in ("GET", "POST"):
            status, _, body = await get(it.port, "/v1/cart", method=method)
            assert (status, problem(body)) == (502, (502, "bad_gateway"))


async def test_a_request_whose_answer_is_lost_is_not_sent_again() -> None:
    calls = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append((await reader.readuntil(b" ")).decode().strip())

    async with raw_server(talk) as service, before(service) as it:
        for method in ("GET", "DELETE", "PUT", "POST"):
            assert (await get(it.port, "/v1/cart", method=method))[0] == 502
    assert calls == ["GET", "DELETE", "PUT", "POST"]


async def test_a_service_that_says_nothing_for_too_long_is_a_504() -> None:
    async with raw_server(silence) as service, before(service, functools.partial(gateway, idle_seconds=0.1)) as it:
        status, _, body = await get(it.port, "/v1/cart")
    assert (status, problem(body)) == (504, (504, "gateway_timeout"))


@pytest.mark.parametrize(
    "head", ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
@pytest.mark.parametrize("hangs", [True, False])
async def test_half_an_answer_is_never_made_to_look_whole(head: str, hangs: bool) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + b"4\r\nhalf\r\n")
        if hangs:
            await reader.read()

    async with raw_server(talk) as service, before(service, functools.partial(gateway, idle_seconds=0.1)) as it:
        answer = await send(it.port, "GET /v1/cart HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"half" in answer
    assert not answer.endswith(b"0\r\n\r\n")


async def test_a_body_that_does_not_come_is_the_clients_fault() -> None:
    head = "POST /v1/cart HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with raw_server(silence) as service, before(service, functools.partial(gateway, idle_seconds=0.1)) as it:
        sent = [(head + "broken",), (head, "2\r\nhi\r\n"), (head, "broken")]
        answers = [await send(it.port, *parts, until=b"\r\n") for parts in sent]
    assert [answer.split(b" ")[1] for answer in answers] == [b"400", b"408", b"408"]


async def test_one_service_down_leaves_the_others_alone() -> None:
    async with raw_server(after_the_request(HTTP_OK)) as gone:
        pass
    async with raw_server(after_the_request(HTTP_OK)) as up:

        def make(table: RoutingTable, backends: Mapping[str, str]) -> web.Application:
            return gateway(table, {**backends, "cart": gone})

        async with before(up, make) as it:
            targets = ("/v1/products", "/v1/users", "/v1/cart", "/v1/orders")
            assert [(await get(it.port, target))[0] for target in targets] == [200, 200, 503, 200]


def test_a_routed_service_without_an_address_is_named() -> None:
    with pytest.raises(ValueError, match="routes to 'order'; the known backends are cart, product, user"):
        gateway(read_manifest(MANIFEST), dict.fromkeys(("product", "user", "cart"), "http://127.0.0.1:1"))


@pytest.mark.parametrize("address", ["", "127.0.0.1:3001", "ftp://127.0.0.1", "http://127.0.0.1:3001/base"])
def test_an_address_that_is_no_origin_is_refused(address: str) -> None:
    table = RoutingTable((Route(path="/", exact=False, backend="product"),))
    with pytest.raises(ValueError, match="expected http://host:port"):
        gateway(table, {"product": address})
