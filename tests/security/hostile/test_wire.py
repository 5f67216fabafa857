"""Over real sockets: requests that two readers could read differently, that never end, or that go round the gateway."""

import asyncio

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from adapters.bootstrap.heads import HEAD_MAX, LimitedHeads
from tests.database import free_port
from tests.figures import Figure
from tests.security.hostile.wire import GET, LOGIN, TRICKS, Ports, ambiguous, flooded, odd, sent, shop_front, statuses

LIMIT = 1_048_576
BUFFERS = 6 * 2**20
"""What sockets and streams between two processes hold at most, on each way."""
CLOSE = b"Connection: close\r\n\r\n"


async def test_no_request_is_smuggled_and_none_breaks_a_server(figure: Figure) -> None:
    async with shop_front() as ports:
        for name, what in ambiguous().items():
            for port in (ports.service, ports.gateway):
                back = statuses(await sent(port, what))
                assert back in ([400], []), f"{name}: {back}"
            await _next_is_answered(ports, name)
        for name, what in odd().items():
            for port in (ports.service, ports.gateway):
                back = statuses(await sent(port, what))
                assert len(back) <= 1, f"{name}: {back}"
                assert all(200 <= status < 500 for status in back), f"{name}: {back}"
            await _next_is_answered(ports, name)
        _assert_quiet(ports)
    figure("Requests that are not quite HTTP: {requests}, 0 smuggled", requests=2 * (len(ambiguous()) + len(odd())))


async def test_no_way_leads_round_the_gateway(figure: Figure) -> None:
    async with shop_front() as ports:
        for path in TRICKS:
            back = statuses(await sent(ports.gateway, f"GET {path} HTTP/1.1\r\nHost: a\r\n".encode() + CLOSE))
            assert back in ([401], [404]), f"{path}: {back}"
            inside = "internal" in path.lower() or "liv" in path or "ready" in path or "health" in path
            assert back == [404] or not inside, f"{path}: {back}"
    figure("Paths round the gateway: {paths}, 0 let through", paths=len(TRICKS))


async def test_a_long_body_is_refused_before_it_comes(figure: Figure) -> None:
    async with shop_front() as ports:
        declared = await sent(ports.service, LOGIN + b"Content-Length: 10485760\r\n\r\n", seconds=1)
        assert statuses(declared) == [413]
        assert b"body_too_large" in declared
        for port, hops in ((ports.service, 1), (ports.gateway, 2)):
            taken, answer = await flooded(port, LOGIN, most=100 * LIMIT)
            assert statuses(answer)[:1] == [413], answer[:200]
            assert taken <= LIMIT + hops * BUFFERS, taken
            figure(f"An endless body could send {{kilobytes}} kB over {hops} hops", kilobytes=taken // 1000)
        await _next_is_answered(ports, "floods")


async def test_a_head_without_an_end_is_refused() -> None:
    heads = [
        GET + b"X: " + b"x" * 40 * HEAD_MAX,
        GET + b"x" * 40 * HEAD_MAX,
        GET + b"X: y\r\n" * 40_000,
        b"GET /" + b"x" * 40 * HEAD_MAX,
        LOGIN + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 40_000,
        LOGIN + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * 40 * HEAD_MAX,
    ]
    async with shop_front() as ports:
        for head in heads:
            back = statuses(await sent(ports.service, head, seconds=5))
            assert set(back) <= {400, 431}, head[:80]
        long = GET + b"X: " + b"x" * 60_000 + b"\r\n"
        assert statuses(await sent(ports.service, long + CLOSE)) == [200]
        assert statuses(await sent(ports.service, long + b"Y: " + b"y" * 60_000 + b"\r\n" + CLOSE)) == [431]
        await _next_is_answered(ports, "heads")


async def test_uvicorn_alone_takes_a_head_of_any_length() -> None:
    """The same head as above, of which we keep nothing."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    found: list[int] = []
    for protocol in (HttpToolsProtocol, LimitedHeads):
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", http=protocol, log_config=None))
        serving = asyncio.create_task(server.serve())
        async with asyncio.timeout(20):
            while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                await asyncio.sleep(0.01)
            found += statuses(await sent(port, GET + b"X: " + b"x" * 40 * HEAD_MAX + b"\r\n" + CLOSE, seconds=5))
        server.should_exit = True
        await serving
    assert found[0] == 200
    assert found[1:] in ([431], [])


async def test_a_head_may_come_in_pieces_and_a_body_be_longer_than_a_head() -> None:
    body = b'{"email": "sam@example.com", "password": "' + b"x" * 3 * HEAD_MAX + b'"}'
    async with shop_front() as ports:
        reader, writer = await asyncio.open_connection("127.0.0.1", ports.service)
        for _ in range(3):
            for piece in (LOGIN[:20], LOGIN[20:], f"Content-Length: {len(body)}\r\n\r\n".encode(), body[:9], body[9:]):
                writer.write(piece)
                await asyncio.sleep(0.01)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 422 ")
            await reader.readuntil(b'"request_id":')
            await reader.readuntil(b"}")
        writer.close()


async def _next_is_answered(ports: Ports, after: str) -> None:
    """Whoever comes next, over the gateway's same connections to the service, is answered what they asked."""
    back = await sent(ports.gateway, GET + CLOSE)
    assert statuses(back) == [200], f"after {after}"
    assert b'"keys"' in back, f"after {after}"


def _assert_quiet(ports: Ports) -> None:
    """Nothing of all this is written down but that it came, and nobody could think of a defect."""
    log = ports.log.read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log
    assert "hidden" not in log
