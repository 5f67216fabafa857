"""What functions do that nobody asks for, of the order and the user service: no pepper and no key is needed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from adapters.bootstrap.common import Common
from adapters.bootstrap.in_process.order import order_among_stores
from adapters.bootstrap.mails import links, notifier
from adapters.bootstrap.parts import Round
from adapters.bootstrap.settings import FunctionSettings
from adapters.outbound.security.configured_keys import ConfiguredKeys
from adapters.outbound.system.secret import UrlSafeSecret
from core.user.model import Letterhead
from core.user.use_cases.mails import SendMails


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What can be done with mails that wait."""

    send_mails: SendMails


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleParts:
    """What the function is made of; `resources` are to be opened with the process, behind the stores."""

    rounds: Mapping[str, Round]
    resources: Sequence[AbstractAsyncContextManager[object]]


def schedule_parts(common: Common, settings: FunctionSettings) -> ScheduleParts:
    """No customer's token comes here, so there are no keys to check one by."""
    order, store = order_among_stores(common, ConfiguredKeys(str)), common.stores.of("user")
    writing = common.telemetry.observed(
        Writing(
            send_mails=SendMails(
                users=store.users,
                proofs=store.proofs,
                pending_mails=store.pending_mails,
                notifier=notifier(settings),
                letterhead=Letterhead(shop=settings.shop_name, links=links(settings)),
                clock=common.clock,
                new_secret=UrlSafeSecret(),
            )
        )
    )
    return ScheduleParts(rounds={**order.rounds, "send_mails": writing.send_mails}, resources=order.resources)
