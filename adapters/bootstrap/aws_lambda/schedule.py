"""The function for the passing of time: orders left half-way are taken up, events are told, mails are sent."""

from typing import Any

from adapters.bootstrap.aws_lambda.process import Process
from adapters.bootstrap.settings import ScheduleSettings
from adapters.inbound.aws_lambda.schedule import Schedule

process = Process.started(ScheduleSettings, "adapters.bootstrap.in_process.schedule:schedule_parts")
_rounds = {name: process.common.rounds(name, round).once for name, round in process.service.rounds.items()}
_schedule = Schedule(_rounds)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 - AWS Lambda's
    """What AWS Lambda calls; the answer is what was done, by the name of the round."""
    with process.invocation(context):
        return process.run(_schedule(seconds=context.get_remaining_time_in_millis() / 1000))
