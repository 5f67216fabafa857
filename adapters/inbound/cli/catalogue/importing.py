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
_SKU_TOLD = 100
_SAFE = "that is safe, for no product is made twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A line that could not be kept, by the sku that it names, if any; and why."""

    line: int
    sku: str
    message: str

    @property
    def sentence(self) -> str:
        return f"line {self.line}: {self.message}"

    @property
    def row(self) -> str:
        """Line, sku and reason, with tabs between them."""
        return "\t".join((str(self.line), _plain(self.sku)[:_SKU_TOLD], _plain(self.message)))


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
        return f"Up to line {self.line}: {self.counts}. Import the file again to go on; {_SAFE}."

    @property
    def how_far_in_a_broken_file(self) -> str:
        """For someone whose file cannot be read any further."""
        return f"Up to line {self.line}: {self.counts}. Mend that first, then import the file again; {_SAFE}."


def import_lines(
    lines: Iterable[Line],
    deliver: Callable[[bytes], dict[str, Any]],
    *,
    progress: Progress,
    moved: Callable[[], None],
    failure: Callable[[Failure], object],
) -> None:
    """Delivers every line, and keeps `progress`; `moved` is called after each delivery, `failure` for each bad line.

    Raises: whatever `lines` and `deliver` raise; what was delivered before is kept.
    """
    for chunk in _chunks(lines):
        good = [line for line in chunk if not line.fault]
        failures = [Failure(line=line.number, sku=line.sku, message=line.fault) for line in chunk if line.fault]
        if good:
            told = deliver(b"\n".join(line.product for line in good))
            progress.created += told["created"]
            progress.updated += told["updated"]
            for each in told["failed"]:
                line = good[each["line"] - 1]
                failures.append(Failure(line=line.number, sku=line.sku, message=each["message"]))
        for failed in sorted(failures, key=lambda failed: failed.line):
            progress.failed += 1
            if len(progress.first_failures) < SHOWN_MAX:
                progress.first_failures.append(failed.sentence)
            failure(failed)
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


def _plain(text: str) -> str:
    """Text that neither ends a cell or a line, nor commands a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
