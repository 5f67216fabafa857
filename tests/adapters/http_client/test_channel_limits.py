"""Every call to another service ends in time, whatever the peer does."""

import asyncio
import gzip
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.outbound.http_client.channel import LIMITS, Channel, Limits
from adapters.outbound.http_client.session import new_session
from tests.adapters.http_client.calling import NEARLY_ONE, NumberedTokens, asked, channel_to, refused, within_a_request
from tests.adapters.http_client.peer import Manner, answering, dripping, hanging, peer, sending, wordy
from tests.virtual_time import LoopClock, in_virtual_time

OVERRUN = 0.1


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("manner", [hanging, dripping(0.3), dripping(0.9), dripping(1.1)])
@in_virtual_time
async def test_a_peer_that_hangs_or_drips_takes_no_more_than_the_total_limit(manner: Manner) -> None:
    async with peer(manner) as slow, channel_to(slow.url, chance=NEARLY_ONE) as channel:
        await refused(channel)
        assert LIMITS.read < now() <= LIMITS.total


@in_virtual_time
async def test_without_limits_of_ours_aiohttp_would_be_held_for_minutes() -> None:
    async with peer(dripping(0.9)) as slow, new_session() as session:
        with pytest.raises(TimeoutError):
            await (await session.get(slow.url)).read()
        assert now() == pytest.approx(300)


@in_virtual_time
async def test_a_silent_peer_is_given_up_at_the_read_limit() -> None:
    async with peer(hanging) as slow, channel_to(slow.url) as channel:
        await refused(channel, repeatable=False)
        assert now() == pytest.approx(LIMITS.read)


@in_virtual_time
async def test_a_peer_that_takes_no_connection_is_given_up_at_the_connect_limit() -> None:
    with full_backlog() as url:
        async with channel_to(url) as channel:
            await refused(channel, repeatable=False)
            assert now() == pytest.approx(LIMITS.connect)


@in_virtual_time
async def test_the_requests_deadline_ends_a_call_earlier() -> None:
    async with peer(hanging) as slow, channel_to(slow.url) as channel:
        with within_a_request(deadline=now() + 0.25):
            await refused(channel)
        assert now() == pytest.approx(0.25)
        assert [request.headers["x-request-deadline-ms"] for request in slow.received] == ["250"]


@in_virtual_time
async def test_a_later_deadline_than_the_limit_changes_nothing() -> None:
    async with peer(hanging) as slow, channel_to(slow.url) as channel:
        with within_a_request(deadline=now() + 60):
            await refused(channel)
        assert now() <= LIMITS.total
        assert slow.received[0].headers["x-request-deadline-ms"] == "1800"


@in_virtual_time
async def test_each_attempt_tells_the_peer_what_time_is_left() -> None:
    async with peer(hanging, answering(200, "at last")) as slow, channel_to(slow.url, chance=0) as channel:
        assert await asked(channel) == "at last"
        assert [request.headers["x-request-deadline-ms"] for request in slow.received] == ["1800", "800"]


@in_virtual_time
async def test_nobody_is_asked_when_no_time_is_left() -> None:
    async with peer(answering(200)) as idle, channel_to(idle.url) as channel:
        with within_a_request(deadline=now()):
            await refused(channel)
        assert idle.received == []


@in_virtual_time
async def test_an_answer_is_read_no_further_than_its_limit() -> None:
    async with peer(wordy) as long, channel_to(long.url, limits=Limits(answer_bytes=1_000_000)) as channel:
        error = await refused(channel)
        assert error.detail == "The product service gave an answer that is too long."
        assert len(long.received) == 1


@in_virtual_time
async def test_an_answer_of_just_the_limit_is_read() -> None:
    async with peer(answering(200, "x" * 98)) as long, channel_to(long.url, limits=Limits(answer_bytes=100)) as channel:
        assert await asked(channel) == "x" * 98


@in_virtual_time
async def test_a_small_answer_cannot_unfold_into_a_long_one() -> None:
    folded = gzip.compress(b'"It is small after all."')
    async with peer(sending(200, folded, Content_Encoding="gzip")) as sly, channel_to(sly.url) as channel:
        error = await refused(channel)
        assert error.detail == "The product service gave an answer that cannot be understood."
        assert sly.received[0].headers["accept-encoding"] == "identity"


@in_virtual_time
async def test_a_cancelled_call_lets_go_at_once() -> None:
    async with peer(hanging) as slow, channel_to(slow.url) as channel:
        call = asyncio.create_task(asked(channel))
        await asyncio.sleep(0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert now() == pytest.approx(0.1)


@in_virtual_time
async def test_a_hundred_hanging_calls_do_not_hold_up_another_peer() -> None:
    async with (
        peer(hanging) as slow,
        peer(answering(200, "here")) as quick,
        channel_to(slow.url) as dead,
        channel_to(quick.url) as alive,
    ):
        calls = [asyncio.create_task(refused(dead)) for _ in range(150)]
        await asyncio.sleep(0.1)
        assert await asked(alive) == "here"
        assert now() == pytest.approx(0.1)
        await asyncio.gather(*calls)
        assert now() <= LIMITS.total + OVERRUN


@in_virtual_time
async def test_a_channel_has_to_be_entered() -> None:
    channel = Channel("http://127.0.0.1:1", audience="product", tokens=NumberedTokens(), clock=LoopClock())
    with pytest.raises(RuntimeError):
        await asked(channel)
    async with channel:
        pass
    with pytest.raises(RuntimeError):
        await asked(channel)


@pytest.mark.parametrize("url", ["", "product", "/v1", "127.0.0.1:3001"])
@in_virtual_time
async def test_a_base_url_is_absolute(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        Channel(url, audience="product", tokens=NumberedTokens(), clock=LoopClock())


@contextmanager
def full_backlog() -> Iterator[str]:
    """The address of a server that accepts nobody and has no room left for those who wait."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
