"""What is told of MongoDB: commands by name and outcome, connections, and never a word of what was sent."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pymongo
import pytest

from adapters.outbound.mongo.database import MongoDatabase, connect
from adapters.outbound.mongo.product import MongoProductStore
from adapters.telemetry.telemetry import Telemetry
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from tests.adapters.telemetry.traced import sample, traced
from tests.builders import an_entry, an_id
from tests.database import free_port, mongo_url

COMMANDS = "portico_mongo_command_duration_seconds_count"
FAILURES = "portico_mongo_pool_checkout_failures_total"


@asynccontextmanager
async def database(telemetry: Telemetry, **options: Any) -> AsyncIterator[MongoDatabase]:
    name = f"told_{uuid.uuid4().hex}"
    async with connect(mongo_url(), name, telemetry=telemetry, **options) as opened:
        try:
            yield opened
        finally:
            async with pymongo.AsyncMongoClient[dict[str, Any]](mongo_url()) as client:
                await client.drop_database(name)


def connections(telemetry: Telemetry, state: str) -> float:
    return sample(telemetry, "portico_mongo_pool_connections", state=state)


def commands(telemetry: Telemetry, command: str, outcome: str = "ok") -> float:
    return sample(telemetry, COMMANDS, command=command, outcome=outcome)


async def test_each_command_is_counted_and_is_a_span_of_the_work_that_sent_it() -> None:
    told = traced()
    spans = told.telemetry.spans
    async with spans, database(told.telemetry, seconds=10) as opened:
        products = MongoProductStore(opened).products
        with spans.work("add"):
            await products.add(an_entry(1, sku="SECRET-SKU"), units=1)

        async def get() -> None:
            with spans.work("get"):
                await products.get(an_id(1))

        await asyncio.gather(get(), get())
        await products.get(an_id(1))  # of no trace, so it is counted only
    assert (commands(told.telemetry, "insert"), commands(told.telemetry, "find")) == (1, 3)
    by_id = {span.context.span_id: span.name for span in told.spans if span.context}
    of_commands = [span for span in told.spans if span.kind.name == "CLIENT"]
    seen = sorted((span.name, by_id[span.parent.span_id]) for span in of_commands if span.parent)
    assert seen == [("find products", "get"), ("find products", "get"), ("insert products", "add")]
    attributes = dict(of_commands[0].attributes or {})
    assert attributes.pop("db.namespace")
    assert attributes == {
        "db.system.name": "mongodb",
        "db.collection.name": "products",
        "db.operation.name": "insert",
    }
    assert "SECRET-SKU" not in "".join(span.to_json() for span in told.spans) + told.telemetry.metrics.text().decode()


async def test_an_error_of_the_server_is_an_outcome_and_unknown_commands_are_one_series() -> None:
    told = traced()
    spans = told.telemetry.spans
    async with spans, database(told.telemetry, seconds=10) as opened:
        collection = opened.collection("products")
        with spans.work("wrong"), pytest.raises(Unavailable):
            async with collection.use() as products:
                await products.find_one({"$nonsense": 1})
        for name in ("ping", "hello", "buildInfo"):
            await opened._database.command(name)
    assert commands(told.telemetry, "find", "failed") == 1
    assert commands(told.telemetry, "other") >= 3
    (span,) = [span for span in told.spans if span.name == "find products"]
    assert (span.attributes or {})["error.type"] == "failed"
    assert str((span.attributes or {})["db.response.status_code"]).isdigit()


async def test_connections_are_idle_or_in_use_and_none_is_left() -> None:
    told = Telemetry.unread()
    async with database(told, seconds=10) as opened:
        products = MongoProductStore(opened).products
        await opened.prepare()
        found = asyncio.gather(*(products.get_many([an_id(n)]) for n in range(20)))
        most = 0.0
        while not found.done():
            most = max(most, connections(told, "used"))
            await asyncio.sleep(0)
        await found
        assert most > 1
        assert connections(told, "used") == 0
        assert connections(told, "idle") >= most
        assert sample(told, "portico_mongo_pool_connections_max") == 100
    assert (connections(told, "used"), connections(told, "idle")) == (0, 0)


async def test_a_server_that_is_away_is_counted_as_one_that_gives_no_connection() -> None:
    told = Telemetry.unread()
    async with connect(f"mongodb://127.0.0.1:{free_port()}/", "away", seconds=0.1, telemetry=told) as away:
        with pytest.raises(Unavailable):
            await MongoProductStore(away).products.get(an_id(1))
        async with asyncio.timeout(10):  # indexes are made first, which goes on
            while not sample(told, FAILURES, reason="noServer"):  # noqa: ASYNC110 - there is no event
                await asyncio.sleep(0.02)


async def test_steps_that_wait_for_a_connection_in_vain_are_counted() -> None:
    told = Telemetry.unread()
    url = f"{mongo_url()}{'&' if '?' in mongo_url() else '/?'}maxPoolSize=1"
    async with connect(url, "busy", seconds=5, telemetry=told) as busy:
        products = MongoProductStore(busy).products
        await busy.prepare()
        answers: list[object] = []
        async with asyncio.timeout(20):
            while not sample(told, FAILURES, reason="timeout"):
                context = REQUEST.set(RequestContext(deadline=time.monotonic() + 0.05))
                steps = (products.get_many([an_id(number)]) for number in range(200))
                answers += await asyncio.gather(*steps, return_exceptions=True)
                REQUEST.reset(context)
    assert any(isinstance(answer, Unavailable) for answer in answers)
    assert sample(told, "portico_mongo_pool_connections_max") == 1
