"""Clocks as one could get them wrong."""

from datetime import UTC, datetime, timedelta, timezone

from tests.adapters.system.timepieces import Settable, cut
from tests.fakes import START

HERE = timezone(timedelta(hours=5, minutes=30))
"""Where the broken clocks stand: a test must not believe that they are right because its machine is in Greenwich."""


class NaiveZone(Settable):
    """Tells UTC, and does not say so."""

    def now(self) -> datetime:
        return super().now().replace(tzinfo=None)


class LocalTime(Settable):
    """Tells the moment in the zone that it stands in."""

    def now(self) -> datetime:
        return super().now().astimezone(HERE)


class LocalTimeSaidToBeUtc(Settable):
    """Tells the hour of its zone as if it were that of UTC."""

    def now(self) -> datetime:
        return super().now().astimezone(HERE).replace(tzinfo=UTC)


class MicrosecondsKept(Settable):
    """Tells what no store keeps."""

    def now(self) -> datetime:
        return self.time


class Rounded(Settable):
    """Rounds to the millisecond, and so is ahead half of the time."""

    def now(self) -> datetime:
        return cut(self.time + timedelta(microseconds=500))


class WholeSeconds(Settable):
    """Tells no milliseconds."""

    def now(self) -> datetime:
        return self.time.replace(microsecond=0)


class Stopped(Settable):
    """Looks at the time when it is made, and never again."""

    def now(self) -> datetime:
        return START


class Remembered(Settable):
    """Believes that time does not go back, and stays ahead when it does."""

    latest = START

    def now(self) -> datetime:
        self.latest = max(self.latest, super().now())
        return self.latest


class WallForScale(Settable):
    """Measures by the time of day, which can be set back."""

    def monotonic(self) -> float:
        return self.time.timestamp()


class ScaleInMilliseconds(Settable):
    """Counts a thousand times too much."""

    def monotonic(self) -> float:
        return super().monotonic() * 1000


class ScaleStands(Settable):
    """Never goes back, nor on."""

    def monotonic(self) -> float:
        return 0.0


class ScaleWraps(Settable):
    """Begins anew after a while, as 32 bits of milliseconds do."""

    def monotonic(self) -> float:
        return super().monotonic() % 0.005
