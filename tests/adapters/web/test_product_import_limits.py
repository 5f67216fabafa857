"""An import may be of any length and take any time, but not hold much, nor wait for a silent client."""

import asyncio
import logging
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.inbound.web.product.imports import LINE_MAX
from core.product.use_cases import BATCH
from core.shared.context import REQUEST
from tests.adapters.web.importing import NDJSON, PATH, imported, line, sent, skus
from tests.adapters.web.shop_service import IMPORT_LIMIT, shop_app
from tests.core.order.shop import Hook, Shop
from tests.virtual_time import LoopClock, in_virtual_time


class Untouched(AsyncIterator[bytes]):
    """A body that nobody should read."""

    async def __anext__(self) -> bytes:
        raise AssertionError("It was read.")


@pytest.mark.parametrize(("token", "status"), [("forged", 401), ("alice", 403)])
async def test_nothing_is_read_of_those_who_may_not(token: str, status: int) -> None:
    response = await sent(shop_app("product", Shop()), Untouched(), Authorization=f"Bearer {token}")
    assert response.status_code == status


async def test_nothing_is_read_of_a_body_that_is_announced_as_too_long() -> None:
    headers = {"Content-Length": str(IMPORT_LIMIT + 1)}
    response = await sent(shop_app("product", Shop()), Untouched(), **headers)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert response.json()["limit"] == IMPORT_LIMIT


async def test_a_body_that_turns_out_too_long_is_a_413_and_what_came_before_is_kept() -> None:
    shop = Shop()

    async def body() -> AsyncIterator[bytes]:
        yield line("BOOT") + b"\n" + line("HAT") + b"\n"
        for _ in range(IMPORT_LIMIT // 1_000_000 + 1):
            yield b" " * 1_000_000

    response = await sent(shop_app("product", shop), body())
    assert response.status_code == 413
    assert await skus(shop) == {"BOOT": 3, "HAT": 3}


# How much is held


def collecting(app: ASGIApp) -> ASGIApp:
    """A service that reads the whole body before it looks at it."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def once() -> Message:
            return whole.pop()

        await app(scope, once, send)

    return call


async def peak(app: ASGIApp, body: AsyncIterator[bytes]) -> int:
    """The most memory in use at any time while the body is imported, in bytes."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as http:
        tracemalloc.start()
        try:
            response = await http.post(PATH, content=body, headers=NDJSON)
            assert response.status_code == 200, response.text
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def many_long_lines() -> AsyncIterator[bytes]:
    """Nine tenths of the limit, in lines that are read whole and refused."""
    long = line(description="x" * 60_000) + b"\n"
    for _ in range(IMPORT_LIMIT * 9 // 10 // len(long)):
        yield long


async def one_endless_line() -> AsyncIterator[bytes]:
    for _ in range(IMPORT_LIMIT * 9 // 10 // LINE_MAX):
        yield b"x" * LINE_MAX


@pytest.mark.parametrize("body", [many_long_lines, one_endless_line])
async def test_a_long_body_is_never_held(body: Callable[[], AsyncIterator[bytes]]) -> None:
    assert await peak(shop_app("product", Shop()), body()) < IMPORT_LIMIT / 10


async def test_a_service_that_collects_the_body_is_caught() -> None:
    assert await peak(collecting(shop_app("product", Shop())), one_endless_line()) > IMPORT_LIMIT / 2


async def test_rows_are_kept_while_the_body_still_comes() -> None:
    shop = Shop()
    ahead: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(3 * BATCH + 1):
            yield line(f"SKU-{number}") + b"\n"
            kept = await shop.products.products.by_skus([f"SKU-{each}" for each in range(number)])
            ahead.append(number - len(kept))

    assert (await imported(body(), shop))["created"] == 3 * BATCH + 1
    assert max(ahead) < BATCH


# How long it may take


async def test_every_batch_has_the_whole_time_that_a_request_has() -> None:
    shop, left = Shop(), list[float]()

    async def slow_store(where: str) -> None:
        if where == "product.products.by_skus:before":
            left.append((REQUEST.get().deadline or 0) - shop.clock.monotonic())
            shop.clock.advance(9)

    body = b"\n".join(line(f"SKU-{number}") for number in range(10 * BATCH))
    response = await sent(shop_app("product", shop, slow_store), body)
    assert response.json() == {"created": 10 * BATCH, "updated": 0, "failed": []}
    assert left == [10.0] * 10


async def timed(parts: Iterable[tuple[float, bytes]], shop: Shop, hook: Hook | None = None) -> tuple[int, float]:
    """The status, and after how many seconds it came, for a body of which each part comes after so many seconds."""

    async def body() -> AsyncIterator[bytes]:
        for seconds, part in parts:
            await asyncio.sleep(seconds)
            yield part

    clock = LoopClock()
    began = clock.monotonic()
    response = await sent(shop_app("product", shop, hook, clock=clock), body())
    assert (response.headers.get("Connection") == "close") == (response.status_code == 408)
    return response.status_code, clock.monotonic() - began


@in_virtual_time
async def test_a_client_that_takes_its_time_is_waited_for_line_by_line() -> None:
    shop = Shop()
    parts = [(4, b""), (4, line("A")[:20]), (1, line("A")[20:] + b"\n"), (9, line("B") + b"\n"), (9, line("C"))]
    assert await timed(parts, shop) == (200, 27)
    assert await skus(shop) == {"A": 3, "B": 3, "C": 3}


@in_virtual_time
async def test_neither_a_slow_store_nor_a_slow_client_takes_time_from_the_other() -> None:
    left = list[float]()

    async def slow_store(where: str) -> None:
        if where == "product.products.by_skus:before":
            left.append((REQUEST.get().deadline or 0) - LoopClock().monotonic())
            await asyncio.sleep(9)

    batch = b"".join(line(f"SKU-{number}") + b"\n" for number in range(BATCH))
    parts = [(0.0, batch), (9.0, line("A") + b"\n"), (9.0, line("B") + b"\n")]
    assert await timed(parts, Shop(), slow_store) == (200, 36)
    assert left == [10.0, 10.0]


@in_virtual_time
async def test_a_client_that_falls_silent_is_waited_for_ten_seconds_and_what_came_whole_is_kept() -> None:
    shop = Shop()
    assert await timed([(0, line("A") + b"\n" + line("B")), (3600, b"\n")], shop) == (408, 10)
    assert await skus(shop) == {"A": 3}


@in_virtual_time
async def test_the_last_rows_have_the_whole_time_too_however_late_the_body_ends() -> None:
    left: list[float] = []

    async def look(where: str) -> None:
        if where == "product.products.by_skus:before":
            left.append((REQUEST.get().deadline or 0) - LoopClock().monotonic())

    await timed([(0, line("A") + b"\n"), (9.5, b"")], Shop(), look)
    await timed([(0, line("B") + b"\n"), (3600, b"")], Shop(), look)
    assert left == pytest.approx([10, 10])


@in_virtual_time
async def test_a_client_that_drips_is_not_waited_for_any_longer() -> None:
    shop = Shop()
    drops = [(3.0, b" ")] * 100
    assert await timed([(0, line("A") + b"\n"), *drops], shop) == (408, 10)
    assert await timed([(3.0, b"\n")] * 100, shop) == (408, 10)
    assert await skus(shop) == {"A": 3}


# How it ends early


async def test_a_client_that_leaves_is_no_error_and_what_came_whole_is_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop, answers = Shop(), list[Message]()
    messages: list[Message] = [
        {"type": "http.request", "body": line("A") + b"\n" + line("B") + b"\n" + line("C"), "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in NDJSON.items()],
    }
    with caplog.at_level(logging.DEBUG):
        await shop_app("product", shop)(scope, receive, send)
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG] == [f"POST {PATH} 499"]
    assert await skus(shop) == {"A": 3, "B": 3}
    assert answers[0]["status"] == 400
