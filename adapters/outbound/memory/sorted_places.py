"""Places in order, found and changed at the same small cost however many there are: a sorted list in blocks."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from core.shared.paging import Key

Place = tuple[Key, ...]

BLOCK = 1_000
"""A block starts with this many places and is parted when it has twice as many: few enough to shift about."""


class SortedPlaces:
    """Different places of one list, ascending. Not safe among threads, nor to be changed during a walk."""

    __slots__ = ("_blocks", "_lasts")

    def __init__(self, places: Iterable[Place] = ()) -> None:
        ordered = sorted(places)
        self._blocks = [ordered[start : start + BLOCK] for start in range(0, len(ordered), BLOCK)]
        self._lasts = [block[-1] for block in self._blocks]

    def __len__(self) -> int:
        return sum(map(len, self._blocks))

    def add(self, place: Place) -> None:
        """Put in a place that is not there yet."""
        if not self._blocks:
            self._blocks.append([place])
            self._lasts.append(place)
            return
        number = min(bisect_left(self._lasts, place), len(self._blocks) - 1)
        block = self._blocks[number]
        insort(block, place)
        if len(block) > 2 * BLOCK:
            self._blocks.insert(number + 1, block[BLOCK:])
            self._lasts.insert(number, block[BLOCK - 1])
            del block[BLOCK:]
        else:
            self._lasts[number] = block[-1]

    def remove(self, place: Place) -> None:
        """Take out a place that is there."""
        number, index = self._first_from(place)
        block = self._blocks[number]
        del block[index]
        if block:
            self._lasts[number] = block[-1]
        else:
            del self._blocks[number], self._lasts[number]

    def walk(self, low: Place = (), high: Place | None = None, *, descending: bool = False) -> Iterator[Place]:
        """The places from `low` on and before `high`; with `descending` from the last of them to the first."""
        first, start = self._first_from(low)
        last, stop = (len(self._blocks), 0) if high is None else self._first_from(high)
        numbers = range(first, min(last + 1, len(self._blocks)))
        for number in reversed(numbers) if descending else numbers:
            part = self._blocks[number][start if number == first else 0 : stop if number == last else None]
            yield from reversed(part) if descending else part

    def _first_from(self, place: Place) -> tuple[int, int]:
        """The block and the index in it of the first place that is not before this one."""
        number = bisect_left(self._lasts, place)
        return number, bisect_left(self._blocks[number], place) if number < len(self._blocks) else 0
