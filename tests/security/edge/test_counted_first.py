"""A request is counted before anything is done for it, so that many at once are no more than the limit."""

import asyncio

from core.shared.throttle import Throttle
from tests.figures import Figure
from tests.security.edge.workshop import PER_MINUTE, CountsAfterwards, Workshop

AT_ONCE, ROUNDS = 100, 10


async def work_done(throttle: type[Throttle]) -> int:
    """The most pieces of work that were done for one caller with many requests at once."""
    most = 0
    for _ in range(ROUNDS):
        workshop = Workshop(throttle=throttle)
        statuses = await asyncio.gather(*(workshop.ask("198.51.100.66") for _ in range(AT_ONCE)))
        assert workshop.done == statuses.count(204)
        most = max(most, workshop.done)
    return most


async def test_as_many_at_once_as_you_like_are_no_more_than_the_limit(figure: Figure) -> None:
    assert await work_done(Throttle) == PER_MINUTE
    figure("{rounds} rounds of {each} requests at once: none got past the general limit.", rounds=ROUNDS)
    figure("{rounds} rounds of {each} requests at once: none got past the general limit.", each=AT_ONCE)


async def test_who_counts_afterwards_is_found_out() -> None:
    assert await work_done(CountsAfterwards) > PER_MINUTE
