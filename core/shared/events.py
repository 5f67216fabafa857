"""Something that happened, told to whoever listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.shared.errors import Invalid


class EventUnreadable(Invalid):
    """A message is not an event as this shop tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`id` is `<aggregate id>:<version>`; `type` a dotted name such as `order.confirmed`; `data` is JSON-able."""

    id: str
    type: str
    subject: str
    at: datetime
    data: Mapping[str, object]
