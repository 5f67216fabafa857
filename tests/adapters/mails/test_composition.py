"""How mails are plugged together: by which adapter, from whom, and with which links."""

import pytest

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.mails import links, notifier
from adapters.bootstrap.registry import UnknownAdapter
from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.outbound.console.mail import ConsoleNotifier
from adapters.outbound.ses.mail import SesNotifier


def settings(**named: str) -> Settings:
    unset = {"notifier": "console", "mail_from": "", "verify_email_link": "", "password_reset_link": ""}
    return checked(Settings, {"service": "user", "token_issuer": "http://127.0.0.1:8080/", **unset, **named})


def test_who_develops_reads_mails_on_the_console() -> None:
    assert Settings.model_fields["notifier"].default == "console"
    assert type(notifier(settings())) is ConsoleNotifier


@pytest.mark.parametrize("sender", ["shop@example.com", "The shop <shop@example.com>", "The m\u00fcsli <a@b.example>"])
def test_ses_sends_as_who_the_settings_say(sender: str) -> None:
    made = notifier(settings(notifier="ses", mail_from=sender))
    assert isinstance(made, SesNotifier)
    assert made._sender == sender


def test_a_notifier_that_cannot_be_is_told_by_its_variable() -> None:
    with pytest.raises(
        UnknownAdapter, match=r"^NOTIFIER is wrong\. There is no notifier adapter 'pigeon'; there are: "
    ):
        new_app(settings(notifier="pigeon"))
    with pytest.raises(ValueError, match=r"^MAIL_FROM is not set\. NOTIFIER=ses needs an address"):
        new_app(settings(notifier="ses"))


@pytest.mark.parametrize(
    "sender",
    ["shop", "a@b.example\nBcc: c@d.example", "a@b.example\r", "<a@b.example>", "A <a@b.example>, <c@d.example>"],
)
def test_a_sender_that_is_no_one_address_is_refused(sender: str) -> None:
    with pytest.raises(WrongSettings, match=r"^MAIL_FROM: "):
        settings(mail_from=sender)


def test_links_lead_to_the_shops_own_pages_or_to_those_for_developers() -> None:
    assert links(settings()) == {
        "verify_email": "http://127.0.0.1:8080/docs/user#/users/verify_email",
        "reset_password": "http://127.0.0.1:8080/docs/user#/users/reset_password",
    }
    given = {
        "verify_email_link": "https://shop.example/a#{token}",
        "password_reset_link": "https://shop.example/b?t={token}",
    }
    assert list(links(settings(**given)).values()) == list(given.values())


@pytest.mark.parametrize(
    "link", ["shop.example/reset", "javascript:alert(1)", "https://shop.example/a b", "https://a\n"]
)
def test_a_link_that_is_no_address_is_refused(link: str) -> None:
    with pytest.raises(WrongSettings, match=r"^PASSWORD_RESET_LINK: "):
        settings(password_reset_link=link)
