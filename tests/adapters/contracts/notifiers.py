"""The contract of `core.shared.ports.Notifier`, seen from where the mails arrive."""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from core.shared.mail import Mail
from core.shared.ports import Notifier
from core.shared.text import is_plain
from tests.adapters.contracts.rivals import MANY
from tests.adapters.contracts.values import TEXTS

ADDRESSES = (
    "sam@example.com",
    "sam+shop@example.com",
    "o'brien@sub.domain.example.org",
    "a@b.example",
    f"{'l' * 64}@{'d' * 60}.example.com",
    "1234567890@123.example",
)
LINES = (
    "Hello,\n\n  a line that is indented\n\ttab\n.\n..\nFrom here\nmail> To: other@example.com\n" + "w" * 2000 + "\n\n"
)


class Postbox(Protocol):
    """A notifier, and the mails that came out at its other end."""

    notifier: Notifier

    @abstractmethod
    def arrived(self) -> Sequence[Mail]: ...


def _mail(number: int = 1, *, text: str = "Hello") -> Mail:
    return Mail(to=f"sam{number}@example.com", subject=f"Mail {number}", text=text)


async def nothing_is_sent_that_nobody_asked_for(postbox: Postbox) -> None:
    assert list(postbox.arrived()) == []


async def mails_are_handed_over_in_turn_and_at_once(postbox: Postbox) -> None:
    mails = [_mail(number) for number in (1, 3, 2, 10)]
    for count, mail in enumerate(mails, start=1):
        await postbox.notifier.send(mail)
        assert list(postbox.arrived()) == mails[:count]


async def mails_that_come_at_once_are_all_handed_over_whole(postbox: Postbox) -> None:
    mails = [_mail(number, text="line\n" * number) for number in range(MANY)]
    await asyncio.gather(*map(postbox.notifier.send, mails))
    assert sorted(postbox.arrived(), key=lambda mail: len(mail.text)) == mails


async def a_text_is_handed_over_to_the_letter(postbox: Postbox) -> None:
    mails = [_mail(number, text=text) for number, text in enumerate((*TEXTS, LINES))]
    for mail in mails:
        await postbox.notifier.send(mail)
    assert list(postbox.arrived()) == mails


async def a_subject_is_handed_over_to_the_letter(postbox: Postbox) -> None:
    mails = [Mail(to="sam@example.com", subject=text, text="") for text in TEXTS if is_plain(text)]
    assert len(mails) > 5
    for mail in mails:
        await postbox.notifier.send(mail)
    assert list(postbox.arrived()) == mails


async def an_address_is_written_to_as_it_is(postbox: Postbox) -> None:
    mails = [Mail(to=address, subject="Hello", text="") for address in ADDRESSES]
    for mail in mails:
        await postbox.notifier.send(mail)
    assert list(postbox.arrived()) == mails


async def a_mail_that_comes_twice_goes_twice(postbox: Postbox) -> None:
    """Whether that is right, whoever sends it knows."""
    for _ in range(2):
        await postbox.notifier.send(_mail())
    assert list(postbox.arrived()) == [_mail(), _mail()]
