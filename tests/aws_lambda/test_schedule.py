"""What one invocation by the passing of time does: every kind of work, whatever becomes of the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from adapters.inbound.aws_lambda.schedule import SPARE_SECONDS, RoundFailed, Schedule
from adapters.inbound.worker.rounds import Rounds
from core.shared.errors import Unavailable
from core.shared.rounds import Report
from tests.fakes import FixedClock, SequentialIds

TIME = SPARE_SECONDS + 20


def once(round: Callable[[], Awaitable[Report]]) -> Callable[[], Awaitable[Report]]:
    return Rounds("work", round, seconds=1, new_id=SequentialIds(FixedClock())).once


class Work:
    """Has so many things to do, ten of them a round."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.rounds = 0

    async def __call__(self) -> Report:
        self.rounds += 1
        done = min(10, self.left)
        self.left -= done
        return Report(done=done, failures=())


async def failing() -> Report:
    raise KeyError("secret")


async def unavailable() -> Report:
    raise Unavailable("The store is away.")


async def hanging() -> Report:
    await asyncio.Event().wait()
    raise AssertionError


async def test_each_kind_of_work_goes_on_until_nothing_is_left() -> None:
    much, little, none = Work(35), Work(3), Work(0)
    done = await Schedule({"much": once(much), "little": once(little), "none": once(none)})(seconds=TIME)
    assert done == {"much": 35, "little": 3, "none": 0}
    assert (much.rounds, little.rounds, none.rounds) == (5, 2, 1)


async def test_a_round_that_nobody_foresaw_fails_the_invocation_and_hinders_no_other() -> None:
    work = Work(35)
    with pytest.raises(RoundFailed) as failed:
        await Schedule({"failing": once(failing), "work": once(work), "last": once(failing)})(seconds=TIME)
    assert (work.left, str(failed.value)) == (0, "failing, last")


async def test_a_store_that_is_away_is_told_and_is_no_failure_of_the_function(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(3)
    done = await Schedule({"away": once(unavailable), "work": once(work)})(seconds=TIME)
    assert done == {"away": 0, "work": 3}
    assert "work: unavailable: The store is away." in caplog.text


async def test_what_failed_in_a_report_is_not_begun_again_at_once() -> None:
    rounds = 0

    async def stuck() -> Report:
        nonlocal rounds
        rounds += 1
        return Report(done=1, failures=("mail 1: away",))

    async def lost() -> Report:
        return Report(done=1, failures=(), unforeseen=(KeyError("secret"),))

    assert await Schedule({"stuck": once(stuck)})(seconds=TIME) == {"stuck": 1}
    assert rounds == 1
    with pytest.raises(RoundFailed):
        await Schedule({"lost": once(lost)})(seconds=TIME)


async def test_a_round_that_hangs_is_cut_short_in_time_and_the_others_are_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work(35)
    schedule = Schedule({"hanging": once(hanging), "work": once(work)})
    async with asyncio.timeout(10):
        done = await schedule(seconds=SPARE_SECONDS + 0.2)
    assert (done, work.left) == ({"hanging": 0, "work": 35}, 0)
    assert [record.levelno for record in caplog.records if "time was up" in record.message] == [logging.WARNING]
    assert await schedule(seconds=0) == {"hanging": 0, "work": 0}
