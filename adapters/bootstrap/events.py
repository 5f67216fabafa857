"""Events, plugged together: whom they concern."""

from collections.abc import Mapping

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import Round
from adapters.bootstrap.registry import resolve
from adapters.messages import Handle, Messages


def messages(common: Common, note_order_confirmed: Handle) -> Messages:
    """What becomes of a message to the user service, however it came."""
    return Messages({"order.confirmed": note_order_confirmed}, new_id=common.new_id, telemetry=common.telemetry)


def consumed(common: Common, note_order_confirmed: Handle) -> Mapping[str, Round]:
    """The round in which a container takes messages from its queue, if it has one; only then is boto3 imported."""
    if not common.settings.events_queue_url:
        return {}
    queue = resolve("adapters.inbound.sqs.queue:Queue")
    return {"consume_events": queue(common.settings.events_queue_url, messages(common, note_order_confirmed))}
