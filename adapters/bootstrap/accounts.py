"""Accounts, plugged together: for the user service, and for a shop that lives in one process."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.bootstrap.settings import Settings
from adapters.outbound.security.access_tokens import RsaAccessTokens
from adapters.outbound.security.keys import new_signing_key, signing_keys
from adapters.outbound.security.passwords import BcryptPasswords
from adapters.outbound.system.secret import UrlSafeSecret
from core.shared.ports import Clock, NewId
from core.user.use_cases import UserUseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What can be done with accounts, and what that stands on; `passwords` are to be opened with the process."""

    use_cases: UserUseCases
    access_tokens: RsaAccessTokens
    passwords: BcryptPasswords

    @classmethod
    def over(cls, store: Any, settings: Settings, *, clock: Clock, new_id: NewId) -> "Accounts":
        """Over a store of the user service. Raises: ValueError for signing keys that are none."""
        passwords = BcryptPasswords(pepper=settings.password_pepper.get_secret_value(), cost=settings.bcrypt_cost)
        access_tokens = RsaAccessTokens(
            keys=signing_keys(settings.signing_keys.get_secret_value() or new_signing_key()),
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            lasts=timedelta(seconds=settings.access_token_seconds),
            clock=clock,
            new_id=new_id,
        )
        use_cases = UserUseCases.over(
            users=store.users,
            sessions=store.sessions,
            passwords=passwords,
            access_tokens=access_tokens,
            clock=clock,
            new_id=new_id,
            new_secret=UrlSafeSecret(),
            session_lasts=timedelta(days=settings.refresh_token_days),
            admin_email=settings.bootstrap_admin_email,
        )
        return cls(use_cases=use_cases, access_tokens=access_tokens, passwords=passwords)
