"""The mails that the user service writes, and those that wait to be written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from core.shared.mail import Mail
from core.shared.text import LINE_MAX
from core.user.model.confirmed import ConfirmedOrder
from core.user.model.proof import LASTS, Purpose

Occasion = Purpose | Literal["order_confirmed"]

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)
"""Before a mail is tried again: longer than one try can take, so that no second worker has it meanwhile."""
GIVEN_UP_AFTER: Mapping[Occasion, timedelta] = {
    "verify_email": LASTS["verify_email"],
    "reset_password": LASTS["reset_password"],
    "order_confirmed": timedelta(days=3),
}
"""By then the token in a mail would have expired, had it been sent at once; or the parcel says more than the mail."""
NOTED_WITHIN = timedelta(days=30)
"""An order that was confirmed longer ago is not written of any more, so that no mail has to be remembered for ever.

SQS keeps a message for 14 days at most, and as long again in a dead-letter queue: whatever comes later is no delay.
"""
REMEMBERED_FOR = NOTED_WITHIN + timedelta(days=1)
"""How long it is remembered that a mail was sent: a day more, for clocks that do not agree."""

_SUBJECTS: Mapping[Purpose, str] = {
    "verify_email": "Please confirm your e-mail address",
    "reset_password": "Choose a new password",
}
_TEXTS: Mapping[Purpose, str] = {
    "verify_email": """\
Hello,

somebody, hopefully you, opened an account at {shop} with this e-mail address.
To confirm that the address is yours, follow this link:

{link}

If you are asked for a code, it is

{token}

It can be used once, within 24 hours.
Was it not you? Then do nothing: an address that nobody confirms stays unconfirmed.
""",
    "reset_password": """\
Hello,

somebody, hopefully you, asked for a new password for your account at {shop}.
To choose one, follow this link:

{link}

If you are asked for a code, it is

{token}

It can be used once, within an hour. Show it to nobody: it opens your account.
Was it not you? Then do nothing: your password stays as it is.
""",
}
_CONFIRMED = """\
Hello,

thank you for your order {number} at {shop}. It is confirmed.

{lines}

Total: {total}

The order's id is {id}.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every mail has of the shop: its name, and where links lead, in which `{token}` stands for the token."""

    shop: str
    links: Mapping[Purpose, str]


def written(purpose: Purpose, *, to: str, token: str, on: Letterhead) -> Mail:
    """A mail with nothing in it that anyone typed: whoever opens an account chooses the name on it.

    So nobody has the shop send strangers words or links of their own, nor lines that a mail server would obey.
    """
    link = on.links[purpose].replace("{token}", token)
    text = _TEXTS[purpose].format(shop=on.shop, link=link, token=token)
    return Mail(to=to, subject=_SUBJECTS[purpose], text=text)


def confirmation(order: ConfirmedOrder, *, to: str, on: Letterhead) -> Mail:
    """A mail with nothing in it that anyone typed but the names of products: a line each, and nothing but letters."""
    lines = "\n".join(
        f"{line.quantity} x {_plain(line.name)}, {line.unit_price} each: {line.unit_price.times(line.quantity)}"
        for line in order.lines
    )
    number = _plain(order.number)
    text = _CONFIRMED.format(number=number, shop=on.shop, lines=lines, total=order.total, id=order.id)
    return Mail(to=to, subject=f"Your order {number}", text=text)


def _plain(text: str) -> str:
    """Whatever would break a line, hide or turn text round is a blank."""
    return "".join(each if each.isprintable() else " " for each in text[:LINE_MAX])


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMail:
    """A mail that is to be written and sent from `not_before` on.

    Somebody asked for it to `email`, which is normal; or it is for who made the `order`, and is asked for by that. It
    holds no token: that is made when the mail is sent. Whether the address belongs to anyone, and what address they
    have, is looked up then, too.
    One that must not come twice is `remembered` when it was sent: until `expires_at`, without a `not_before`.
    """

    id: str
    purpose: Occasion
    email: str
    asked_at: datetime
    not_before: datetime | None
    tries: int
    version: int
    order: ConfirmedOrder | None = None
    expires_at: datetime | None = None

    @classmethod
    def asked(cls, purpose: Purpose, *, id: str, email: str, at: datetime) -> "PendingMail":
        return cls(id=id, purpose=purpose, email=email, asked_at=at, not_before=at, tries=0, version=1)

    @classmethod
    def of_order(cls, order: ConfirmedOrder, *, at: datetime) -> "PendingMail":
        """The one mail that says that the order is confirmed: its id is the order's."""
        return cls(
            id=order.id,
            purpose="order_confirmed",
            email="",
            asked_at=at,
            not_before=at,
            tries=0,
            version=1,
            order=order,
        )

    def claimed(self, *, at: datetime) -> "PendingMail":
        """Being tried by somebody; the next try is put off, each time for longer, in case that nothing comes of it."""
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.tries, 10))
        return replace(self, not_before=at + pause, tries=self.tries + 1, version=self.version + 1)

    def remembered(self, *, at: datetime) -> "PendingMail":
        """Done with for good; of what was to be in it, nothing is kept."""
        return replace(self, order=None, not_before=None, expires_at=at + REMEMBERED_FOR, version=self.version + 1)

    def is_too_late(self, *, at: datetime) -> bool:
        """Whether nobody waits for it any more."""
        return at >= self.asked_at + GIVEN_UP_AFTER[self.purpose]
