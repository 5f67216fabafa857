"""Events as lines of the log: one JSON object each, for whoever reads logs."""

import json
import logging

from core.order.ports import EventPublisher
from core.shared.events import Event

_log = logging.getLogger("portico.events")


class LogPublisher(EventPublisher):
    """Writes each event as one line to the logger `portico.events`, at INFO, however quiet the rest of the log is."""

    def __init__(self) -> None:
        _log.setLevel(logging.INFO)

    async def publish(self, event: Event) -> None:
        line = {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "at": event.at.isoformat(),
            "data": event.data,
        }
        _log.info("%s", json.dumps(line))
