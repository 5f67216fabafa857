"""Every function in AWS Lambda's own runtime, over a live server: cold and warm, and when something is wrong."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap.settings import FunctionSettings, checked
from adapters.messages import body_of
from adapters.outbound.mongo.database import connect
from adapters.outbound.security.access_tokens import RsaAccessTokens
from adapters.outbound.security.keys import signing_keys
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core.shared.events import Event
from tests.architecture.source import ROOT
from tests.aws_lambda.function import bundle, environment
from tests.aws_lambda.runtime.emulator import Runtime
from tests.aws_lambda.runtime.functions import FUNCTIONS, PASSWORD, SAM, function
from tests.aws_lambda.runtime.metric_lines import faults
from tests.builders import an_id
from tests.core.order.orders import confirmed
from tests.core.user.people import a_user
from tests.database import free_port, mongo_url, secantus, secantus_url
from tests.figures import Figure

OF_AN_INVOCATION = {"faas.name", "faas.version", "faas.execution", "faas.coldstart"}


def record(number: int, body: str, group: str) -> dict[str, Any]:
    return {"messageId": str(number), "body": body, "attributes": {"MessageGroupId": group}, "eventSource": "aws:sqs"}


def an_event(number: int) -> Event:
    """By which the order of that number was confirmed just now."""
    return replace(confirmed(number).outbox[0], at=SystemClock().now())


async def in_database(name: str, collection: str) -> int:
    """How many documents there are."""
    async with connect(mongo_url(), name) as opened:
        return int(await opened._database[collection].count_documents({}))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_three_invocations_are_one_cold_start_one_process_and_no_further_connection(
    name: str, tmp_path: Path, figure: Figure
) -> None:
    at_once = 3 if name == "schedule" else 1  # its rounds go on side by side, each with a connection when they meet
    pids, sockets = set(), []
    with function(name, tmp_path) as it:
        for _ in range(3):
            used(name, it)
            pids.add(it.pid)
            sockets.append(it.sockets)
        assert len(pids) == 1
        assert max(sockets) - sockets[0] < at_once, sockets
        told = [line for line in it.told if "faas.execution" in line]
        for line in it.told:
            assert line.keys() >= {"@timestamp", "log.level", "message", "service.name", "ecs.version"}
        if name != "schedule":  # where nothing was to be done there is nothing to tell
            assert [line["faas.coldstart"] for line in told] == [True, False, False]
            assert len({line["faas.execution"] for line in told}) == 3
        assert it.measured
        assert [found for line in it.measured for found in faults(line)] == []
        figure(
            "{functions} functions in Lambda's runtime, cold and warm: {lines} lines of log, {metrics} of metrics",
            functions=1,
            lines=len(it.told),
            metrics=len(it.measured),
        )


def used(name: str, it: Runtime) -> None:
    """Invokes it for something that it asks its database for."""
    if name == "events":
        assert it.invoke({"Records": [record(1, body_of(an_event(1)), "a")]}) == {"batchItemFailures": []}
    elif name == "schedule":
        assert it.invoke({"source": "aws.scheduler"}) == {"resume_orders": 0, "relay_events": 0, "send_mails": 0}
    else:
        method, target, body, token, status = {
            "product": ("GET", "/v1/categories", None, "", 200),
            "user": ("POST", "/v1/auth/login", {"email": SAM, "password": PASSWORD}, "", 401),
            "cart": ("POST", "/v1/cart/guest", None, "", 201),
            "order": ("GET", "/v1/orders", None, a_token(), 200),
        }[name]
        assert it.ask(target, method=method, body=body, token=token).status == status


def a_token() -> str:
    """Of a customer who is signed in, as the user service's function would make it."""
    clock = SystemClock()
    keys, lasts = signing_keys(bundle()), timedelta(minutes=15)
    settings = checked(FunctionSettings, {})
    issued = RsaAccessTokens(
        keys=lambda: keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lasts=lasts,
        clock=clock,
        new_id=Uuid7(clock),
    )
    return issued.issue(user=a_user(), session_id=an_id(1)).text


def test_a_poison_message_holds_up_its_group_alone_and_a_duplicate_is_one_mail(tmp_path: Path, figure: Figure) -> None:
    database = f"rt_{secrets.token_hex(6)}"
    bodies = {number: body_of(an_event(number)) for number in range(1, 6)}
    batch = [record(number, body, f"order-{number}") for number, body in bodies.items()]
    batch[3] = record(4, "poison", "order-4")
    later = [record(10 + number, body, f"order-{number}") for number, body in bodies.items()]
    with function("events", tmp_path, database) as it:
        answer = it.invoke({"Records": [*batch, *later]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "14"}]}
        assert asyncio.run(in_database(database, "pending_mails")) == 4
        assert it.invoke({"Records": [later[3], *later]}) == {"batchItemFailures": []}
        assert asyncio.run(in_database(database, "pending_mails")) == 5
        assert [found for line in it.measured for found in faults(line)] == []
        left = [line for line in it.told if line["message"].startswith("a message is left")]
        assert len(left) == 1
        assert "poison" not in json.dumps(it.told)
    figure("{messages} messages in two batches, one of them poison: {mails} mails", messages=16, mails=5)


def test_without_its_database_a_function_answers_503_and_is_well_again_by_itself(tmp_path: Path) -> None:
    port = free_port()
    with function("product", tmp_path, MONGO_URL=secantus_url(port)) as it:
        away = it.ask("/v1/categories")
        assert (away.status, away.json()["code"]) == (503, "unavailable")
        pid = it.pid
        with secantus(port, tmp_path):
            well = it.ask("/v1/categories")
            assert (well.status, it.pid) == (200, pid), well
        assert "Traceback" not in "".join(it.said)


def test_what_a_function_cannot_answer_is_a_problem_to_its_caller_who_learns_nothing_of_it(tmp_path: Path) -> None:
    """A document that somebody damaged; the next caller is answered."""
    database = f"rt_{secrets.token_hex(6)}"
    id = "01980000-0000-7000-8000-000000000000"

    async def damaged() -> None:
        async with connect(mongo_url(), database) as opened:
            await opened._database["products"].insert_one({"_id": id, "name": "of-the-database"})

    asyncio.run(damaged())
    with function("product", tmp_path, database) as it:
        failed = it.ask(f"/v1/products/{id}")
        assert (failed.status, failed.json()["code"]) == (500, "internal_error")
        assert dict(failed.headers)["content-type"] == "application/problem+json"
        for secret in (b"Traceback", b"KeyError", b"of-the-database", b"adapters", mongo_url().encode()):
            assert secret not in failed.body
        assert it.ask("/v1/categories").status == 200
        (line,) = [line for line in it.told if "error.stack_trace" in line]
        assert line["error.type"] == "KeyError"


def test_what_is_no_request_fails_the_invocation_and_the_next_one_is_answered(tmp_path: Path) -> None:
    """Nobody but who may invoke the function itself gets this; API Gateway says 500 to whoever asked."""
    with function("product", tmp_path, MONGO_URL=mongo_url()) as it:
        failed = it.invoke({"password": "of-the-event"})
        assert "errorType" in failed
        assert "statusCode" not in failed
        assert "of-the-event" not in json.dumps(failed)
        assert "of-the-event" not in "".join(it.said)
        pid = it.pid
        assert (it.ask("/readyz").status, it.pid) == (200, pid)


def test_a_line_of_a_function_is_that_of_a_container_with_the_invocation_besides(tmp_path: Path) -> None:
    port = free_port()
    settings = environment("product", LOG_FORMAT="json", STORE="memory", PORT=str(port))
    command = [sys.executable, "-m", "adapters.bootstrap.asgi"]
    container = subprocess.Popen(
        command, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, stdout=subprocess.PIPE, text=True
    )
    try:
        with function("product", tmp_path) as it:
            assert it.ask("/v1/categories").status == 200
            (ours,) = [line for line in it.told if line["log.logger"] == "portico.access"]
        assert container.stdout is not None
        for text in container.stdout:
            if "running on" in text:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/categories", timeout=10).close()
            if "portico.access" in text:
                theirs = json.loads(text)
                break
        else:
            raise AssertionError("The container told of no request.")
    finally:
        container.terminate()
        container.communicate(timeout=30)
    here = {"client.address", "network.protocol.version"}
    assert ours.keys() - theirs.keys() - here == OF_AN_INVOCATION
    assert theirs.keys() - ours.keys() - here == set()
    for name in theirs.keys() & ours.keys():
        assert type(theirs[name]) is type(ours[name]), name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"service": None}, "service is no text"),
        ({"Orders": "one"}, "Orders is no number"),
        ({"_aws": {"Timestamp": 1.5, "CloudWatchMetrics": []}}, "Timestamp is no whole number of milliseconds"),
    ],
)
def test_a_line_that_cloudwatch_would_not_take_is_found(change: dict[str, Any], fault: str) -> None:
    directive = {"Namespace": "Portico", "Dimensions": [["service"]], "Metrics": [{"Name": "Orders", "Unit": "Count"}]}
    line = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]}, "service": "order", "Orders": [1]}
    assert [*faults(line)] == []
    assert [*faults({**line, **change})] == [fault]
