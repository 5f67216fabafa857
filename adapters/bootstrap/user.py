"""The user service, plugged together."""

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.common import Common
from adapters.bootstrap.events import consumed
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.registry import resolve
from adapters.bootstrap.verifiers import access_tokens
from adapters.inbound.worker.gauges.user import MailGauges
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.active_accounts import ActiveAccounts


def user_service(common: Common) -> ServiceParts:
    """Accounts and sessions in one store; the only service with the private keys, and with a look at each session.

    It asks nothing of the others. Mails are sent in rounds, and in rounds it hears of orders, if there is a queue.
    """
    store = common.stores.of("user")
    tallies = common.stores.tallies_of("user", common.clock)
    accounts = Accounts.over(
        store, common.settings, tallies=tallies, clock=common.clock, new_id=common.new_id, telemetry=common.telemetry
    )
    use_cases = common.telemetry.observed(accounts.use_cases)
    return ServiceParts(
        use_cases=use_cases,
        router=lambda: resolve("adapters.inbound.web.user:user_router")(use_cases, issuer=common.settings.token_issuer),
        verifier=ActiveAccounts(
            access_tokens(common.settings, keys=OwnKeys(accounts.access_tokens), clock=common.clock),
            users=store.users,
            sessions=store.sessions,
            clock=common.clock,
        ),
        rounds={"send_mails": use_cases.send_mails, **consumed(common, use_cases.note_order_confirmed)},
        count_books=MailGauges(
            tell_pending_mails=use_cases.tell_pending_mails, metrics=common.telemetry.metrics, clock=common.clock
        ),
        resources=accounts.resources,
    )
