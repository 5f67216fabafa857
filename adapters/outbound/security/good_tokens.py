"""Tokens that were checked and found good, so that checking them again costs nothing."""

from typing import Generic, TypeVar

from core.shared.context import Caller
from core.shared.ports import Clock

C = TypeVar("C", bound=Caller)


class GoodTokens(Generic[C]):
    """Their bearers, each until a time of its own; as many as there is `room` for, and then the oldest goes."""

    def __init__(self, clock: Clock, *, room: int) -> None:
        self._clock = clock
        self._room = room
        self._bearers: dict[str, tuple[float, C]] = {}

    def __len__(self) -> int:
        return len(self._bearers)

    def bearer(self, token: str) -> C | None:
        """Nobody, if it is not known, or its time is up."""
        known = self._bearers.get(token)
        if known is None:
            return None
        until, caller = known
        if self._clock.now().timestamp() < until:
            return caller
        self._bearers.pop(token, None)
        return None

    def keep(self, token: str, caller: C, *, until: float) -> None:
        """`until` is in seconds since 1970."""
        if len(self._bearers) >= self._room:
            del self._bearers[next(iter(self._bearers))]
        self._bearers[token] = until, caller
