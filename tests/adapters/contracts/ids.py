"""The contract of `core.shared.ports.NewId`, as far as anything that numbers things in a row can keep it."""

from dataclasses import dataclass
from datetime import timedelta

from core.shared.ids import is_id, made_at
from core.shared.ports import NewId
from tests.fakes import FixedClock

SECONDS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What makes ids, and the clock that it goes by."""

    clock: FixedClock
    new_id: NewId

    def made(self, count: int) -> list[str]:
        return [self.new_id() for _ in range(count)]


async def an_id_is_a_uuid_of_version_7_in_small_letters(maker: Maker) -> None:
    for id in maker.made(200):
        assert is_id(id), id


async def no_id_comes_twice(maker: Maker) -> None:
    made = []
    for step in (0, 0.001, -0.001, 1, -1, 3600, -3600, -0.001):
        maker.clock.advance(step)
        made += maker.made(100)
    assert len(set(made)) == len(made)


async def ids_ascend_within_a_millisecond(maker: Maker) -> None:
    made = maker.made(5000)
    assert made == sorted(set(made))


async def ids_ascend_as_time_goes_on(maker: Maker) -> None:
    made = []
    for _ in range(300):
        made += maker.made(2)
        maker.clock.advance(0.001)
    assert made == sorted(set(made))


async def ids_ascend_when_the_clock_is_set_back_by_seconds(maker: Maker) -> None:
    made = maker.made(3)
    for step in (-1, -4, 2, -2, 5, 0.001):
        maker.clock.advance(step)
        made += maker.made(3)
    assert made == sorted(set(made))


async def an_id_tells_when_it_was_made(maker: Maker) -> None:
    assert made_at(maker.new_id()) == maker.clock.now()
    for step in (0.001, 0.999, 86_400):
        maker.clock.advance(step)
        assert made_at(maker.new_id()) == maker.clock.now()


async def one_wrong_look_at_the_clock_does_not_make_all_ids_lie(maker: Maker) -> None:
    maker.clock.advance(6 * 3600)
    maker.made(3)
    maker.clock.advance(-6 * 3600)
    made = maker.made(1000)
    assert made == sorted(set(made))
    assert all(timedelta(0) <= made_at(id) - maker.clock.now() <= SECONDS for id in made)
