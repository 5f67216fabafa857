"""The function that hears of orders: a batch of messages from the queue of events, for the user service's mails."""

from typing import Any

from adapters.bootstrap.aws_lambda.process import Process
from adapters.bootstrap.settings import EventSettings
from adapters.inbound.aws_lambda.sqs import QueueEvents

process = Process.started(EventSettings, "adapters.bootstrap.in_process.events:event_parts")
_handle = QueueEvents(process.service.handle, process.run)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What AWS Lambda calls; the answer names the messages that are to come again."""
    with process.invocation(context):
        answer = _handle(event)
        left = len(answer["batchItemFailures"])
        process.told.count("Messages", len(event["Records"]) - left, outcome="done")
        process.told.count("Messages", left, outcome="left")
        return answer
