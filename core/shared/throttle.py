"""Holds people to limits, by the tallies that a store keeps of them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from core.shared.ports import Clock, Tallies
from core.shared.throttling import Limit, Rate, Tally

SUBJECT_MAX = 120
"""Characters; a longer subject goes by its digest, so that nobody makes keys as long as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Counts first and lets pass then, so that many at once cannot all pass before the first is counted."""

    tallies: Tallies
    clock: Clock

    async def take(self, limit: Limit, subject: str) -> Tally:
        """Count one time more for `subject`. Raises: TooManyRequests, Unavailable; then nothing is counted."""
        return await self.tallies.change(_key(limit.name, subject), lambda tally: limit.next(tally, self.clock.now()))

    async def give_back(self, limit: Rate, subject: str) -> None:
        """One time that was taken was none. Raises: Unavailable."""
        await self.tallies.change(_key(limit.name, subject), lambda tally: limit.returned(tally, self.clock.now()))

    async def forgive(self, limit: Limit, subject: str) -> None:
        """Forget all times that were counted for `subject`. Raises: Unavailable."""
        await self.tallies.remove(_key(limit.name, subject))

    async def remember(self, name: str, subject: str, *, lasts: timedelta) -> None:
        """From now on for so long, `subject` is known under `name`, which is no limit's. Raises: Unavailable."""

        def seen(tally: Tally | None) -> Tally:
            until = self.clock.now() + lasts
            return Tally(count=(tally.count if tally else 0) + 1, until=until, expires_at=until)

        await self.tallies.change(_key(name, subject), seen)

    async def remembers(self, name: str, subject: str) -> bool:
        """Whether `subject` is known under `name` now. Raises: Unavailable."""
        tally = await self.tallies.get(_key(name, subject))
        return tally is not None and self.clock.now() < tally.expires_at


def _key(name: str, subject: str) -> str:
    if len(subject) > SUBJECT_MAX:
        subject = hashlib.sha256(subject.encode(errors="surrogatepass")).hexdigest()
    return f"{name}:{subject}"
