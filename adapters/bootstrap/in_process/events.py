"""The user service in the function that hears of orders: it keeps notes, and needs no secret but its store's."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from adapters.bootstrap.common import Common
from adapters.bootstrap.events import messages
from adapters.bootstrap.settings import FunctionSettings
from adapters.messages import Messages
from core.user.use_cases.orders import NoteOrderConfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What can be done with events."""

    note_order_confirmed: NoteOrderConfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParts:
    """What the function is made of; `resources` are to be opened with the process, behind the stores."""

    handle: Messages
    resources: Sequence[AbstractAsyncContextManager[object]] = ()


def event_parts(common: Common, settings: FunctionSettings) -> EventParts:  # noqa: ARG001 - all are called alike
    notes = common.stores.of("user").pending_mails
    hearing = common.telemetry.observed(
        Hearing(note_order_confirmed=NoteOrderConfirmed(pending_mails=notes, clock=common.clock))
    )
    return EventParts(handle=messages(common, hearing.note_order_confirmed))
