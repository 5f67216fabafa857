"""The contract of `core.shared.ports.Clock`, beside something else that tells the time."""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Protocol

from core.shared.ports import Clock

LOOKS = 50
ROUNDING = 1e-6
"""Seconds by which sums of fractions may differ."""


class Timepiece(Protocol):
    """A clock, and what it should tell; between one look and the next, time goes on."""

    clock: Clock

    @abstractmethod
    def wall(self) -> datetime:
        """The moment it is, as exactly as it is known."""

    @abstractmethod
    def scale(self) -> float:
        """Seconds since some moment."""

    @abstractmethod
    def set_back(self) -> None:
        """Somebody sets the time back by hours, where a test can do that."""


async def the_time_is_aware_of_being_utc(timepiece: Timepiece) -> None:
    assert timepiece.clock.now().tzinfo is UTC


async def the_time_is_cut_to_the_millisecond(timepiece: Timepiece) -> None:
    for _ in range(LOOKS):
        timepiece.wall()
        assert timepiece.clock.now().microsecond % 1000 == 0


async def the_time_is_that_of_now_and_never_ahead(timepiece: Timepiece) -> None:
    for _ in range(LOOKS):
        before, now, after = timepiece.wall(), timepiece.clock.now(), timepiece.wall()
        assert before.replace(microsecond=before.microsecond // 1000 * 1000) <= now <= after


async def the_other_scale_is_in_seconds(timepiece: Timepiece) -> None:
    outer, began, inner = timepiece.scale(), timepiece.clock.monotonic(), timepiece.scale()
    for _ in range(LOOKS):
        inner_end, ended, outer_end = timepiece.scale(), timepiece.clock.monotonic(), timepiece.scale()
        assert inner_end - inner - ROUNDING <= ended - began <= outer_end - outer + ROUNDING


async def the_other_scale_never_goes_back(timepiece: Timepiece) -> None:
    seen = []
    for look in range(LOOKS):
        seen.append(timepiece.clock.monotonic())
        timepiece.wall()
        if look % 10 == 9:
            timepiece.set_back()
    assert seen == sorted(seen)


async def when_the_time_is_set_back_so_is_the_clock_and_not_its_other_scale(timepiece: Timepiece) -> None:
    scale, clock = timepiece.scale(), timepiece.clock.monotonic()
    timepiece.set_back()
    assert timepiece.clock.now() <= timepiece.wall()
    assert 0 <= timepiece.clock.monotonic() - clock <= timepiece.scale() - scale + ROUNDING
