"""Calls are repeated where that is safe, a few times, spread in time, and not beyond a budget."""

import asyncio
import socket

import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from adapters.outbound.http_client.channel import ATTEMPTS, BACKOFF
from adapters.outbound.http_client.session import new_session
from core.shared.errors import Unavailable
from tests.adapters.http_client.calling import NEARLY_ONE, asked, channel_to, refused, within_a_request
from tests.adapters.http_client.peer import (
    Manner,
    answering,
    babbling,
    closing,
    cutting,
    hanging,
    peer,
    refusing,
    resetting,
    sending,
)
from tests.virtual_time import in_virtual_time

PASSING = [answering(502), answering(503), answering(504), resetting, closing, cutting, babbling]
LASTING = [
    answering(500),
    answering(301, Location="/elsewhere"),
    refusing(429, "slow_down"),
    refusing(404, "not_found"),
]


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("manner", PASSING)
@in_virtual_time
async def test_what_may_pass_is_tried_three_times(manner: Manner) -> None:
    async with peer(manner) as broken, channel_to(broken.url) as channel:
        await refused(channel)
        assert len(broken.received) == ATTEMPTS == 3


@pytest.mark.parametrize("manner", PASSING)
@in_virtual_time
async def test_a_passing_failure_is_not_noticed_by_the_caller(manner: Manner) -> None:
    async with peer(manner, manner, answering(200, "well")) as broken, channel_to(broken.url) as channel:
        assert await asked(channel) == "well"


@pytest.mark.parametrize("manner", [*PASSING, hanging])
@pytest.mark.parametrize("method", ["POST", "PUT"])
@in_virtual_time
async def test_what_is_not_safe_to_repeat_is_sent_once(method: str, manner: Manner) -> None:
    async with peer(answering(200), manner) as broken, channel_to(broken.url) as channel:
        await channel.tell(method, "/things", {})  # so that there is a connection to be used again
        with pytest.raises(Unavailable):
            await channel.tell(method, "/things", {})
        assert len(broken.received) == 2


@in_virtual_time
async def test_aiohttp_by_itself_would_send_it_again() -> None:
    async with peer(closing) as broken, ClientSession() as session:
        with pytest.raises(ServerDisconnectedError):
            await session.put(broken.url)
        assert len(broken.received) == 2
    async with peer(closing) as broken, new_session() as session:
        with pytest.raises(Exception, match="The connection broke"):
            await session.put(broken.url)
        assert len(broken.received) == 1


@pytest.mark.parametrize("manner", LASTING)
@in_virtual_time
async def test_what_will_not_pass_is_tried_once(manner: Manner) -> None:
    async with peer(manner) as broken, channel_to(broken.url) as channel:
        await refused(channel)
        assert len(broken.received) == 1


@in_virtual_time
async def test_an_effect_whose_answer_was_cut_off_is_asked_for_again_in_the_same_words() -> None:
    async with peer(cutting, answering(204)) as broken, channel_to(broken.url) as channel:
        await channel.tell("POST", "/things/7/release", {"lines": []}, repeatable=True)
        first, second = broken.received
        assert (first.method, first.target, first.body) == (second.method, second.target, second.body)
        assert first.body == b'{"lines":[]}'


@in_virtual_time
async def test_a_peer_that_is_not_there_is_tried_three_times() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with channel_to(f"http://127.0.0.1:{unused.getsockname()[1]}", chance=NEARLY_ONE) as channel:
            error = await refused(channel)
            assert error.detail == "The product service cannot be reached."
            assert now() == pytest.approx(BACKOFF + 2 * BACKOFF, abs=0.001)


@pytest.mark.parametrize(("chance", "pauses"), [(0, [0, 0]), (0.5, [0.025, 0.05]), (NEARLY_ONE, [0.05, 0.1])])
@in_virtual_time
async def test_the_pauses_grow_and_are_spread_from_nothing_to_all_of_them(chance: float, pauses: list[float]) -> None:
    async with peer(answering(503)) as broken, channel_to(broken.url, chance=chance) as channel:
        await refused(channel)
        first, second, third = (request.at for request in broken.received)
        assert [second - first, third - second] == pytest.approx(pauses, abs=0.001)


@in_virtual_time
async def test_a_peer_is_not_asked_before_the_time_it_names() -> None:
    async with peer(answering(503, Retry_After="1"), answering(200, "well")) as busy, channel_to(busy.url) as channel:
        assert await asked(channel) == "well"
        assert 1 <= now() < 1.1


@pytest.mark.parametrize(("retry_after", "told"), [("2", 2), ("99999", 99999)])
@in_virtual_time
async def test_a_time_beyond_the_deadline_is_not_waited_for_but_passed_on(retry_after: str, told: int) -> None:
    async with peer(answering(503, Retry_After=retry_after)) as busy, channel_to(busy.url) as channel:
        error = await refused(channel)
        assert (error.retry_after, len(busy.received), now()) == (told, 1, 0)


@pytest.mark.parametrize("retry_after", ["-1", "1e9", "0x1", "Wed, 02 Jan 2036 03:04:06 GMT", "9" * 5000, "", "0"])
@in_virtual_time
async def test_a_time_that_is_no_number_of_seconds_is_no_reason_to_wait(retry_after: str) -> None:
    async with peer(answering(503, Retry_After=retry_after)) as busy, channel_to(busy.url) as channel:
        error = await refused(channel)
        assert (error.retry_after, len(busy.received)) == (1, 3)


@in_virtual_time
async def test_no_repeat_is_begun_that_could_not_end_in_time() -> None:
    async with peer(answering(503)) as broken, channel_to(broken.url, chance=NEARLY_ONE) as channel:
        with within_a_request(deadline=now() + 0.1):
            await refused(channel)
        assert len(broken.received) == 2  # after 0 and 50 ms; the next would be at 150


@in_virtual_time
async def test_repeats_are_a_tenth_of_the_calls_once_the_budget_is_spent() -> None:
    async with peer(answering(503)) as broken, channel_to(broken.url) as channel:
        for _ in range(50):
            await refused(channel)
        spent = len(broken.received)
        for _ in range(1000):
            await refused(channel)
        sent = len(broken.received) - spent
        print(f"{sent} requests for 1000 calls once the budget is spent; {spent} for the first 50")
        assert spent <= 50 + 10 + 5
        assert 1000 < sent <= 1100


@in_virtual_time
async def test_without_a_budget_a_peer_in_trouble_would_get_three_times_the_calls() -> None:
    async with peer(answering(503)) as broken:
        for _ in range(100):
            async with channel_to(broken.url) as naive:  # each with a budget of its own
                await refused(naive)
        assert len(broken.received) == 300


@in_virtual_time
async def test_the_budget_comes_back_with_calls_that_succeed() -> None:
    mood = answering(503)

    async def moody(writer: asyncio.StreamWriter) -> None:
        await mood(writer)

    async with peer(moody) as broken, channel_to(broken.url) as channel:
        for _ in range(10):
            await refused(channel)
        mood = answering(204)
        for _ in range(20):
            await channel.tell("PUT", "/things", {})
        mood, before = answering(503), len(broken.received)
        await refused(channel)
        assert len(broken.received) - before == 3


@in_virtual_time
async def test_a_body_is_sent_whole_each_time() -> None:
    async with peer(sending(503, b"busy"), sending(204, b"")) as broken, channel_to(broken.url) as channel:
        await channel.tell("PUT", "/things", {"text": "é" * 1000}, repeatable=True)
        assert [len(request.body) for request in broken.received] == [2011, 2011]
