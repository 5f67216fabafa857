"""Limits, by themselves and as they hold people."""

import asyncio
from datetime import datetime, timedelta
from random import Random

import pytest

from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.errors import TooManyRequests
from core.shared.throttle import SUBJECT_MAX, Throttle
from core.shared.throttling import GrowingDelay, Limit, Rate, Tally
from tests.fakes import START, FixedClock

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RATE = Rate(name="rate", quota=6, window=MINUTE)
DELAY = GrowingDelay(
    name="delay", free=3, first=timedelta(seconds=1), longest=timedelta(seconds=8), forgotten=timedelta(hours=1)
)


class Held:
    """Someone who is held to a limit, with time in reach."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.clock = FixedClock()
        self.tallies = MemoryTallies(self.clock)
        self.throttle = Throttle(tallies=self.tallies, clock=self.clock)

    async def wait(self, subject: str = "sam") -> int:
        """Take once: the seconds to wait if it was too often, 0 if it was not."""
        try:
            await self.throttle.take(self.limit, subject)
        except TooManyRequests as refused:
            return refused.retry_after
        return 0


async def test_a_rate_lets_a_quota_pass_at_once_and_then_one_by_one() -> None:
    held = Held(RATE)
    assert [await held.wait() for _ in range(8)] == [0] * 6 + [10, 10]
    held.clock.advance(9.5)
    assert await held.wait() == 1
    held.clock.advance(0.5)
    assert [await held.wait() for _ in range(2)] == [0, 10]
    held.clock.advance(60)
    assert [await held.wait() for _ in range(7)] == [0] * 6 + [10]


async def test_a_rate_tells_how_often_more() -> None:
    held = Held(RATE)
    taken = [await held.throttle.take(RATE, "sam") for _ in range(3)]
    assert [RATE.left(tally, held.clock.now())[0] for tally in taken] == [5, 4, 3]
    held.clock.advance(25)
    assert RATE.left(taken[-1], held.clock.now())[0] == 5


async def test_what_is_given_back_may_be_taken_again_and_no_more() -> None:
    held = Held(RATE)
    await held.throttle.give_back(RATE, "sam")
    assert [await held.wait() for _ in range(7)] == [0] * 6 + [10]
    for _ in range(2):
        await held.throttle.give_back(RATE, "sam")
    assert [await held.wait() for _ in range(3)] == [0, 0, 10]
    held.clock.advance(3600)
    await held.throttle.give_back(RATE, "sam")
    assert [await held.wait() for _ in range(7)] == [0] * 6 + [10]


async def test_a_refusal_names_its_limit() -> None:
    held = Held(Rate(name="one", quota=1, window=MINUTE))
    await held.wait()
    with pytest.raises(TooManyRequests) as refused:
        await held.throttle.take(held.limit, "sam")
    assert (refused.value.retry_after, refused.value.facts) == (60, {"limit": "one"})


@pytest.mark.parametrize("seed", range(60))
def test_a_rate_never_lets_more_than_twice_its_quota_pass_in_a_window(seed: int) -> None:
    chance = Random(seed)
    quota = chance.choice((1, 2, chance.randint(3, 60), chance.randint(61, 1000)))
    rate = Rate(name="rate", quota=quota, window=timedelta(seconds=chance.choice((1, chance.randint(2, 3600)))))
    now, tally, passed = START, None, list[datetime]()
    for pause in [*(chance.randint(0, 5_000) for _ in range(chance.randint(0, 60))), *[0] * 10]:
        now += timedelta(milliseconds=pause)
        for _ in range(quota // 3 + 1):
            try:
                tally = rate.next(tally, now)
                passed.append(now)
            except TooManyRequests as refused:
                rate.next(tally, now + timedelta(seconds=refused.retry_after))
    for first in passed:
        within = sum(first <= other < first + rate.window for other in passed)
        assert within <= quota + rate.window // rate.interval


@pytest.mark.parametrize("quota", [1, 7, 59, 1_000_000])
async def test_a_rate_passes_its_whole_quota_at_once_however_it_divides_the_window(quota: int) -> None:
    rate = Rate(name="rate", quota=quota, window=timedelta(hours=1))
    tally = None
    for _ in range(min(quota, 1000)):
        tally = rate.next(tally, START)
    assert tally is not None
    assert tally.until.microsecond % 1000 == 0
    if quota <= 1000:
        with pytest.raises(TooManyRequests):
            rate.next(tally, START)


async def test_pauses_double_up_to_the_longest_and_a_refusal_does_not_lengthen_them() -> None:
    held = Held(DELAY)
    pauses = []
    for _ in range(8):
        waited = 0
        while await held.wait():
            held.clock.advance(1)
            waited += 1
        pauses.append(waited)
    assert pauses == [0, 0, 0, 1, 2, 4, 8, 8]


async def test_a_delay_begins_anew_after_a_while_or_if_it_is_forgiven() -> None:
    held = Held(DELAY)
    for _ in range(3):
        assert await held.wait() == 0
    assert await held.wait() == 1
    held.clock.advance(3600)
    assert [await held.wait() for _ in range(2)] == [0, 2]
    held.clock.advance(2 + 3600)
    assert [await held.wait() for _ in range(4)] == [0, 0, 0, 1]
    await held.throttle.forgive(DELAY, "sam")
    assert [await held.wait() for _ in range(4)] == [0, 0, 0, 1]


async def test_subjects_and_limits_do_not_hold_each_other() -> None:
    held = Held(Rate(name="one", quota=1, window=MINUTE))
    assert [await held.wait(subject) for subject in ("sam", "kim", "sam", "Kim")] == [0, 0, 60, 0]
    await held.throttle.take(Rate(name="other", quota=1, window=MINUTE), "sam")


@pytest.mark.parametrize("limit", [RATE, DELAY], ids=lambda limit: limit.name)
async def test_a_clock_that_is_set_back_far_holds_nobody(limit: Limit) -> None:
    held = Held(limit)
    while not await held.wait():
        continue
    held.clock.advance(-30 * 86_400)
    assert await held.wait() == 0


@pytest.mark.parametrize("limit", [RATE, DELAY], ids=lambda limit: limit.name)
async def test_a_replica_whose_clock_is_behind_gives_nothing_anew(limit: Limit) -> None:
    held = Held(limit)
    while not await held.wait():
        continue
    held.clock.advance(-8)
    assert await held.wait() > 0


async def test_of_many_at_once_no_more_than_the_quota_pass() -> None:
    held = Held(RATE)
    waits = await asyncio.gather(*(held.wait() for _ in range(1_000)))
    assert waits.count(0) == 6


async def test_keys_are_short_however_long_a_subject_is_and_no_two_are_the_same() -> None:
    held = Held(RATE)
    long = "x" * SUBJECT_MAX
    for subject in (long, f"{long}x", f"{long}y", f"{long}\ud800" * 1000):
        await held.throttle.take(RATE, subject)
    assert len(held.tallies._tallies) == 4
    assert max(map(len, held.tallies._tallies)) <= len("rate:") + SUBJECT_MAX


async def test_what_is_remembered_lasts_from_the_last_time_on() -> None:
    held = Held(RATE)
    assert not await held.throttle.remembers("known", "sam")
    for _ in range(2):
        await held.throttle.remember("known", "sam", lasts=DAY)
        held.clock.advance(DAY.total_seconds() - 1)
        assert await held.throttle.remembers("known", "sam")
    assert not await held.throttle.remembers("known", "kim")
    held.clock.advance(1)
    assert not await held.throttle.remembers("known", "sam")


def test_a_tally_that_has_expired_and_is_still_there_is_as_good_as_none() -> None:
    old = Tally(count=100, until=START - 2 * DAY, expires_at=START - DAY)
    for limit in (RATE, DELAY):
        assert limit.next(old, START).until == limit.next(None, START).until
