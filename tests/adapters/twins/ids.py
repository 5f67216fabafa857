"""Makers of ids as one could get them wrong."""

import itertools
import secrets
import uuid

from adapters.outbound.system.ids import Uuid7
from core.shared.ports import Clock
from tests.adapters.system.counting import Counting, Latest, uuid7

HERE = 5 * 3_600_000
"""Milliseconds by which the clocks on the wall are ahead of UTC where the broken ones stand."""


class RandomAlone(Counting):
    """Makes ids of version 4, which are in no order."""

    def __call__(self) -> str:
        return str(uuid.uuid4())


class Capitals(Uuid7):
    """Writes hexadecimal digits large."""

    def __call__(self) -> str:
        return super().__call__().upper()


class Undashed(Uuid7):
    """Writes thirty-two digits in one."""

    def __call__(self) -> str:
        return super().__call__().replace("-", "")


class OtherVersion(Uuid7):
    """Has the layout of version 7, and says that it is of version 1."""

    def __call__(self) -> str:
        id = super().__call__()
        return f"{id[:14]}1{id[15:]}"


class TimeAlone(Counting):
    """Makes an id of nothing but the time: the same within a millisecond."""

    def _rest(self, number: int) -> int:
        return 0


class NoOrderWithinAMillisecond(Counting):
    """Has random bits behind the time, and nothing that counts."""

    def _rest(self, number: int) -> int:
        return secrets.randbits(62)


class CounterWraps(Counting):
    """Counts within a millisecond up to 4,095, and then from 0."""

    def __call__(self) -> str:
        return uuid7(self._time(), next(self._count) % 4096, secrets.randbits(62))


class CountsFromOneEachMillisecond(Counting):
    """Repeats itself when the clock comes by a moment once more."""

    def _time(self) -> int:
        before, now = self._latest, super()._time()
        if now != before:
            self._count = itertools.count(1)
        return now


class FollowsTheClockBack(Counting):
    """Takes whatever time the clock tells, also when it was set back by a second."""

    def _time(self) -> int:
        return self._now()


class NeverGoesBack(Uuid7):
    """After one wrong look at the clock, makes all ids as of that day."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Latest(clock))


class TimeInSeconds(Counting):
    """Has seconds where milliseconds belong."""

    def _now(self) -> int:
        return super()._now() // 1000


class TimeOfTheZone(Counting):
    """Tells the hour of where it stands."""

    def _now(self) -> int:
        return super()._now() + HERE
