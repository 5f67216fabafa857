"""How much is tried: all with DEEP=1, otherwise a part that SEED chooses."""

import os
import random
from collections.abc import Callable

DEEP = os.environ.get("DEEP") == "1"
SEED = int(os.environ.get("SEED", "1"))


def part(share: float, of: str) -> Callable[[], bool]:
    """Says of one thing after another whether it is tried; `of` keeps one test's choices apart from another's."""
    chance = random.Random(f"{SEED} {of}")
    return lambda: DEEP or chance.random() < share
