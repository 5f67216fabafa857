"""What every store over MongoDB rests on: limits, durable writes, indexes, and a database that may be away."""

import gc
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import PyMongoError

from adapters.outbound.mongo.database import Limits, MongoDatabase, connect
from adapters.outbound.mongo.product import MongoProductStore
from core.product.errors import SkuTaken
from core.product.model import Query
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from tests.adapters.served import Commands, Filter, Keys, served
from tests.adapters.stores import in_mongo
from tests.builders import a_product, an_id
from tests.database import free_port, mongo_url, secantus

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def sockets_collected_here() -> Iterator[None]:
    """PyMongo leaves a socket to the garbage collector if it is closed while its monitor connects to a lost server."""
    yield
    gc.collect()


async def test_a_database_that_is_away_is_unavailable_and_hinders_no_start() -> None:
    async with connect(f"mongodb://127.0.0.1:{free_port()}/", "portico", seconds=0.2) as database:
        store = MongoProductStore(database)
        await database.prepare()
        with pytest.raises(Unavailable) as unavailable:
            await store.products.get(an_id(1))
    assert isinstance(unavailable.value.__cause__, PyMongoError)


async def test_a_database_that_never_answers_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mongodb://127.0.0.1:{silent.getsockname()[1]}/?directConnection=true"
        async with connect(url, "portico", seconds=0.2) as database:
            with pytest.raises(Unavailable):
                await MongoProductStore(database).products.search(Query(), limit=1, after=None)


async def test_a_database_that_comes_late_goes_and_returns_is_used_whenever_it_is_there(tmp_path: Path) -> None:
    port = free_port()
    url = f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"
    async with connect(url, "portico", seconds=5) as database:
        store = MongoProductStore(database)
        with pytest.raises(Unavailable):
            await hurried(store)
        with secantus(port, tmp_path):
            await store.products.add(a_product(1), units=1)
            with pytest.raises(SkuTaken):  # so the indexes were made, though late
                await store.products.add(a_product(2, sku="SKU-1"), units=1)
        with pytest.raises(Unavailable):
            await hurried(store)
        with secantus(port, tmp_path):
            assert (await store.products.get(an_id(1))).available == 1


async def hurried(store: MongoProductStore) -> None:
    context = REQUEST.set(RequestContext(deadline=time.monotonic() + 0.2))
    try:
        await store.products.get(an_id(1))
    finally:
        REQUEST.reset(context)


async def test_no_question_is_asked_after_the_deadline() -> None:
    moment = 100.0
    async with connect(mongo_url(), "portico", monotonic=lambda: moment) as database:
        context = REQUEST.set(RequestContext(deadline=100.0))
        with pytest.raises(Unavailable, match="no time left"):
            await MongoProductStore(database).products.get(an_id(1))
        REQUEST.reset(context)


def test_a_step_has_its_limit_and_no_more_than_the_request_has_left() -> None:
    limits = Limits(seconds=2.0, monotonic=lambda: 100.0)
    assert limits.left() == 2.0
    context = REQUEST.set(RequestContext(deadline=100.5))
    assert limits.left() == 0.5
    REQUEST.reset(context)


async def test_writes_are_durable_whatever_the_address_says() -> None:
    commands = Commands()
    careless = f"{mongo_url()}{'&' if '?' in mongo_url() else '/?'}w=1&journal=false&readPreference=secondaryPreferred"
    client = pymongo.AsyncMongoClient[dict[str, Any]](careless, event_listeners=[commands])
    async with MongoDatabase(client, "test_durable", limits=Limits()) as database:
        await MongoProductStore(database).products.add(a_product(), units=1)
        commands.check()
        await client.drop_database("test_durable", comment="its own write concern is the careless one")


async def test_a_careless_write_is_noticed() -> None:
    commands = Commands()
    client = pymongo.AsyncMongoClient[dict[str, Any]](mongo_url(), event_listeners=[commands])
    async with client:
        await client["test_careless"]["products"].insert_one({"_id": "1"})
        await client.drop_database("test_careless")
    with pytest.raises(AssertionError, match="not durable"):
        commands.check()


async def test_a_query_without_an_index_is_noticed() -> None:
    async def look_at_all() -> None:
        async with in_mongo("product") as store, store.products._collection.use() as products:
            await products.find({"description": "boots"}).to_list()

    with pytest.raises(AssertionError, match="no index serves"):
        await look_at_all()


def test_an_index_serves_a_query_that_fixes_its_first_fields_and_sorts_by_the_next() -> None:
    by_name, by_name_down = [("name_key", 1), ("created", 1)], [("name_key", -1), ("created", -1)]
    good: list[tuple[Filter, Keys]] = [
        ({"_id": "1", "version": 3}, []),
        ({"sku": "S"}, []),
        ({"created": {"$gt": "1"}}, [("created", 1)]),
        ({}, [("created", 1)]),
        ({"terms": "*"}, by_name),
        ({"terms": {"$all": ["a", "b"]}, "stock.in_stock": True}, by_name_down),
        ({"$and": [{"terms": "*"}, {"name_key": "boots"}, {"created": {"$lt": "1"}}]}, by_name),
        ({"$or": [{"sku": "S"}, {"_id": "1"}]}, []),
    ]
    bad: list[tuple[Filter, Keys]] = [
        ({}, []),
        ({"name": "Boots"}, []),
        ({"name_key": "boots"}, []),
        ({"terms": {"$gt": "a"}}, by_name),
        ({"terms": "*"}, [("name_key", 1), ("created", -1)]),
        ({"terms": "*"}, [("created", 1), ("name_key", 1)]),
        ({"terms": "*"}, [("name", 1)]),
        ({"terms": {"$ne": "*"}}, []),
        ({"$or": [{"sku": "S"}, {"name": "Boots"}]}, []),
    ]
    assert [query for query in good if not served("products", *query)] == []
    assert [query for query in bad if served("products", *query)] == []
