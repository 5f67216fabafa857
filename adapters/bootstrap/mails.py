"""Mails, plugged together: who sends them, and where the links in them lead."""

from collections.abc import Callable, Mapping
from inspect import signature

from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings
from core.shared.ports import Notifier
from core.user.model import Purpose


def notifier(settings: Settings) -> Notifier:
    """The one that is chosen; one that takes a sender has that of the settings. Raises: UnknownAdapter, ValueError."""
    make: Callable[..., Notifier] = load("notifier", settings.notifier)
    if "sender" not in signature(make).parameters:
        return make()
    if not settings.mail_from:
        raise ValueError(f"MAIL_FROM is not set. NOTIFIER={settings.notifier} needs an address to send mails from.")
    return make(sender=settings.mail_from)


def links(settings: Settings) -> Mapping[Purpose, str]:
    """Those of the settings; without any, the pages for developers, where a token can be typed in."""
    page = f"{settings.token_issuer.rstrip('/')}/docs/user#/users"
    return {
        "verify_email": settings.verify_email_link or f"{page}/verify_email",
        "reset_password": settings.password_reset_link or f"{page}/reset_password",
    }
