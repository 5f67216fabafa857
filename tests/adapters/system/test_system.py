"""The machine's clock, ids and secrets keep to what `Clock`, `NewId` and `NewSecret` promise."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.outbound.system.secret import UrlSafeSecret
from core.shared.ids import is_id, made_at
from core.shared.ports import NewId
from tests.fakes import START, FixedClock, SequentialIds


def test_the_clock_tells_the_time_in_utc_to_the_millisecond() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert now.microsecond % 1000 == 0


def test_the_clocks_other_scale_never_goes_back() -> None:
    clock = SystemClock()
    seen = [clock.monotonic() for _ in range(1000)]
    assert seen == sorted(seen)


def ascending(new_id: NewId, count: int = 10_000) -> bool:
    made = [new_id() for _ in range(count)]
    assert all(map(is_id, made))
    return made == sorted(set(made))


def test_ids_ascend_within_a_millisecond() -> None:
    assert ascending(Uuid7(FixedClock()))
    assert ascending(Uuid7(SystemClock()))
    assert ascending(SequentialIds(FixedClock()))


def test_ids_ascend_when_the_clock_is_set_back_by_seconds() -> None:
    clock = FixedClock()
    new_id = Uuid7(clock)
    made = [new_id()]
    for _ in range(5):
        clock.advance(-1)
        made.append(new_id())
    assert made == sorted(set(made))


def test_one_wrong_look_at_the_clock_does_not_make_all_ids_lie() -> None:
    clock = FixedClock()
    new_id = Uuid7(clock)
    clock.advance(6 * 3600)
    ahead = new_id()
    clock.advance(-6 * 3600)
    made = [new_id() for _ in range(1000)]
    assert made[0] < ahead
    assert made == sorted(set(made))
    assert abs(made_at(made[-1]) - START) < timedelta(seconds=1)


def test_an_id_tells_when_it_was_made() -> None:
    clock = FixedClock()
    new_id = Uuid7(clock)
    assert made_at(new_id()) == START
    clock.advance(0.001)
    assert made_at(new_id()) == START + timedelta(milliseconds=1)


def test_ids_cannot_be_guessed_from_their_neighbours() -> None:
    new_id = Uuid7(FixedClock())
    made = [new_id() for _ in range(1000)]
    assert len({id[-8:] for id in made}) > 990
    assert len({id[20:23] for id in made}) > 800


def test_ids_of_several_threads_are_never_the_same() -> None:
    new_id = Uuid7(SystemClock())
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [new_id() for _ in range(2000)], range(8)))
    assert all(ids == sorted(ids) for ids in made)
    assert len({id for ids in made for id in ids}) == 16_000


def test_a_secret_is_256_bits_of_url_safe_text_and_never_the_same() -> None:
    secrets = {UrlSafeSecret()() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets)
