"""`shop import`: a file of products into a shop, some hundred lines at a time, so that nothing done is lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.inbound.cli.catalogue.lines import Line

LINES_AT_ONCE = 400
BYTES_AT_ONCE = 2**20
"""A delivery ends with the line that brings it to either."""
SHOWN_MAX = 20
"""So many failures are shown; a file takes them all."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far an import has come: `line` is the last line dealt with, and `end` where it ends in bytes."""

    created: int = 0
    updated: int = 0
    failed: int = 0
    line: int = 0
    end: int = 0
    first_failures: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return self.created + self.updated

    @property
    def counts(self) -> str:
        return f"created {self.created}, updated {self.updated}, failed {self.failed}"

    @property
    def how_far(self) -> str:
        """For someone whose import ended early."""
        return (
            f"Up to line {self.line}: {self.counts}. Import the file again to go on; that is safe, for no product is"
            " made twice."
        )


def import_lines(
    lines: Iterable[Line],
    deliver: Callable[[bytes], dict[str, Any]],
    *,
    progress: Progress,
    moved: Callable[[], None],
    failure: Callable[[str], object],
) -> None:
    """Delivers every line, and keeps `progress`; `moved` is called after each delivery, `failure` for each bad line.

    Raises: whatever `lines` and `deliver` raise; what was delivered before is kept.
    """
    for chunk in _chunks(lines):
        good = [line for line in chunk if not line.fault]
        failures = {line.number: line.fault for line in chunk if line.fault}
        if good:
            told = deliver(b"\n".join(line.product for line in good))
            progress.created += told["created"]
            progress.updated += told["updated"]
            failures |= {good[each["line"] - 1].number: each["message"] for each in told["failed"]}
        for number, message in sorted(failures.items()):
            sentence = f"line {number}: {message}"
            progress.failed += 1
            if len(progress.first_failures) < SHOWN_MAX:
                progress.first_failures.append(sentence)
            failure(sentence)
        progress.line, progress.end = chunk[-1].number, chunk[-1].end
        moved()


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.product)
        if len(chunk) == LINES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
