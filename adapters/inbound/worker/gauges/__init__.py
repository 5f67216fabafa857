"""Has the gauges of the books show what the stores say, round after round: what waits, and for how long.

A store that does not answer leaves them as they are: an old figure is told by the age of the worker's last success.
A module for each service, so that none is imported for another's sake.
"""

from datetime import datetime

from core.shared.rounds import Waiting

SECONDS = 15.0
"""Between two rounds: as often as Prometheus comes by."""


def age(waiting: Waiting, now: datetime) -> float:
    """In seconds; none where nothing waits, or where the clock that dated it is ahead of ours."""
    return max(0.0, (now - waiting.oldest).total_seconds()) if waiting.oldest else 0.0
