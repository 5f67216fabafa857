"""What was seen of one service in the last minute."""

from collections import deque
from dataclasses import dataclass

from adapters.inbound.cli.status.figures import chosen, grown, together
from adapters.inbound.cli.status.probe import Look
from adapters.telemetry.reading import Values

MINUTE = 60.0
REQUESTS = "http_server_request_duration_seconds"
ASIDE = frozenset({"/health", "/livez", "/readyz", "/metrics"})
"""Routes on which only those ask who look after a shop: no traffic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """By how much the counters of a service grew within so many seconds."""

    seconds: float
    counters: Values


@dataclass(frozen=True, slots=True)
class _Step:
    ended: float
    growth: Growth


class History:
    """Takes one look after another; only what changed is kept, and that for a minute."""

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque()
        self._rates: deque[tuple[float, int, float | None]] = deque()
        self._looks = 0
        self._read: Look | None = None
        self._since = 0.0
        self.last: Look | None = None

    def add(self, look: Look) -> None:
        if self.last is None or self.last.state != look.state:
            self._since = look.at
        rate = None
        if look.values is not None:
            if self._read is not None and self._read.values is not None:
                seconds = max(look.at - self._read.at, 1e-9)
                step = Growth(seconds=seconds, counters=grown(self._read.values, look.values))
                self._steps.append(_Step(look.at, step))
                rate = sum(value for _, value in traffic(step.counters, "count")) / seconds
            self._read = look
        self._rates.append((look.at, self._looks, rate))
        self._looks += 1
        self.last = look
        while self._steps and self._steps[0].ended <= look.at - MINUTE:
            self._steps.popleft()
        while self._rates[0][0] <= look.at - MINUTE:
            self._rates.popleft()

    @property
    def seconds_in_state(self) -> float:
        """As far as was seen."""
        return self.last.at - self._since if self.last else 0.0

    def over(self, seconds: float) -> Growth | None:
        """In the last so many seconds: at least the last step, at most a minute. `None` if nothing is known now."""
        if self.last is None or self.last.values is None or not self._steps:
            return None
        late = self.last.at - seconds
        steps = [step.growth for step in self._steps if step.ended > late]
        return Growth(seconds=sum(step.seconds for step in steps), counters=together(step.counters for step in steps))

    def trend(self, cells: int, looks: int) -> list[float | None]:
        """Requests per second over the last `looks` looks, the last one last, in so many cells at most; `None` where
        nothing is known. A look stays in its cell while further ones come.
        """
        size = -(-looks // cells)
        grouped: dict[int, list[float | None]] = {}
        for _, number, rate in self._rates:
            grouped.setdefault(number // size, []).append(rate)
        known = ([rate for rate in cell if rate is not None] for cell in grouped.values())
        return [sum(rates) / len(rates) if rates else None for rates in known][-cells:]


def traffic(counters: Values, part: str, **wanted: str) -> list[tuple[dict[str, str], float]]:
    """What came in, of a part (`count`, `bucket`) of the histogram of requests."""
    found = chosen(counters, f"{REQUESTS}_{part}", **wanted)
    return [(dict(labels), value) for labels, value in found if labels["route"] not in ASIDE]
