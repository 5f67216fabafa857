"""What is told of background work, which goes on round after round, and of what waits for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

LOOKED_AT = 10_000
"""So many of the things that wait are looked at, so that telling of them stays cheap; if more wait, these are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one round has done, and what went wrong, as sentences; `unforeseen` is what nobody can put into words."""

    done: int
    failures: tuple[str, ...]
    unforeseen: tuple[Exception, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many things wait, and since when the oldest does; `None` if nothing waits."""

    count: int
    oldest: datetime | None

    @classmethod
    def since(cls, moments: Iterable[datetime]) -> "Waiting":
        """What waits, of each the moment since when."""
        every = tuple(moments)
        return cls(count=len(every), oldest=min(every, default=None))
