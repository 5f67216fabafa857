"""What the user service makes of what orders are told to have gone through: mails to who made them."""

from dataclasses import dataclass
from typing import Literal

from core.shared.errors import VersionStale
from core.shared.events import Event
from core.shared.ports import Clock
from core.user.model import NOTED_WITHIN, ConfirmedOrder, PendingMail
from core.user.ports import PendingMails


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrderConfirmed:
    """See to it that whoever ordered gets one mail that says that the order is confirmed."""

    pending_mails: PendingMails
    clock: Clock

    async def __call__(self, *, event: Event) -> Literal["noted", "known", "too old"]:
        """Leaves a note for `SendMails`, one an order, however often and in whatever order its events come.

        Raises: EventUnreadable, Unavailable.
        """
        order, now = ConfirmedOrder.told_by(event), self.clock.now()
        if event.at <= now - NOTED_WITHIN:
            return "too old"
        try:
            await self.pending_mails.add(PendingMail.of_order(order, at=now))
        except VersionStale:
            return "known"
        return "noted"
