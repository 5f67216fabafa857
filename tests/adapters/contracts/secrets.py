"""The contract of `core.shared.ports.NewSecret`, as far as anything that makes long texts can keep it."""

import re

from core.shared.ports import NewSecret

CHARACTERS = re.compile(r"[A-Za-z0-9_-]+")
LENGTH = 43
"""Characters of six bits that 256 bits need."""


async def a_secret_is_url_safe_text(new_secret: NewSecret) -> None:
    for _ in range(200):
        secret = new_secret()
        assert CHARACTERS.fullmatch(secret), secret


async def a_secret_has_room_for_256_bits(new_secret: NewSecret) -> None:
    for _ in range(200):
        assert len(new_secret()) >= LENGTH


async def no_secret_comes_twice(new_secret: NewSecret) -> None:
    made = [new_secret() for _ in range(1000)]
    assert len(set(made)) == len(made)
