"""The contract of `core.shared.ports.NewId`, where strangers try to guess: many makers, which know nothing of another.

What is put to the test is a maker of makers, all by one clock that stands still.
"""

import itertools
from collections.abc import Callable

from core.shared.ports import NewId

Makers = Callable[[], NewId]
RANDOM = slice(-12, None)
"""Forty-eight bits which are nothing but random in every layout."""


async def no_maker_makes_what_another_made(makers: Makers) -> None:
    made = [new_id() for new_id in (makers() for _ in range(100)) for _ in range(10)]
    assert len(set(made)) == len(made)


async def an_id_tells_nothing_of_its_neighbours(makers: Makers) -> None:
    new_id = makers()
    ends = [new_id()[RANDOM] for _ in range(500)]
    assert len(set(ends)) == len(ends)
    for place in zip(*ends, strict=True):
        assert set(place) == set("0123456789abcdef")


async def the_next_id_is_not_a_step_away(makers: Makers) -> None:
    new_id = makers()
    ends = [int(new_id()[RANDOM], 16) for _ in range(100)]
    steps = {later - earlier for earlier, later in itertools.pairwise(ends)}
    assert len(steps) == len(ends) - 1
