"""Secrets from the operating system's source of randomness."""

import secrets

from core.shared.ports import NewSecret


class UrlSafeSecret(NewSecret):
    """256 random bits as 43 URL-safe characters."""

    def __call__(self) -> str:
        return secrets.token_urlsafe(32)
