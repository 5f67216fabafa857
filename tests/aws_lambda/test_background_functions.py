"""The functions that nobody asks, as processes of their own over one database: a mail from its event to its reader."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.messages import body_of
from adapters.outbound.mongo.database import connect
from adapters.outbound.mongo.user import MongoUserStore
from adapters.outbound.system.clock import SystemClock
from core.shared.events import Event
from core.user.model import User
from tests.core.order.orders import ALICE, confirmed
from tests.core.user.people import a_user
from tests.database import mongo_url

ROOT = Path(__file__).parents[2]
FUNCTION = """
import importlib, json, sys

class Context:
    function_name, function_version, aws_request_id = "portico-test", "7", ""

    def get_remaining_time_in_millis(self):
        return 20_000

function = importlib.import_module(f"adapters.bootstrap.aws_lambda.{sys.argv[1]}")
for number, line in enumerate(sys.stdin):
    context = Context()
    context.aws_request_id = f"request-{number}"
    print(json.dumps({"answer": function.handler(json.loads(line), context)}), flush=True)
print(json.dumps({"loaded": sorted(sys.modules)}))
"""


class Ran:
    """What a function's process wrote, invoked with each of the events in turn."""

    def __init__(self, function: str, database: str, *events: object, **settings: str) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME")},
            "STORE": "mongo",
            "MONGO_URL": mongo_url(),
            "MONGO_DATABASE": database,
            **settings,
        }
        command = [sys.executable, "-c", FUNCTION, function]
        told = "".join(json.dumps(event) + "\n" for event in events)
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, input=told, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        self.text = ended.stdout
        found: list[dict[str, Any]] = [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]
        self.answers = [line["answer"] for line in found if "answer" in line]
        self.lines = [line for line in found if "ecs.version" in line]
        self.measured = [line for line in found if "_aws" in line]
        self.loaded = {module for line in found for module in line.get("loaded", ())}


def kept(user: User, database: str) -> None:
    async def add() -> None:
        async with connect(mongo_url(), database) as opened:
            await MongoUserStore(opened).users.add(user)

    asyncio.run(add())


def an_event(customer_id: str = ALICE) -> Event:
    """By which an order of theirs was confirmed just now."""
    return replace(confirmed(31, customer_id=customer_id).outbox[0], at=SystemClock().now())


def record(number: int, body: str, group: str) -> Mapping[str, object]:
    return {
        "messageId": str(number),
        "receiptHandle": "",
        "body": body,
        "attributes": {"MessageGroupId": group},
        "eventSource": "aws:sqs",
    }


def test_an_event_becomes_one_mail_through_both_functions_however_often_they_are_invoked() -> None:
    database = f"test_{secrets.token_hex(6)}"
    sam = a_user(1)
    kept(sam, database)
    event = an_event(sam.id)
    good, poison = record(1, body_of(event), event.subject), record(2, "poison", "other")
    behind = record(3, body_of(event), "other")
    heard = Ran("events", database, {"Records": [good, poison, behind]}, {"Records": [good]}, SERVICE="user")
    left = {"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "3"}]}
    assert heard.answers == [left, {"batchItemFailures": []}]
    messages = [line["message"] for line in heard.lines]
    assert [message.rpartition(" ")[2] for message in messages if message.startswith("event ")] == ["noted", "known"]
    worked = Ran("schedule", database, {}, {}, SERVICE="order", NOTIFIER="console")
    assert [answer["send_mails"] for answer in worked.answers] == [1, 0]
    assert worked.text.count(f"Subject: Your order {event.data['number']}") == 1
    assert f"To: {sam.email}" in worked.text
    again = Ran("events", database, {"Records": [good]}, SERVICE="user")
    assert [line["message"].rpartition(" ")[2] for line in again.lines if "event " in line["message"]] == ["known"]
    assert Ran("schedule", database, {}, SERVICE="order").answers[0]["send_mails"] == 0


def test_lines_are_those_of_a_container_with_the_invocation_besides() -> None:
    batch = {"Records": [record(1, body_of(an_event()), "a")]}
    heard = Ran("events", f"test_{secrets.token_hex(6)}", batch, batch, SERVICE="user")
    told = [line for line in heard.lines if line["message"].startswith("event ")]
    assert [line["faas.execution"] for line in told] == ["request-0", "request-1"]
    assert [line["faas.coldstart"] for line in told] == [True, False]
    for line in told:
        assert (line["faas.name"], line["faas.version"], line["service.name"]) == ("portico-test", "7", "user")
        assert line["http.request.id"].startswith("event-")
        assert line["log.logger"] == "adapters.messages"


def test_what_was_done_is_measured_for_cloudwatch() -> None:
    batch = {"Records": [record(1, body_of(an_event()), "a"), record(2, "poison", "b")]}
    database = f"test_{secrets.token_hex(6)}"
    heard = Ran("events", database, batch, SERVICE="user")
    found = {(line["outcome"], *line["Messages"]) for line in heard.measured if "Messages" in line}
    assert found == {("done", 1.0), ("left", 1.0)}
    worked = Ran("schedule", database, {}, SERVICE="order")
    rounds = [line for line in worked.measured if "Rounds" in line]
    assert {line["worker"] for line in rounds} == {"resume_orders", "relay_events", "send_mails"}
    assert {(line["service"], line["outcome"], *line["Rounds"]) for line in rounds} == {("order", "ok", 1.0)}
    for line in (*heard.measured, *worked.measured):
        (metric,) = line["_aws"]["CloudWatchMetrics"]
        assert metric["Namespace"] == "Portico"
        assert len(metric["Metrics"]) == 1
    assert not Ran("schedule", database, {}, SERVICE="order", METRICS="false").measured


def test_the_function_that_hears_of_orders_loads_nothing_that_it_does_not_need() -> None:
    loaded = Ran("events", f"test_{secrets.token_hex(6)}", SERVICE="user").loaded
    assert "aws_lambda_powertools.utilities.batch" in loaded
    assert not {"fastapi", "starlette", "boto3", "uvicorn", "aiohttp", "mangum", "core.order.use_cases"} & loaded
