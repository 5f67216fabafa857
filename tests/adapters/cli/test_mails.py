"""Which lines of the services' output `shop up` shows as mails."""

import io

from rich.console import Console

from adapters.inbound.cli.mails import Mails
from adapters.inbound.cli.screen import Screen


def shown(*lines: str, unread: tuple[str, ...] = ()) -> list[str]:
    stream = io.StringIO()
    mails = Mails(Screen(Console(file=stream, width=200)), "mail>", unread=unread)
    for line in lines:
        mails.output("user", line)
    return [line.removeprefix("     user | ") for line in stream.getvalue().splitlines()]


def a_mail(to: str, subject: str) -> tuple[str, ...]:
    return f"mail> To: {to}", f"mail> Subject: {subject}", "mail>", "mail> Write To: nobody", "mail>"


def test_mails_are_shown_and_nothing_else() -> None:
    mail = a_mail("ada@example.com", "Hello")
    assert shown("INFO a line", *mail, "2026 ERROR mail> To: x", "") == list(mail)


def test_what_the_demo_accounts_get_for_being_opened_is_left_out_and_what_follows_is_shown() -> None:
    first, other, second = (a_mail(to, text) for to, text in (("a@b.c", "1"), ("ada@example.com", "2"), ("a@b.c", "3")))
    assert shown(*first, *other, *second, unread=("a@b.c", "x@b.c")) == [*other, *second]
