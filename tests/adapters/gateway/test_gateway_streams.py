"""Bodies pass as they come: nothing is collected in the gateway, however large or slow it is."""

import asyncio
import functools
import io
import tracemalloc
from collections.abc import AsyncIterator, Mapping

import aiohttp
from aiohttp import web

from adapters.inbound.gateway.app import gateway
from adapters.inbound.gateway.routes import RoutingTable
from tests.adapters.gateway.stage import MakeGateway, before, http_server, raw_server, send

CHUNK = b"x" * 65_536
CHUNKS = 512
BODY = CHUNKS * len(CHUNK)
BOUND = BODY // 4


async def large_body() -> AsyncIterator[bytes]:
    for _ in range(CHUNKS):
        yield CHUNK


async def slow_to_read(content: aiohttp.StreamReader) -> int:
    """The length of a body of which nothing is read at first, so that a gateway has to hold it or to wait."""
    await asyncio.sleep(0.2)
    length = 0
    async for chunk in content.iter_any():
        length += len(chunk)
    return length


async def peak_of_upload(make: MakeGateway) -> int:
    async def handle(request: web.BaseRequest) -> web.Response:
        return web.Response(text=str(await slow_to_read(request.content)))

    async with http_server(handle) as service, before(service, make) as it, aiohttp.ClientSession() as client:
        tracemalloc.start()
        try:
            async with client.post(it.url + "/v1/products/import", data=large_body()) as answer:
                assert (answer.status, await answer.text()) == (200, str(BODY))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def peak_of_download(make: MakeGateway) -> int:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        async for chunk in large_body():
            await response.write(chunk)
        return response

    async with http_server(handle) as service, before(service, make) as it, aiohttp.ClientSession() as client:
        tracemalloc.start()
        try:
            async with client.get(it.url + "/v1/products") as answer:
                assert (answer.status, await slow_to_read(answer.content)) == (200, BODY)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def collecting(table: RoutingTable, backends: Mapping[str, str]) -> web.Application:
    """A gateway that reads each body before it passes it on."""

    async def handle(request: web.Request) -> web.Response:
        url = backends["product"] + request.path
        async with (
            aiohttp.ClientSession() as client,
            client.request(request.method, url, data=io.BytesIO(await request.read())) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())

    app = web.Application(client_max_size=2 * BODY)
    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def test_a_large_upload_to_a_slow_service_takes_little_memory() -> None:
    assert await peak_of_upload(gateway) < BOUND


async def test_a_large_download_by_a_slow_client_takes_little_memory() -> None:
    assert await peak_of_download(gateway) < BOUND


async def test_a_gateway_that_collects_bodies_is_caught() -> None:
    assert await peak_of_upload(collecting) > BOUND
    assert await peak_of_download(collecting) > BOUND


async def test_the_first_part_of_an_answer_arrives_before_the_last_is_written() -> None:
    seen = asyncio.Event()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        await seen.wait()
        await response.write(b"last")
        return response

    async with (
        asyncio.timeout(5),
        http_server(handle) as service,
        before(service) as it,
        aiohttp.ClientSession() as client,
        client.get(it.url + "/v1/products") as answer,
    ):
        assert await answer.content.readany() == b"first"
        seen.set()
        assert await answer.content.read() == b"last"


async def test_the_first_part_of_a_request_arrives_before_the_last_is_sent() -> None:
    seen = asyncio.Event()

    async def handle(request: web.BaseRequest) -> web.Response:
        first = await request.content.readany()
        seen.set()
        return web.Response(body=first + b"|" + await request.content.read())

    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        await seen.wait()
        yield b"last"

    async with (
        asyncio.timeout(5),
        http_server(handle) as service,
        before(service) as it,
        aiohttp.ClientSession() as client,
        client.post(it.url + "/v1/products", data=body()) as answer,
    ):
        assert await answer.read() == b"first|last"


async def test_a_body_keeps_its_framing() -> None:
    framing = []

    async def handle(request: web.BaseRequest) -> web.Response:
        framing.append((request.headers.get("Content-Length"), request.headers.get("Transfer-Encoding")))
        return web.Response(body=await request.read())

    post = "POST /v1/cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    async with http_server(handle) as service, before(service) as it:
        assert (await send(it.port, post + "Content-Length: 2\r\n\r\nhi")).endswith(b"\r\n\r\nhi")
        assert (await send(it.port, post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")).endswith(b"hi")
        assert (await send(it.port, post + "Content-Length: 0\r\n\r\n")).endswith(b"\r\n\r\n")
    assert framing == [("2", None), (None, "chunked"), ("0", None)]


async def test_an_answer_to_a_body_still_under_way_arrives() -> None:
    async def handle(request: web.BaseRequest) -> web.Response:
        response = web.Response(status=413, text="too large")
        response.force_close()
        return response

    async with (
        asyncio.timeout(5),
        http_server(handle) as service,
        before(service) as it,
        aiohttp.ClientSession() as client,
        client.post(it.url + "/v1/products/import", data=large_body()) as answer,
    ):
        assert (answer.status, await answer.text()) == (413, "too large")


async def test_an_upload_may_take_longer_than_a_caller_or_a_service_may_be_silent() -> None:
    idle_seconds = 0.2

    async def body() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"row\n"
            await asyncio.sleep(idle_seconds / 4)

    async def handle(request: web.BaseRequest) -> web.Response:
        return web.Response(body=await request.read())

    async with (
        http_server(handle) as service,
        before(service, functools.partial(gateway, idle_seconds=idle_seconds)) as it,
        aiohttp.ClientSession() as client,
        client.post(it.url + "/v1/products/import", data=body()) as answer,
    ):
        assert (answer.status, await answer.read()) == (200, b"row\n" * 10)


async def test_a_client_that_leaves_takes_the_call_to_the_service_along() -> None:
    begun, left = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        begun.set()
        await reader.read()
        left.set()

    async with asyncio.timeout(5), raw_server(talk) as service, before(service) as it:
        _, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(b"GET /v1/products HTTP/1.1\r\nHost: x\r\n\r\n")
        await begun.wait()
        writer.close()
        await left.wait()
