"""Accounts, plugged together: for the user service, and for a shop that lives in one process."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.bootstrap.mails import links, notifier
from adapters.bootstrap.settings import Settings
from adapters.outbound.decorators.user import ObservedPasswords
from adapters.outbound.security.access_tokens import RsaAccessTokens
from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from adapters.outbound.security.key_file import KeyFile
from adapters.outbound.security.keys import SigningKey, new_signing_key, signing_keys
from adapters.outbound.security.passwords import BcryptPasswords
from adapters.outbound.system.secret import UrlSafeSecret
from adapters.telemetry.telemetry import Telemetry
from core.shared.ports import Clock, NewId, Tallies
from core.shared.throttle import Throttle
from core.shared.throttling import GrowingDelay, Rate
from core.user.model.limits import AccountLimits
from core.user.use_cases import UserUseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What can be done with accounts, and what that stands on; `resources` are to be opened with the process."""

    use_cases: UserUseCases
    access_tokens: RsaAccessTokens
    resources: Sequence[AbstractAsyncContextManager[object]]

    @classmethod
    def over(
        cls,
        store: Any,
        settings: Settings,
        *,
        tallies: Tallies,
        clock: Clock,
        new_id: NewId,
        telemetry: Telemetry | None = None,
    ) -> "Accounts":
        """Over a store of the user service. Raises: ValueError for signing keys that are none."""
        passwords = BcryptPasswords(
            pepper=settings.password_pepper.get_secret_value(),
            retired=settings.retired_peppers,
            cost=settings.bcrypt_cost,
        )
        keys, followed = _signing_keys(settings)
        access_tokens = RsaAccessTokens(
            keys=keys,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            lasts=timedelta(seconds=settings.access_token_seconds),
            clock=clock,
            new_id=new_id,
        )
        use_cases = UserUseCases.over(
            users=store.users,
            sessions=store.sessions,
            proofs=store.proofs,
            pending_mails=store.pending_mails,
            notifier=notifier(settings),
            mail_links=links(settings),
            passwords=ObservedPasswords(passwords, telemetry) if telemetry and settings.metrics else passwords,
            common_passwords=ShippedCommonPasswords(),
            shop_name=settings.shop_name,
            access_tokens=access_tokens,
            throttle=Throttle(tallies=tallies, clock=clock),
            limits=account_limits(settings),
            clock=clock,
            new_id=new_id,
            new_secret=UrlSafeSecret(),
            session_lasts=timedelta(days=settings.refresh_token_days),
            admin_email=settings.bootstrap_admin_email,
        )
        return cls(use_cases=use_cases, access_tokens=access_tokens, resources=(passwords, *followed))


def _signing_keys(settings: Settings) -> tuple[Callable[[], Sequence[SigningKey]], Sequence[KeyFile]]:
    """The keys at any time, and the file that they are followed in, if they are in one. Raises: ValueError."""
    text = settings.signing_keys.get_secret_value()
    if settings.signing_keys_file is None:
        keys = signing_keys(text or new_signing_key())
        return lambda: keys, ()
    if text:
        raise ValueError("SIGNING_KEYS and SIGNING_KEYS_FILE are both set: unset one of them.")
    file = KeyFile(settings.signing_keys_file)
    return lambda: file.keys, (file,)


def account_limits(settings: Settings) -> AccountLimits:
    """How often people may try things, by the settings."""

    def hourly(name: str, quota: int) -> Rate:
        return Rate(name=name, quota=quota, window=timedelta(hours=1))

    return AccountLimits(
        login_by_address=hourly("login_by_address", settings.logins_per_address),
        login_by_pair=GrowingDelay(
            name="login_by_pair",
            free=settings.login_tries,
            first=timedelta(seconds=1),
            longest=timedelta(seconds=settings.login_pause_seconds),
            forgotten=timedelta(days=1),
        ),
        login_by_account=Rate(name="login_by_account", quota=settings.logins_per_account, window=timedelta(days=1)),
        registration_by_address=hourly("registration_by_address", settings.registrations_per_address),
        registration_by_account=hourly("registration_by_account", settings.registrations_per_account),
        reset_by_address=hourly("reset_by_address", settings.resets_per_address),
        reset_by_account=hourly("reset_by_account", settings.resets_per_account),
        known_for=timedelta(days=30),
    )
