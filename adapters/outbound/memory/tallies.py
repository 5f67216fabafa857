"""Tallies in this process's memory, for as long as it lives: of several replicas, each counts for itself."""

import heapq
from collections.abc import Callable
from threading import Lock

from core.shared.ports import Clock, Tallies
from core.shared.throttling import Tally

TALLIES_MAX = 100_000
"""Some 60 MB; a memory that anyone can fill is a weapon, too."""
_FEW = 1_000


class MemoryTallies(Tallies):
    """Tallies by key, `most` at a time. Safe to share between threads.

    Those that have expired by the clock go before their number has doubled. If there are too many nevertheless, those
    go that would expire next.
    """

    def __init__(self, clock: Clock, *, most: int = TALLIES_MAX) -> None:
        self._clock = clock
        self._most = most
        self._tallies: dict[str, Tally] = {}
        self._room = min(most, _FEW)
        self._lock = Lock()

    async def get(self, key: str) -> Tally | None:
        with self._lock:
            return self._tallies.get(key)

    async def change(self, key: str, step: Callable[[Tally | None], Tally]) -> Tally:
        with self._lock:
            tally = step(self._tallies.get(key))
            if key not in self._tallies and len(self._tallies) >= self._room:
                self._make_room()
            self._tallies[key] = tally
            return tally

    async def remove(self, key: str) -> None:
        with self._lock:
            self._tallies.pop(key, None)

    def _make_room(self) -> None:
        """Every so often alone, since it looks at all that there are."""
        now = self._clock.now()
        kept = {key: tally for key, tally in self._tallies.items() if now < tally.expires_at}
        crowd = len(kept) - self._most * 9 // 10
        if crowd > 0:
            for key in heapq.nsmallest(crowd, kept, key=lambda key: kept[key].expires_at):
                del kept[key]
        self._tallies = kept
        self._room = min(self._most, max(_FEW, 2 * len(kept)))
