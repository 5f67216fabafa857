"""Makers of ids that strangers can guess."""

import hashlib
import itertools
import random
import secrets

from core.shared.ports import Clock
from tests.adapters.system.counting import Counting


class CountedFromOne(Counting):
    """Numbers its ids, as every other maker does."""


class CountedFromAnywhere(Counting):
    """Numbers its ids from a random number on, so that each tells the next."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._count = itertools.count(secrets.randbits(60))


class GreatStrides(Counting):
    """Numbers its ids from a random number on, in steps so great that they look random."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._start = secrets.randbits(62)

    def _rest(self, number: int) -> int:
        return (self._start + number * 0x9E3779B97F4A7C15) % 2**62


class SeededAlike(Counting):
    """Draws from a generator that every process seeds the same."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._chance = random.Random(7)

    def _rest(self, number: int) -> int:
        return self._chance.getrandbits(62)


class NamedAfterTheMachine(Counting):
    """Ends in the machine's address, as version 1 does, with a random sequence before it."""

    def _rest(self, number: int) -> int:
        return secrets.randbits(14) << 48 | 0xA1B2C3D4E5F6


class HashOfTheNumber(Counting):
    """Looks random, and is the same in each process."""

    def _rest(self, number: int) -> int:
        return int.from_bytes(hashlib.sha256(str(number).encode()).digest()[:8]) >> 2
