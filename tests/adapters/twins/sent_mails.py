"""Stores of mails, as one could get wrong what becomes of those that were sent, and of what is in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.outbound.memory.mails import MemoryPendingMails
from core.shared.rounds import Waiting
from core.user.model import PendingMail


class ForgottenWhenSent(MemoryPendingMails):
    """Removes what was sent, although it is to be remembered: a consumer that remembers nothing."""

    async def save(self, mail: PendingMail) -> None:
        await super().save(mail)
        if mail.expires_at is not None:
            await self.remove(mail.id)


class ForgottenAfterAYear(MemoryPendingMails):
    """Remembers what was sent for as long as it pleases."""

    async def save(self, mail: PendingMail) -> None:
        early = mail.asked_at + timedelta(days=365)
        await super().save(mail if mail.expires_at is None else replace(mail, expires_at=early))


class ForgottenOneDayEarly(MemoryPendingMails):
    """Remembers what was sent for whole days."""

    async def save(self, mail: PendingMail) -> None:
        at = mail.expires_at
        await super().save(mail if at is None else replace(mail, expires_at=at.replace(hour=0, minute=0)))


class SentOnce(MemoryPendingMails):
    """Keeps one alone in mind of those that were sent."""

    async def save(self, mail: PendingMail) -> None:
        if mail.expires_at is not None:
            self._remembered.clear()
        await super().save(mail)


class StillDue(MemoryPendingMails):
    """Gives what was sent again."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        return (*await super().due(now, limit=limit), *self._remembered.values())[:limit]


class SentStillWaiting(MemoryPendingMails):
    """Counts what was sent among what waits."""

    async def waiting(self, *, limit: int) -> Waiting:
        return Waiting.since([mail.asked_at for mail in (*self._mails.values(), *self._remembered.values())][:limit])


class OrderLost(MemoryPendingMails):
    """Forgets what a mail is to say once somebody has tried it."""

    async def save(self, mail: PendingMail) -> None:
        await super().save(replace(mail, order=None))


class FirstLineOnly(MemoryPendingMails):
    """Keeps one line of an order."""

    async def add(self, mail: PendingMail) -> None:
        order = mail.order
        await super().add(mail if order is None else replace(mail, order=replace(order, lines=order.lines[:1])))


class RememberedForGood(MemoryPendingMails):
    """Does not remove what was sent."""

    async def remove(self, id: str) -> None:
        self._mails.pop(id, None)


class SentTwice(MemoryPendingMails):
    """Takes any version of what was sent."""

    async def save(self, mail: PendingMail) -> None:
        if mail.expires_at is None or mail.id not in self._remembered:
            await super().save(mail)


class RevivedWhenSent(MemoryPendingMails):
    """Takes what was sent for something that waits, if it is saved again."""

    async def save(self, mail: PendingMail) -> None:
        if self._remembered.pop(mail.id, None):
            self._mails[mail.id] = mail
        else:
            await super().save(mail)
