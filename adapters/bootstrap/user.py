"""The user service, plugged together."""

from datetime import timedelta

from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.user import user_router
from adapters.outbound.security.access_tokens import OwnKeys, RsaAccessTokens
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.outbound.security.keys import new_signing_key, signing_keys
from adapters.outbound.security.passwords import BcryptPasswords
from adapters.outbound.system.secret import UrlSafeSecret
from core.user.use_cases import UserUseCases


def user_app(settings: Settings) -> ShopApp:
    """Accounts and sessions in one store; the only service with the private keys, and with a look at each account."""
    common = Common.of("user", settings)
    store = common.stores.of("user")
    passwords = BcryptPasswords(pepper=settings.password_pepper.get_secret_value(), cost=settings.bcrypt_cost)
    access_tokens = RsaAccessTokens(
        keys=signing_keys(settings.signing_keys.get_secret_value() or new_signing_key()),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lasts=timedelta(seconds=settings.access_token_seconds),
        clock=common.clock,
        new_id=common.new_id,
    )
    use_cases = UserUseCases.over(
        users=store.users,
        sessions=store.sessions,
        passwords=passwords,
        access_tokens=access_tokens,
        clock=common.clock,
        new_id=common.new_id,
        new_secret=UrlSafeSecret(),
        session_lasts=timedelta(days=settings.refresh_token_days),
        admin_email=settings.bootstrap_admin_email,
    )
    verifier = ActiveAccounts(common.verifier(OwnKeys(access_tokens)), store.users)
    return common.app(user_router(use_cases, issuer=settings.token_issuer), verifier=verifier, resources=(passwords,))
