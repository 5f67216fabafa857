"""Metrics of which only is kept what moved, for a process that nobody scrapes."""

from collections.abc import Callable, Iterator, Mapping

from adapters.telemetry.metrics import Counter, Gauge, Histogram, Metrics


class Moved(Counter, Gauge, Histogram):
    """Of each series how often it was told something, and how much in all; what a gauge is at is not kept."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._series: dict[tuple[str, ...], Moved] = {}
        self.times, self.amount = 0, 0.0

    def labels(self, *values: object, **named: object) -> "Moved":
        found = values or tuple(named[name] for name in self._names)
        return self._series.setdefault(tuple(map(str, found)), Moved())

    def observe(self, amount: float) -> None:
        self.times += 1
        self.amount += amount

    def inc(self, amount: float = 1) -> None:
        self.observe(amount)

    def dec(self, amount: float = 1) -> None:
        """It is not kept."""

    def set(self, value: float) -> None:
        """It is not kept."""

    def set_function(self, value: Callable[[], float]) -> None:
        """It is not kept."""

    def taken(self) -> Iterator[tuple[Mapping[str, str], int, float]]:
        """Of each series that moved since it was taken last its labels, how often, and how much in all."""
        for values, series in self._series.items():
            if series.amount:
                yield dict(zip(self._names, values, strict=True)), series.times, series.amount
            series.times, series.amount = 0, 0.0


class MovedMetrics(Metrics):
    """Those that are told of each invocation of a function, and others that nobody asks for."""

    requests: Moved
    use_cases: Moved
    rounds: Moved
    round_items: Moved

    def histogram(self, name: str, documentation: str, *labels: str) -> Moved:  # noqa: ARG002 - the port's
        return Moved(*labels)

    def counter(self, name: str, documentation: str, *labels: str) -> Moved:  # noqa: ARG002 - the port's
        return Moved(*labels)

    def gauge(self, name: str, documentation: str, *labels: str) -> Moved:  # noqa: ARG002 - the port's
        return Moved(*labels)

    def text(self) -> bytes:
        """Nothing."""
        return b""
