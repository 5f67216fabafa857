"""The contract of `core.shared.ports.NewSecret`, where strangers try to guess: a secret is random from end to end.

What is put to the test is a maker of makers.
"""

import math
from collections.abc import Callable

from core.shared.ports import NewSecret

Makers = Callable[[], NewSecret]
PIECE = 10
"""Characters; even of hexadecimal digits so many are hardly ever the same by chance (1 in 10,000 runs)."""


async def no_maker_makes_what_another_made(makers: Makers) -> None:
    made = [new_secret() for new_secret in (makers() for _ in range(50)) for _ in range(4)]
    assert len(set(made)) == len(made)


async def its_characters_take_256_bits_of_values(makers: Makers) -> None:
    new_secret = makers()
    places = zip(*(new_secret() for _ in range(2000)), strict=True)
    assert sum(math.log2(len(set(place))) for place in places) >= 256


async def no_piece_of_a_secret_comes_again(makers: Makers) -> None:
    new_secret = makers()
    secrets = [new_secret() for _ in range(100)]
    pieces = [secret[start : start + PIECE] for secret in secrets for start in range(len(secret) - PIECE + 1)]
    assert len(set(pieces)) == len(pieces)
