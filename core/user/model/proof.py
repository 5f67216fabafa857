"""Proofs that somebody reads the mails to an address: made for one purpose, good once, and not for long."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from core.user.errors import TokenInvalid
from core.user.model.user import User

Purpose = Literal["verify_email", "reset_password"]

LASTS: Mapping[Purpose, timedelta] = {"verify_email": timedelta(hours=24), "reset_password": timedelta(hours=1)}
"""How long a token is good: it lies in a mailbox meanwhile (NIST SP 800-63B, 3.1.3.2; OWASP Forgot Password)."""


def digest_of(token: str) -> str:
    """What is kept of a token. A fast hash will do: 256 random bits cannot be guessed. Raises: TokenInvalid."""
    if not token.isascii():
        raise TokenInvalid
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is remembered of a token that was sent to `email`, and never the token itself.

    `sign_ins` is the account's at that time: a changed password counts it up, and so makes void every token for
    another one that is still out.
    """

    digest: str = field(repr=False)
    purpose: Purpose
    user_id: str
    email: str
    sign_ins: int
    made_at: datetime
    expires_at: datetime

    @classmethod
    def made(cls, purpose: Purpose, token: str, user: User, *, at: datetime) -> "Proof":
        return cls(
            digest=digest_of(token),
            purpose=purpose,
            user_id=user.id,
            email=user.email,
            sign_ins=user.sign_ins,
            made_at=at,
            expires_at=at + LASTS[purpose],
        )

    def require(self, purpose: Purpose, user: User, *, at: datetime) -> None:
        """Raises: TokenInvalid if it proves nothing of the kind, or nothing about the account as it is now."""
        is_good = (self.purpose, self.user_id, self.email) == (purpose, user.id, user.email) and at < self.expires_at
        if purpose == "reset_password":
            is_good = is_good and self.sign_ins == user.sign_ins
        if not is_good or user.status != "active":
            raise TokenInvalid
