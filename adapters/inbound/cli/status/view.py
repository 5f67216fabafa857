"""How the shop is, on as much of a screen as there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from adapters.inbound.cli.status.columns import Column, fitting, gap, needed, table
from adapters.inbound.cli.status.history import MINUTE, History
from adapters.inbound.cli.status.summary import COUNTS, Service, ShopStatus, Speed
from adapters.inbound.cli.status.words import age, count, duration, mebibytes, rate, share, sparkline

_LEAST_TREND, _MOST_TREND = 6, 60
_TOP = 10
"""Routes that are told where there is room for any number."""
_STATES = {"ready": "green", "starting": "yellow", "draining": "yellow", "not answering": "bold red"}
_LATE, _FULL, _OLD = 0.1, 0.9, 60.0
"""From here on it is shown as a warning: the event loop's lag in seconds, the share of connections used, an age."""
_STALE = 40.0
"""Seconds after which more than one of the rounds that count what waits, every 15 seconds, was missed."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `columns` are a table's, whose last rows may be left out."""

    columns: Sequence[Column] = ()
    lines: Sequence[Text] = ()


class View:
    """Draws the shop. `every` is what passes between two looks. When it is `live`, it keeps to one screen: sections for
    which there is no room are left out, the last first.
    """

    def __init__(self, shop: ShopStatus, histories: Mapping[str, History], *, every: float, live: bool) -> None:
        self._shop = shop
        self._histories = histories
        self._every = every
        self._live = live

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, room = options.max_width, options.size.height if self._live else None
        for block in self._blocks(width, ascii_only=options.ascii_only, most=_TOP if room is None else None):
            size = len(block.lines) + (len(block.columns[0].cells) + 1 if block.columns else 0)
            if room is not None:
                size = min(size, room)
                if size < (2 if block.columns else 1):
                    return
                room -= size + 1
            yield from self._drawn(block, size, width)
            if room is None or room > 1:
                yield Text()

    def _drawn(self, block: Block, size: int, width: int) -> Iterator[RenderableType]:
        rows = min(len(block.columns[0].cells), size - 1) if block.columns else 0
        if block.columns:
            yield table(block.columns, width, rows=rows)
            size -= rows + 1
        for line in block.lines[:size]:
            line.truncate(width, overflow="ellipsis")
            yield line

    def _blocks(self, width: int, *, ascii_only: bool, most: int | None) -> Iterator[Block]:
        yield Block(lines=[self._title()])
        yield Block(columns=self._services(width, ascii_only=ascii_only), lines=self._notes())
        yield Block(lines=self._checkouts())
        if self._shop.calls:
            yield Block(columns=self._calls())
        if self._shop.routes:
            yield Block(columns=self._routes(most))

    def _title(self) -> Text:
        versions = {service.version for service in self._shop.services if service.version}
        told = f" {versions.pop()}" if len(versions) == 1 else ""
        over = f"over {self._shop.seconds:.0f}s" if self._shop.seconds else "no figures yet"
        hint = "   q ends" if self._live else ""
        return Text.assemble((f"Portico{told}", "bold"), (f"   {over}{hint}", "dim"))

    def _services(self, width: int, *, ascii_only: bool) -> list[Column]:
        every = self._shop.services
        columns = [
            Column(head="service", cells=[Text(each.name, "bold") for each in every], left=True),
            Column(head="state", cells=[_state(each) for each in every], left=True),
            Column(head="up", cells=[age(each.uptime_seconds) for each in every], drops=6),
            *_speed([each.requests for each in every], "req/s"),
            Column(head="busy", cells=[count(each.in_flight) for each in every], drops=4),
            Column(head="lag", cells=[_lag(each) for each in every], drops=5),
            Column(head="mongo", cells=[_connections(each) for each in every], drops=3),
            Column(head="cpu%", cells=[share(each.cpu_share) for each in every], drops=10),
            Column(head="mem", cells=[mebibytes(each.memory_bytes) for each in every], drops=11),
        ]
        if len({each.version for each in every}) > 1:
            columns.append(Column(head="version", cells=[each.version or "-" for each in every], drops=2))
        # The trend matters more than what it pushes out: all that is dropped before it.
        plain = (
            [] if ascii_only or not self._live else [Column(head="", cells=["x" * _LEAST_TREND] * len(every), drops=9)]
        )
        kept = fitting([*columns, *plain], width)
        if not plain or plain[0] not in kept:
            return kept
        kept = kept[:-1]
        cells = min(_MOST_TREND, width - needed(kept, width) - gap(width))
        head = "last minute" if cells >= len("last minute") else "trend"
        looks = max(1, round(MINUTE / self._every))
        trends = [sparkline(self._histories[each.name].trend(cells, looks)).rjust(cells) for each in every]
        return [*kept, Column(head=head, cells=[Text(trend, "cyan") for trend in trends])]

    def _notes(self) -> list[Text]:
        return [
            Text(f"{each.name} at {each.url}: {each.why}", "red" if each.state == "not answering" else "yellow")
            for each in self._shop.services
            if each.why
        ]

    def _checkouts(self) -> list[Text]:
        shop = self._shop.checkouts
        outcomes = [f"{count(number)} {name.replace('_', ' ')}" for name, number in shop.outcomes.items()]
        within = f" in {shop.seconds:.0f}s" if shop.seconds else ""
        unfinished = [
            Text(
                f"{count(each.orders)} {each.status.lower()} (oldest {age(each.oldest_seconds)})",
                "yellow" if (each.oldest_seconds or 0) >= _OLD else "",
            )
            for each in shop.unfinished
            if each.orders
        ]
        known = shop.seconds is not None or bool(shop.unfinished)
        nothing = Text("none" if known else "-")
        waits = f" (oldest {age(shop.outbox_oldest_seconds)})" if shop.outbox_events else ""
        late = "yellow" if shop.outbox_events and (shop.outbox_oldest_seconds or 0) >= _OLD else ""
        stale = (shop.counted_seconds or 0) >= _STALE
        then = Text(f"   as of {age(shop.counted_seconds)} ago" if stale else "", "yellow")
        return [
            _line("checkouts", Text(f"{', '.join(outcomes)}{within}") if outcomes else nothing),
            _line("undecided", Text(", ").join(unfinished) if unfinished else nothing, then),
            _line(
                "outbox",
                Text.assemble((f"{count(shop.outbox_events)} events{waits}", late)),
                "   units held ",
                Text(count(shop.units_held)),
                then,
            ),
            _line("workers", self._work()),
        ]

    def _work(self) -> Text:
        """Those that fail first, and last those that only count: the line may be cut."""
        told = []
        for each in sorted(self._shop.work, key=lambda work: (-work.failed, work.worker == COUNTS)):
            last = f", last well {age(each.last_success_seconds)} ago" if each.last_success_seconds is not None else ""
            failed = (f", {count(each.failed)} failed{last}", "red") if each.failed else ""
            done = f", {count(each.items)} done" if each.items else ""
            told.append(Text.assemble(f"{each.service} {each.worker} {count(each.rounds)}", failed, done))
        if not told:
            return Text("-")
        seconds = max(each.seconds for each in self._shop.work)
        return Text.assemble(f"rounds in {seconds:.0f}s: ", Text("; ").join(told))

    def _calls(self) -> list[Column]:
        every = self._shop.calls
        return [
            Column(head="calls", cells=[f"{each.caller} to {each.peer}" for each in every], left=True),
            *_speed([each.calls for each in every], "calls/s"),
            Column(head="retries/s", cells=[rate(each.retries_per_second) for each in every]),
            Column(head="retries left", cells=[count(each.retry_budget) for each in every], drops=9),
        ]

    def _routes(self, most: int | None) -> list[Column]:
        every = self._shop.routes[:most]
        return [
            Column(head="route", cells=[f"{each.method} {each.route}" for each in every], left=True, cut=True),
            Column(head="service", cells=[each.service for each in every], left=True, drops=9),
            *_speed([each.requests for each in every], "req/s"),
        ]


def _speed(speeds: Sequence[Speed | None], head: str) -> list[Column]:
    return [
        Column(head=head, cells=[rate(each.per_second if each else None) for each in speeds]),
        Column(head="err%", cells=[_failed(each) for each in speeds], drops=1),
        Column(head="p50", cells=[duration(each.p50_seconds if each else None) for each in speeds], drops=8),
        Column(head="p95", cells=[duration(each.p95_seconds if each else None) for each in speeds], drops=2),
        Column(head="p99", cells=[duration(each.p99_seconds if each else None) for each in speeds], drops=7),
    ]


def _line(head: str, *told: Text | str) -> Text:
    return Text.assemble((f"{head:<10}", "bold"), *told)


def _state(service: Service) -> Text:
    words = {"not answering": "no answer"}.get(service.state, service.state)
    lasts = "" if service.state == "ready" else f" {age(service.state_seconds)}"
    return Text(f"{words}{lasts}", _STATES[service.state])


def _failed(speed: Speed | None) -> Text:
    part = speed.failed if speed else None
    return Text(share(part), "red" if part else "")


def _lag(service: Service) -> Text:
    lag = service.loop_lag_p99_seconds
    return Text(duration(lag), "yellow" if (lag or 0) >= _LATE else "")


def _connections(service: Service) -> Text:
    used, most = service.connections, service.connections_max
    if most is None:
        return Text("-")
    return Text(f"{count(used or 0)}/{count(most)}", "yellow" if (used or 0) >= _FULL * most else "")
