"""`shop lambda-local`: the whole shop as functions on one port, each request an event as API Gateway makes it."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.functions import functions_plan
from adapters.inbound.cli.plan import Plan
from adapters.inbound.gateway.functions import INVOCATIONS, api_gateway
from tests.adapters.cli.running import PATIENCE, running
from tests.adapters.cli.stand_ins import actions
from tests.adapters.cli.test_commands import shop as run
from tests.adapters.cli.test_plan import OPTIONS, SECRETS, programs
from tests.adapters.gateway.stage import Front, before, front, get, http_server
from tests.aws_lambda.events import Event, Sent, http_api
from tests.system.test_shop_up import QUICK, SHOP, Shop, order_something, visitor

MADE_UP = {"accountId", "apiId", "domainName", "domainPrefix", "requestId", "time", "timeEpoch"}
OK = {"statusCode": 200, "body": "{}", "isBase64Encoded": False}

Handle = Callable[[Event], Any]


@asynccontextmanager
async def functions(handle: Handle, **limits: Any) -> AsyncIterator[Front]:
    """API Gateway's stand-in before one function that is every service's."""

    async def invoked(request: web.BaseRequest) -> web.StreamResponse:
        assert request.path == INVOCATIONS
        answer = handle(json.loads(await request.read()))
        return web.json_response(await answer if asyncio.iscoroutine(answer) else answer)

    async with http_server(invoked) as url, before(url, partial(api_gateway, **limits)) as it:
        yield it


async def event_of(sent: Sent) -> Event:
    """What the stand-in makes of a request."""
    events: list[Event] = []

    def handle(event: Event) -> Any:
        events.append(event)
        return OK

    async with functions(handle) as it:
        lines = [*(f"{name}: {value}" for name, value in sent.headers), f"Content-Length: {len(sent.body)}"]
        answer = await get(it.port, sent.target, *lines, "", sent.body.decode("latin-1"), method=sent.method)
        assert answer[0] == 200
    (event,) = events
    return event


def comparable(event: Event) -> Event:
    """But for what no two requests have alike."""
    told = {name: value for name, value in event["headers"].items() if not name.startswith(("x-", "host", "content-l"))}
    context = {name: value for name, value in event["requestContext"].items() if name not in MADE_UP}
    body = {"body": event.get("body"), "queryStringParameters": None}
    return {**event, **body, "headers": told, "requestContext": context}


@pytest.mark.parametrize(
    "sent",
    [
        Sent(target="/v1/products?q=a%20b&tag=x&tag=y"),
        Sent(target="/v1/products/a%2Fb%20%C3%BC"),
        Sent(target="/v1/cart", headers=(("X-Cart-Token", "one"), ("Accept", "a"), ("Accept", "b"))),
        Sent(target="/v1/cart", headers=(("Cookie", "a=1; b=2"),)),
        Sent(method="POST", target="/v1/orders", headers=(("Content-Type", "application/json"),), body=b'{"a": 1}'),
        Sent(
            method="POST", target="/v1/products/import", headers=(("Content-Type", "application/x-ndjson"),), body=b"{}"
        ),
        Sent(method="POST", target="/v1/orders", headers=(("Content-Type", "application/json"),), body=b"\xc3\xbc"),
    ],
    ids=lambda sent: sent.target,
)
async def test_an_event_is_what_api_gateway_makes_of_the_request(sent: Sent) -> None:
    event = await event_of(sent)
    assert comparable(event) == comparable(http_api(replace(sent, client="127.0.0.1")))
    assert event["headers"]["x-forwarded-for"] == event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


async def test_an_answer_is_what_the_function_said() -> None:
    body = {"statusCode": 201, "headers": {"etag": '"1"'}, "cookies": ["a=1"], "body": "/w==", "isBase64Encoded": True}
    async with functions(lambda _: body) as it:
        status, headers, answer = await get(it.port, "/v1/products")
    assert (status, headers["etag"], headers["set-cookie"], answer) == (201, '"1"', "a=1", b"\xff")


async def test_each_service_is_reached_by_the_routes_of_the_ingress() -> None:
    async with front(api_gateway) as it:
        for target in ("/v1/categories", "/v1/auth/login", "/v1/cart", "/v1/orders/1", "/docs/user"):
            await get(it.port, target)
    reached = {name: len(heads) for name, heads in it.heads.items()}
    assert reached == {"product": 1, "user": 2, "cart": 1, "order": 1}
    assert all(head.startswith(f"POST {INVOCATIONS} ") for heads in it.heads.values() for head in heads)


@pytest.mark.parametrize(
    ("target", "answers", "status", "message"),
    [
        ("/internal/v1/stock", OK, 404, None),
        ("/v1/products", {"errorType": "KeyError", "errorMessage": ""}, 500, "Internal Server Error"),
        ("/v1/products", None, 500, "Internal Server Error"),
    ],
)
async def test_what_a_function_cannot_answer_is_told_as_api_gateway_tells_it(
    target: str, answers: Any, status: int, message: str | None
) -> None:
    async with functions(lambda _: answers) as it:
        got, _, body = await get(it.port, target)
    assert (got, json.loads(body)["message"] if message else None) == (status, message)


async def test_a_function_that_takes_too_long_or_is_away_is_unavailable() -> None:
    async def slow() -> Any:
        await asyncio.sleep(5)

    async with functions(lambda _: slow(), seconds=0.1) as it:
        assert (await get(it.port, "/v1/products"))[0] == 503
    async with before("http://127.0.0.1:1", api_gateway) as it:
        assert (await get(it.port, "/v1/products"))[0] == 503


async def test_a_body_that_is_too_long_reaches_no_function() -> None:
    async with functions(lambda _: OK, body_max=5) as it:
        assert (await get(it.port, "/v1/orders", "Content-Length: 5", "", "12345", method="POST"))[0] == 200
        assert (await get(it.port, "/v1/orders", "Content-Length: 6", "", "123456", method="POST"))[0] == 413


def planned(tmp_path: Path, **environ: str) -> Plan:
    bundle = tmp_path / "signing.pem"
    bundle.write_text("first second")
    does = replace(actions(), database=("/bin/sh",))
    secrets = replace(SECRETS, signing_keys_file=bundle)
    return functions_plan(OPTIONS, does, environ=environ, secrets=secrets, http=httpx.AsyncClient())


def test_functions_come_between_database_and_gateway_and_the_schedule_after_them(tmp_path: Path) -> None:
    shop = planned(tmp_path)
    assert [[program.name for program in stage] for stage in shop.stages] == [
        ["database"],
        ["product", "user", "cart", "order"],
        ["schedule"],
        ["gateway"],
    ]
    commands = {name: program.command[-1] for name, program in programs(shop).items()}
    assert [commands[name] for name in ("product", "order", "schedule")] == ["http", "http", "schedule"]


def test_a_function_has_public_keys_and_only_the_user_service_has_private_ones(tmp_path: Path) -> None:
    told: Mapping[str, Mapping[str, str]] = {name: it.environment for name, it in programs(planned(tmp_path)).items()}
    for name in ("product", "user", "cart", "order"):
        assert told[name]["PUBLIC_KEYS"] == "first-public second-public"
        assert "SERVICE_KEY" not in told[name]
    assert {name for name, environment in told.items() if "SIGNING_KEYS_FILE" in environment} == {"user"}
    mine = planned(tmp_path, SIGNING_KEYS="third")
    assert programs(mine)["cart"].environment["PUBLIC_KEYS"] == "third-public"


def test_functions_that_would_keep_data_in_their_own_memory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="the cart service would keep its data in the memory of one of them"):
        planned(tmp_path, CART_STORE="memory")


def test_its_help_teaches() -> None:
    help = run("lambda-local", "--help")
    assert help.exit_code == 0
    for words in ("shop lambda-local", "curl -i", "For example", "--gateway-port", "MONGO_URL"):
        assert words in help.stdout


async def told(words: str, log: Path) -> None:
    """Waits until the schedule's function has told of it."""
    async with asyncio.timeout(PATIENCE):
        while words not in await asyncio.to_thread(log.read_text):  # noqa: ASYNC110 - nobody else tells of it
            await asyncio.sleep(0.05)


async def test_a_tour_of_the_functions_is_as_one_of_the_services_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "mongo")
    ports = ("--base-port", str(shop.base), "--gateway-port", str(shop.gateway))
    async with running((*SHOP, "lambda-local", "--data", str(shop.data), *ports), QUICK) as it:
        await it.says("The shop is open.")
        status, said = await shop.does("tour", "--url", shop.url)
        assert (status, said.splitlines()[-1]) == (0, "Every step was as it should be."), said
        async with visitor(shop, "shopper@example.com") as shopper:
            order_id = await order_something(shopper)
        await told(order_id, shop.data / "logs" / "schedule.log")
        assert await it.ends(signal.SIGINT) == 0
    await shop.ended()
    assert "mail> To: shopper@example.com" in (shop.data / "logs" / "schedule.log").read_text()
