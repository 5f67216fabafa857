"""What is told of background work, which goes on round after round."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one round has done, and what went wrong, as sentences; `unforeseen` is what nobody can put into words."""

    done: int
    failures: tuple[str, ...]
    unforeseen: tuple[Exception, ...] = ()
