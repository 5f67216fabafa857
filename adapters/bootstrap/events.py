"""Events, plugged together: who publishes them, and whom they concern."""

from collections.abc import Callable, Mapping
from inspect import signature

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import Round
from adapters.bootstrap.registry import load, resolve
from adapters.bootstrap.settings import Settings
from adapters.messages import Handle, Messages
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


def messages(common: Common, note_order_confirmed: Handle) -> Messages:
    """What becomes of a message to the user service, however it came."""
    return Messages({"order.confirmed": note_order_confirmed}, new_id=common.new_id, telemetry=common.telemetry)


def consumed(common: Common, note_order_confirmed: Handle) -> Mapping[str, Round]:
    """The round in which a container takes messages from its queue, if it has one; only then is boto3 imported."""
    if not common.settings.events_queue_url:
        return {}
    queue = resolve("adapters.inbound.sqs.queue:Queue")
    return {"consume_events": queue(common.settings.events_queue_url, messages(common, note_order_confirmed))}
