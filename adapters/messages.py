"""Events between processes: how one is written into a message, and what becomes of a message that comes."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.telemetry.telemetry import Telemetry
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import ShopError
from core.shared.events import Event, EventUnreadable
from core.shared.ports import NewId

Handle = Callable[..., Awaitable[object]]
"""A use case that takes an `event`, and tells in a word what it made of it."""

_log = logging.getLogger(__name__)


def body_of(event: Event) -> str:
    """JSON, in ASCII: of other characters a queue takes some, and not others."""
    return json.dumps(
        {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "at": event.at.isoformat(),
            "data": event.data,
        }
    )


def event_in(body: str) -> Event:
    """The event that a message was made of. Raises: EventUnreadable."""
    try:
        told: Any = json.loads(body)
        names = {name: told[name] for name in ("id", "type", "subject")}
        at, data = datetime.fromisoformat(told["at"]), told["data"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise EventUnreadable from error
    if not all(isinstance(name, str) for name in names.values()) or at.tzinfo is None or not isinstance(data, dict):
        raise EventUnreadable
    return Event(**names, at=at, data=data)


class Messages:
    """Hands the event in each message to whom it concerns, and tells what came of it.

    An event of a type that concerns nobody here is passed over. Each message is a request of its own, so that its
    lines and its span are found together.
    """

    def __init__(self, concerned: Mapping[str, Handle], *, new_id: NewId, telemetry: Telemetry | None = None) -> None:
        """`concerned` are by the type of the event."""
        self._concerned = concerned
        self._new_id = new_id
        self._spans = (telemetry or Telemetry.unread()).spans

    async def __call__(self, body: str) -> bool:
        """Whether the message is done with; if not, it is to come again."""
        with self._spans.work("event") as span:
            before = REQUEST.set(RequestContext(request_id=f"event-{self._new_id()}", traceparent=span.traceparent))
            try:
                await self._handle(event_in(body))
            except ShopError as error:
                _log.warning("a message is left: %s: %s", error.code, error.detail)
                span.fail(error.code)
                return False
            except Exception:  # noqa: BLE001 - one message that is beyond help must not stop the others
                _log.exception("a message is left")
                span.fail("failed")
                return False
            finally:
                REQUEST.reset(before)
            return True

    async def _handle(self, event: Event) -> None:
        handle = self._concerned.get(event.type)
        if handle is None:
            _log.debug("event %s, %s: passed over", event.id, event.type)
            return
        outcome = await handle(event=event)
        _log.info("event %s, %s: %s", event.id, event.type, outcome)
