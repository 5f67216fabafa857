"""Makers of secrets that strangers can guess."""

import base64
import hashlib
import itertools
import random
import secrets
import time

from core.shared.ports import NewSecret
from tests.adapters.twins.secrets import ALPHABET


class SeededAlike(NewSecret):
    """Draws from a generator that every process seeds the same."""

    def __init__(self) -> None:
        self._chance = random.Random(7)

    def __call__(self) -> str:
        return "".join(self._chance.choices(ALPHABET, k=43))


class HashOfTheNumber(NewSecret):
    """Looks random, and is the same in each process."""

    def __init__(self) -> None:
        self._made = itertools.count()

    def __call__(self) -> str:
        digest = hashlib.sha256(str(next(self._made)).encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class HexadecimalCut(NewSecret):
    """Is long enough, of digits with four bits each."""

    def __call__(self) -> str:
        return secrets.token_hex(32)[:43]


class SaidTwice(NewSecret):
    """Is long enough because it says everything twice."""

    def __call__(self) -> str:
        return secrets.token_urlsafe(32)[:22] * 2


class ByTheSecond(NewSecret):
    """Begins with when it was made, which leaves 192 bits."""

    def __call__(self) -> str:
        return f"{int(time.time()):010}-{secrets.token_urlsafe(24)}"


class FewBitsOfItsOwn(NewSecret):
    """Is the process's own secret, with few random bits behind it."""

    def __init__(self) -> None:
        self._own = secrets.token_urlsafe(32)

    def __call__(self) -> str:
        return self._own + secrets.token_urlsafe(6)
