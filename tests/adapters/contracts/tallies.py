"""The contract of `core.shared.ports.Tallies`.

Tallies in here expire centuries from now: a store may forget one that has expired, by whichever clock it goes.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.shared.errors import TooManyRequests
from core.shared.ports import Tallies
from core.shared.throttling import Tally
from tests.adapters.contracts.rivals import MANY
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc

KEY = "login_by_address:192.0.2.1"
LATER = datetime(2999, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def _tally(count: int = 1, *, until: datetime = LATER, expires_at: datetime = LATER) -> Tally:
    return Tally(count=count, until=until, expires_at=expires_at)


def _to(tally: Tally) -> Callable[[Tally | None], Tally]:
    return lambda _: tally


def _one_more(tally: Tally | None) -> Tally:
    return _tally(tally.count + 1 if tally else 1)


async def what_a_step_makes_is_returned_and_kept(tallies: Tallies) -> None:
    for number in range(3):
        moments = {"until": LATER + timedelta(hours=number), "expires_at": LATER + timedelta(days=number)}
        made = _tally(number + 2**31, **moments)
        assert await tallies.change(KEY, _to(made)) == made
        assert await tallies.get(KEY) == made


async def every_moment_comes_back_in_utc_to_the_millisecond(tallies: Tallies) -> None:
    for moment in MOMENTS:
        made = _tally(until=moment)
        await tallies.change(KEY, _to(made))
        found = await tallies.get(KEY)
        assert found == made
        assert is_utc(found.until, found.expires_at)
    await tallies.change(KEY, _to(_tally(expires_at=MOMENTS[-1])))
    assert await tallies.get(KEY) == _tally(expires_at=MOMENTS[-1])


async def every_key_has_its_own_tally(tallies: Tallies) -> None:
    keys = [KEY, KEY.upper(), f"{KEY} ", f"{KEY}0", *TEXTS]
    for number, key in enumerate(keys):
        await tallies.change(key, _to(_tally(number)))
    for number, key in enumerate(keys):
        assert await tallies.get(key) == _tally(number)


async def a_key_that_nobody_used_has_no_tally(tallies: Tallies) -> None:
    await tallies.change(KEY, _one_more)
    for key in (KEY[:-1], KEY.upper(), *TEXTS):
        assert await tallies.get(key) is None


async def a_step_is_given_what_is_kept(tallies: Tallies) -> None:
    given: list[Tally | None] = []

    def step(tally: Tally | None) -> Tally:
        given.append(tally)
        return _tally(len(given), until=LATER + timedelta(milliseconds=len(given)))

    for _ in range(3):
        await tallies.change(KEY, step)
    assert given == [None, *(_tally(count, until=LATER + timedelta(milliseconds=count)) for count in (1, 2))]


async def of_many_first_changes_at_once_each_counts(tallies: Tallies) -> None:
    made = await asyncio.gather(*(tallies.change(KEY, _one_more) for _ in range(MANY)))
    assert sorted(tally.count for tally in made) == [*range(1, MANY + 1)]
    assert await tallies.get(KEY) == _tally(MANY)


async def of_many_further_changes_at_once_each_counts(tallies: Tallies) -> None:
    await tallies.change(KEY, _to(_tally(100)))
    made = await asyncio.gather(*(tallies.change(KEY, _one_more) for _ in range(MANY)))
    assert sorted(tally.count for tally in made) == [*range(101, 101 + MANY)]
    assert await tallies.get(KEY) == _tally(100 + MANY)


async def keys_are_changed_at_once_without_a_mix(tallies: Tallies) -> None:
    keys = [f"{KEY}{number % 4}" for number in range(2 * MANY)]
    await asyncio.gather(*(tallies.change(key, _one_more) for key in keys))
    for key in set(keys):
        assert await tallies.get(key) == _tally(MANY // 2)


async def a_step_that_refuses_changes_nothing(tallies: Tallies) -> None:
    def refuse(tally: Tally | None) -> Tally:
        raise TooManyRequests("Too often.", retry_after=7, limit=f"{tally.count if tally else 0}")

    for count in range(3):
        with pytest.raises(TooManyRequests) as refused:
            await tallies.change(KEY, refuse)
        assert (refused.value.retry_after, refused.value.facts) == (7, {"limit": f"{count}"})
        assert await tallies.get(KEY) == (_tally(count) if count else None)
        await tallies.change(KEY, _one_more)


async def a_quota_holds_among_many_at_once(tallies: Tallies) -> None:
    def at_most_three(tally: Tally | None) -> Tally:
        if tally and tally.count == 3:
            raise TooManyRequests(retry_after=1)
        return _one_more(tally)

    results = await asyncio.gather(*(tallies.change(KEY, at_most_three) for _ in range(MANY)), return_exceptions=True)
    assert sum(isinstance(result, Tally) for result in results) == 3
    assert sum(isinstance(result, TooManyRequests) for result in results) == MANY - 3


async def a_tally_is_forgotten_alone_and_begins_anew(tallies: Tallies) -> None:
    for key in (KEY, f"{KEY}0"):
        await tallies.change(key, _to(_tally(9)))
    await tallies.remove(KEY)
    assert await tallies.get(KEY) is None
    assert await tallies.get(f"{KEY}0") == _tally(9)
    assert await tallies.change(KEY, _one_more) == _tally(1)


async def to_forget_what_is_not_there_changes_nothing(tallies: Tallies) -> None:
    await tallies.change(KEY, _to(_tally(9)))
    for key in (f"{KEY}0", f"{KEY}0", KEY[:-1], *TEXTS):
        await tallies.remove(key)
    assert await tallies.get(KEY) == _tally(9)


async def a_tally_is_kept_while_others_come_and_change(tallies: Tallies) -> None:
    for number in range(100):
        await tallies.change(f"{KEY}{number}", _to(_tally(number, expires_at=LATER + timedelta(days=number % 3))))
    await tallies.change(f"{KEY}7", _to(_tally(1000)))
    for number in range(100):
        found = await tallies.get(f"{KEY}{number}")
        kept = _tally(number, expires_at=LATER + timedelta(days=number % 3))
        assert found == (kept if number != 7 else replace(kept, count=1000, expires_at=LATER))
