"""How often something may be done: limits, and what is remembered of those whom they hold."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from core.shared.errors import TooManyRequests

_MILLISECOND = timedelta(milliseconds=1)
"""What clocks tell and stores keep: every moment here is a whole number of these."""
_DOUBLINGS_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is remembered of a subject: how often it came, and until when that weighs; then it may be forgotten."""

    count: int
    until: datetime
    expires_at: datetime


class Limit(Protocol):
    """Says whether someone may do something once more; `name` tells one limit's tallies from another's."""

    name: str

    @abstractmethod
    def next(self, tally: Tally | None, now: datetime) -> Tally:
        """The tally with this time counted, which may be the first. Raises: TooManyRequests; then it does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Limit):
    """`quota` times in each `window`, all at once or spread: what was used comes back evenly.

    The generic cell rate algorithm (ITU-T I.371, annex A): one moment, `until`, is all there is to remember.
    """

    name: str
    quota: int
    window: timedelta

    @property
    def interval(self) -> timedelta:
        """The time in which one use comes back."""
        return max(_MILLISECOND, self.window // _MILLISECOND // self.quota * _MILLISECOND)

    def next(self, tally: Tally | None, now: datetime) -> Tally:
        known = _believed(tally, now, self.window)
        until = max(now, known.until if known else now) + self.interval
        if until - now > self.window:
            raise _too_often(self.name, until - self.window - now)
        return Tally(count=(known.count if known else 0) + 1, until=until, expires_at=until)

    def returned(self, tally: Tally | None, now: datetime) -> Tally:
        """The tally with one time fewer counted."""
        known = _believed(tally, now, self.window)
        until = max(now, known.until - self.interval) if known else now
        return Tally(count=known.count - 1 if known else 0, until=until, expires_at=until)

    def left(self, tally: Tally, now: datetime) -> tuple[int, timedelta]:
        """How often more it may be done now, and the time until it may be once more than that."""
        interval = self.interval
        remaining, passed = divmod(max(timedelta(), now + self.window - tally.until), interval)
        return min(remaining, self.quota), interval - passed


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingDelay(Limit):
    """`free` times at once; then a pause before each next time, `first` and doubling up to `longest`.

    After `forgotten` without another time it begins anew.
    """

    name: str
    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def next(self, tally: Tally | None, now: datetime) -> Tally:
        known = _believed(tally, now, self.longest)
        if known and now < known.until:
            raise _too_often(self.name, known.until - now)
        count = (known.count if known else 0) + 1
        until = now + self._pause(count)
        return Tally(count=count, until=until, expires_at=until + self.forgotten)

    def _pause(self, count: int) -> timedelta:
        """What follows the time that is `count`th in a row."""
        doublings = count - self.free
        if doublings < 0:
            return timedelta()
        return min(self.longest, self.first * (1 << min(doublings, _DOUBLINGS_MAX)))


def _believed(tally: Tally | None, now: datetime, longest: timedelta) -> Tally | None:
    """The tally, unless it has expired, or weighs for so long that the clock was set back since, or the limit changed.

    Clocks of replicas may differ by as much as the longest wait there is; so nobody gets anew what they have used up.
    """
    return tally if tally and now < tally.expires_at and tally.until - now <= 2 * longest else None


def _too_often(name: str, wait: timedelta) -> TooManyRequests:
    return TooManyRequests(
        "That was too often; wait before you ask again.", retry_after=ceil(wait.total_seconds()), limit=name
    )
