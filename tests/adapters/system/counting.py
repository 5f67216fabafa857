"""Ids in the making, for the broken makers to stand on."""

import itertools
from datetime import datetime
from uuid import UUID

from core.shared.ports import Clock, NewId
from tests.fakes import AHEAD_MAX


def uuid7(time: int, count: int, rest: int) -> str:
    return str(UUID(int=time << 80 | 7 << 76 | count << 64 | 0b10 << 62 | rest))


class Counting(NewId):
    """What the twins break: a clock and a count, so that its ids are right, and easy to guess."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest = 0
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return uuid7(self._time(), 0, self._rest(next(self._count)))

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _time(self) -> int:
        if (now := self._now()) > self._latest or self._latest - now > AHEAD_MAX:
            self._latest = now
        return self._latest

    def _rest(self, number: int) -> int:
        return number


class Latest(Clock):
    """A clock that believes no step back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest = clock.now()

    def now(self) -> datetime:
        self._latest = max(self._latest, self._clock.now())
        return self._latest

    def monotonic(self) -> float:
        return self._clock.monotonic()
