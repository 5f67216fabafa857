"""Stores of mails that wait, as one could get them wrong."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.outbound.memory.mails import NEVER, MemoryPendingMails
from core.shared.errors import VersionStale
from core.shared.rounds import Waiting
from core.user.model import PendingMail
from tests.adapters.twins.times import on_another_clock


class IgnoredVersion(MemoryPendingMails):
    """Keeps whatever comes last."""

    async def save(self, mail: PendingMail) -> None:
        if mail.id not in self._mails:
            raise VersionStale("Stale.")
        self._mails[mail.id] = mail


class CheckedBefore(MemoryPendingMails):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, mail: PendingMail) -> None:
        kept = self._mails.get(mail.id)
        if kept is None or kept.version != mail.version - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        self._mails[mail.id] = mail


class Revived(MemoryPendingMails):
    """Saves one that was sent and removed."""

    async def save(self, mail: PendingMail) -> None:
        if mail.id in self._mails:
            await super().save(mail)
        else:
            self._mails[mail.id] = mail


class LookedUpBefore(MemoryPendingMails):
    """Looks whether an id is free, then lets somebody else pass before it takes it."""

    async def add(self, mail: PendingMail) -> None:
        if mail.id in self._mails:
            raise VersionStale("Known.")
        await asyncio.sleep(0)
        self._mails[mail.id] = mail


class ReplacedByAdd(MemoryPendingMails):
    """Takes a known id for a new mail."""

    async def add(self, mail: PendingMail) -> None:
        self._mails.pop(mail.id, None)
        await super().add(mail)


class OneEach(MemoryPendingMails):
    """Takes a second mail to an address for the first."""

    async def add(self, mail: PendingMail) -> None:
        if all(other.email != mail.email for other in self._mails.values()):
            await super().add(mail)


class NewestFirst(MemoryPendingMails):
    """Gives the one that was asked for last first."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return tuple(reversed(await super().due(now, limit=10_000)))[:limit]


class ByAsking(MemoryPendingMails):
    """Gives the one first that was asked for first, although it was put off."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return sorted(await super().due(now, limit=10_000), key=lambda mail: (mail.asked_at, mail.id))[:limit]


class AllAtOnce(MemoryPendingMails):
    """Gives all there are, however few were asked for."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return await super().due(now, limit=10_000)


class NeverPutOff(MemoryPendingMails):
    """Gives those as well whose time has not come."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return sorted(self._mails.values(), key=_turn)[:limit]


class ShortlyBefore(MemoryPendingMails):
    """Gives only those whose time has passed."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return [mail for mail in await super().due(now, limit=10_000) if _turn(mail) < now][:limit]


class TakenByLooking(MemoryPendingMails):
    """Gives each once, whatever becomes of it."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        found = await super().due(now, limit=limit)
        for mail in found:
            await self.remove(mail.id)
        return found


class NeverForgotten(MemoryPendingMails):
    """Removes nothing."""

    async def remove(self, id: str) -> None:
        pass


class ForgottenTogether(MemoryPendingMails):
    """Removes all with one."""

    async def remove(self, id: str) -> None:
        self._mails.clear()


class NothingToForget(MemoryPendingMails):
    """Complains of one that is gone already."""

    async def remove(self, id: str) -> None:
        if id not in self._mails:
            raise VersionStale("Gone.")
        await super().remove(id)


class TriesLost(MemoryPendingMails):
    """Leaves a field out when it saves."""

    async def save(self, mail: PendingMail) -> None:
        await super().save(replace(mail, tries=0))


class AskedLost(MemoryPendingMails):
    """Takes the time of the next try for the time of asking."""

    async def save(self, mail: PendingMail) -> None:
        await super().save(replace(mail, asked_at=_turn(mail)))


class SmallLetters(MemoryPendingMails):
    """Tidies addresses up, which are normal already."""

    async def add(self, mail: PendingMail) -> None:
        await super().add(replace(mail, email=mail.email.lower().strip()))


class WholeSeconds(MemoryPendingMails):
    """Cuts times to the second."""

    async def add(self, mail: PendingMail) -> None:
        await super().add(replace(mail, not_before=_turn(mail).replace(microsecond=0)))


class LocalTimes(MemoryPendingMails):
    """Tells the right moment on another clock."""

    async def add(self, mail: PendingMail) -> None:
        await super().add(replace(mail, asked_at=on_another_clock(mail.asked_at)))


class WaitingSinceTheNextTry(MemoryPendingMails):
    """Takes the time of the next try for when the waiting began."""

    async def waiting(self, *, limit: int) -> Waiting:
        found = sorted(map(_turn, self._mails.values()))
        return Waiting.since(found[:limit])


class TriedLeftOut(MemoryPendingMails):
    """Leaves out those that somebody has tried."""

    async def waiting(self, *, limit: int) -> Waiting:
        fresh = [mail.asked_at for mail in self._mails.values() if mail.tries == 0]
        return Waiting.since(fresh[:limit])


class AllThatWait(MemoryPendingMails):
    """Looks at all there are."""

    async def waiting(self, *, limit: int) -> Waiting:
        return await super().waiting(limit=10_000)


class LastOfThoseThatWait(MemoryPendingMails):
    """Looks at those first that are due last."""

    async def waiting(self, *, limit: int) -> Waiting:
        found = sorted(self._mails.values(), key=_turn, reverse=True)
        return Waiting.since(mail.asked_at for mail in found[:limit])


class WaitingSinceTheNewest(MemoryPendingMails):
    """Tells how long the newest has waited."""

    async def waiting(self, *, limit: int) -> Waiting:
        waiting = await super().waiting(limit=limit)
        return replace(waiting, oldest=max((mail.asked_at for mail in self._mails.values()), default=None))


def _turn(mail: PendingMail) -> datetime:
    return mail.not_before or NEVER
