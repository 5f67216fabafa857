"""The mails that the user service writes, and those that wait to be written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.shared.mail import Mail
from core.user.model.proof import LASTS, Purpose

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)
"""Before a mail is tried again: longer than one try can take, so that no second worker has it meanwhile."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMail:
    """A mail that somebody asked for, to be written and sent from `not_before` on; `email` is normal.

    It holds no token: that is made when the mail is sent. Whether the address belongs to anyone is looked up then, too.
    """

    id: str
    purpose: Purpose
    email: str
    asked_at: datetime
    not_before: datetime
    tries: int
    version: int

    @classmethod
    def asked(cls, purpose: Purpose, *, id: str, email: str, at: datetime) -> "PendingMail":
        return cls(id=id, purpose=purpose, email=email, asked_at=at, not_before=at, tries=0, version=1)

    def claimed(self, *, at: datetime) -> "PendingMail":
        """Being tried by somebody; the next try is put off, each time for longer, in case that nothing comes of it."""
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.tries, 10))
        return replace(self, not_before=at + pause, tries=self.tries + 1, version=self.version + 1)

    def is_too_late(self, *, at: datetime) -> bool:
        """Whether the token in it would have expired by now, had it been sent at once: nobody waits for it any more."""
        return at >= self.asked_at + LASTS[self.purpose]
