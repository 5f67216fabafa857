"""The user service, plugged together."""

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.user import user_router
from adapters.inbound.worker import gauges
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.active_accounts import ActiveAccounts
from adapters.telemetry.telemetry import Telemetry


def user_app(settings: Settings, *, telemetry: Telemetry | None = None) -> ShopApp:
    """Accounts and sessions in one store; the only service with the private keys, and with a look at each session.

    The worker that sends mails is beside the routes.
    """
    common = Common.of("user", settings, telemetry=telemetry)
    store = common.stores.of("user")
    tallies = common.stores.tallies_of("user", common.clock)
    accounts = Accounts.over(
        store, settings, tallies=tallies, clock=common.clock, new_id=common.new_id, telemetry=common.telemetry
    )
    use_cases = common.telemetry.observed(accounts.use_cases)
    verifier = ActiveAccounts(
        common.verifier(OwnKeys(accounts.access_tokens)),
        users=store.users,
        sessions=store.sessions,
        clock=common.clock,
    )
    books = gauges.MailGauges(
        tell_pending_mails=use_cases.tell_pending_mails, metrics=common.telemetry.metrics, clock=common.clock
    )
    return common.app(
        user_router(use_cases, issuer=settings.token_issuer),
        verifier=verifier,
        resources=(
            *accounts.resources,
            common.rounds("send_mails", use_cases.send_mails),
            common.rounds("count_books", books, seconds=gauges.SECONDS),
        ),
    )
