"""Clocks beside the times that they are compared with."""

import time
from datetime import UTC, datetime, timedelta

from core.shared.ports import Clock
from tests.adapters.contracts.clocks import Timepiece
from tests.fakes import START, FixedClock
from tests.virtual_time import LoopClock

STEP = timedelta(microseconds=137)
HOURS = timedelta(hours=6)


class OfThisMachine(Timepiece):
    """The clock beside the system's own, which no test sets."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def scale(self) -> float:
        return time.monotonic()

    def set_back(self) -> None:
        """Only the administrator may."""


class OfTheLoop(OfThisMachine):
    """A clock that began to run when the event loop did."""

    def __init__(self) -> None:
        super().__init__(LoopClock())

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.clock.monotonic())


class OfTheTest(Timepiece):
    """A clock that goes on by a fraction of a millisecond whenever somebody looks at what it should tell."""

    def __init__(self) -> None:
        self.clock: FixedClock = FixedClock()
        self._wall, self._passed = START, timedelta(0)

    def wall(self) -> datetime:
        self._step()
        return self._wall

    def scale(self) -> float:
        self._step()
        return self._passed.total_seconds()

    def set_back(self) -> None:
        self._wall -= HOURS
        self.clock.advance(-HOURS.total_seconds())

    def _step(self) -> None:
        self._wall += STEP
        self._passed += STEP
        self.clock.advance(STEP.total_seconds())


class Settable(Clock, Timepiece):
    """A clock over times that a test sets, which is right, and which the twins break."""

    def __init__(self) -> None:
        self.clock = self
        self.time, self.passed = START, timedelta(0)

    def wall(self) -> datetime:
        self._step()
        return self.time

    def scale(self) -> float:
        self._step()
        return self.passed.total_seconds()

    def set_back(self) -> None:
        self.time -= HOURS

    def _step(self) -> None:
        self.time += STEP
        self.passed += STEP

    def now(self) -> datetime:
        return cut(self.time)

    def monotonic(self) -> float:
        return self.passed.total_seconds()


def cut(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
