"""Who publishes events, plugged together."""

from collections.abc import Callable
from inspect import signature

from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings
from core.order.ports import EventPublisher


def publisher(settings: Settings) -> EventPublisher:
    """The one that is chosen; one that takes a queue has that of the settings. Raises: UnknownAdapter, ValueError."""
    make: Callable[..., EventPublisher] = load("publisher", settings.event_publisher)
    if "queue_url" not in signature(make).parameters:
        return make()
    if not settings.events_queue_url:
        raise ValueError(
            f"EVENTS_QUEUE_URL is not set. EVENT_PUBLISHER={settings.event_publisher} needs a queue to send events to."
        )
    return make(queue_url=settings.events_queue_url)
