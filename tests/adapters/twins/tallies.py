"""Places for tallies as one could get them wrong."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from adapters.outbound.memory.tallies import MemoryTallies
from core.shared.errors import TooManyRequests
from core.shared.throttling import Tally
from tests.adapters.twins.times import on_another_clock
from tests.fakes import FixedClock

Step = Callable[[Tally | None], Tally]


class _Tallies(MemoryTallies):
    def __init__(self) -> None:
        super().__init__(FixedClock())


class _Altering(_Tallies):
    """Keeps another tally than was made."""

    @abstractmethod
    def altered(self, tally: Tally) -> Tally: ...

    async def change(self, key: str, step: Step) -> Tally:
        return await super().change(key, lambda tally: self.altered(step(tally)))


class ReadThenWritten(_Tallies):
    """Reads the tally, lets somebody else pass, and writes what it made of it."""

    async def change(self, key: str, step: Step) -> Tally:
        tally = step(await self.get(key))
        await asyncio.sleep(0)
        self._tallies[key] = tally
        return tally


class FirstOverwritten(_Tallies):
    """Takes care of a tally that is there, and not of the first of many."""

    async def change(self, key: str, step: Step) -> Tally:
        if await self.get(key) is not None:
            return await super().change(key, step)
        tally = step(None)
        await asyncio.sleep(0)
        self._tallies[key] = tally
        return tally


class GivenUp(_Tallies):
    """Leaves a change out that somebody else was before, and says that it was made."""

    async def change(self, key: str, step: Step) -> Tally:
        known = await self.get(key)
        tally = step(known)
        await asyncio.sleep(0)
        if await self.get(key) == known:
            self._tallies[key] = tally
        return tally


class ToldBefore(_Tallies):
    """Returns the tally that was there before."""

    async def change(self, key: str, step: Step) -> Tally:
        known = await self.get(key)
        tally = await super().change(key, step)
        return known or tally


class Forgetful(_Tallies):
    """Gives a step nothing to go on from."""

    async def change(self, key: str, step: Step) -> Tally:
        return await super().change(key, lambda _: step(None))


class CountedWhenRefused(_Tallies):
    """Counts a time that was refused."""

    async def change(self, key: str, step: Step) -> Tally:
        try:
            return await super().change(key, step)
        except TooManyRequests:
            known = self._tallies.get(key)
            if known:
                self._tallies[key] = replace(known, count=known.count + 1)
            raise


class RefusalSwallowed(_Tallies):
    """Takes a refusal for the tally that was there."""

    async def change(self, key: str, step: Step) -> Tally:
        try:
            return await super().change(key, step)
        except TooManyRequests:
            return self._tallies[key]


class NewRefusal(_Tallies):
    """Raises a refusal of its own, which knows nothing of the limit's."""

    async def change(self, key: str, step: Step) -> Tally:
        try:
            return await super().change(key, step)
        except TooManyRequests as error:
            raise TooManyRequests(retry_after=1) from error


class KeysInSmallLetters(_Tallies):
    """Takes keys for the same that differ in capitals."""

    async def get(self, key: str) -> Tally | None:
        return await super().get(key.lower())

    async def change(self, key: str, step: Step) -> Tally:
        return await super().change(key.lower(), step)


class KeysTidied(_Tallies):
    """Takes blanks around a key away."""

    async def get(self, key: str) -> Tally | None:
        return await super().get(key.strip())

    async def change(self, key: str, step: Step) -> Tally:
        return await super().change(key.strip(), step)


class EmptyForNone(_Tallies):
    """Makes a tally up where there is none."""

    async def get(self, key: str) -> Tally | None:
        now = self._clock.now()
        return await super().get(key) or Tally(count=0, until=now, expires_at=now)


class NeverForgotten(_Tallies):
    """Forgets nothing on demand."""

    async def remove(self, key: str) -> None:
        pass


class CountForgottenAlone(_Tallies):
    """Leaves a tally of nothing where it should be forgotten."""

    async def remove(self, key: str) -> None:
        if key in self._tallies:
            self._tallies[key] = replace(self._tallies[key], count=0)


class ForgottenTogether(_Tallies):
    """Forgets all tallies whose keys begin alike."""

    async def remove(self, key: str) -> None:
        self._tallies = {other: tally for other, tally in self._tallies.items() if not other.startswith(key)}


class NothingToForget(_Tallies):
    """Complains of a tally that is forgotten already."""

    async def remove(self, key: str) -> None:
        del self._tallies[key]


class SomeForgotten(_Tallies):
    """Has room for fifty."""

    async def change(self, key: str, step: Step) -> Tally:
        tally = await super().change(key, step)
        while len(self._tallies) > 50:
            del self._tallies[next(iter(self._tallies))]
        return tally


class OneMoment(_Altering):
    """Takes the moment until which a tally weighs for the one at which it expires."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, expires_at=tally.until)


class SmallNumbers(_Altering):
    """Counts in 31 bits."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, count=min(tally.count, 2**31 - 1))


class WholeSeconds(_Altering):
    """Cuts moments to the second."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, until=tally.until.replace(microsecond=0))


class NaiveTimes(_Altering):
    """Loses the time zone."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, until=tally.until.replace(tzinfo=None))


class LocalTimes(_Altering):
    """Tells the right moment on another clock."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, until=on_another_clock(tally.until))


class OneDayAtMost(_Altering):
    """Forgets a tally a day after it weighs no more."""

    def altered(self, tally: Tally) -> Tally:
        return replace(tally, expires_at=min(tally.expires_at, tally.until + timedelta(hours=1)))
