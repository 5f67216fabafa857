"""The user service, plugged together."""

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.user import user_router
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.active_accounts import ActiveAccounts


def user_app(settings: Settings) -> ShopApp:
    """Accounts and sessions in one store; the only service with the private keys, and with a look at each session.

    The worker that sends mails is beside the routes.
    """
    common = Common.of("user", settings)
    store = common.stores.of("user")
    tallies = common.stores.tallies_of("user", common.clock)
    accounts = Accounts.over(store, settings, tallies=tallies, clock=common.clock, new_id=common.new_id)
    verifier = ActiveAccounts(
        common.verifier(OwnKeys(accounts.access_tokens)),
        users=store.users,
        sessions=store.sessions,
        clock=common.clock,
    )
    mails = Rounds("send mails", accounts.use_cases.send_mails, seconds=settings.worker_seconds)
    return common.app(
        user_router(accounts.use_cases, issuer=settings.token_issuer),
        verifier=verifier,
        resources=(*accounts.resources, mails),
    )
