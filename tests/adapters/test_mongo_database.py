"""What every store over MongoDB rests on: limits, durable writes, indexes, and a database that may be away."""

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymongo
import pytest
from pymongo import WriteConcern
from pymongo.errors import AutoReconnect, PyMongoError

from adapters.outbound.mongo.database import Limits, MongoCollection, MongoDatabase, connect
from adapters.outbound.mongo.product import MongoProducts, MongoProductStore
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import Query
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import Unavailable
from tests.adapters.served import Commands
from tests.adapters.stores import in_mongo
from tests.builders import NOW, a_product, an_entry, an_id, kept
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
        began = time.monotonic()
        await database.prepare()
        with pytest.raises(Unavailable):
            await store.products.get(an_id(1))
        assert time.monotonic() - began < 2


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
        with pytest.raises(Unavailable), hurried(0.2):
            await store.products.get(an_id(1))
        with secantus(port, tmp_path):
            await store.products.add(an_entry(1), units=1)
            with pytest.raises(SkuTaken):  # so the indexes were made, though late
                await store.products.add(an_entry(2, sku="SKU-1"), units=1)
        with pytest.raises(Unavailable) as unavailable, hurried(0.2):
            await store.products.get(an_id(1))
        assert isinstance(unavailable.value.__cause__, PyMongoError)
        with secantus(port, tmp_path):
            assert (await store.products.get(an_id(1))).available == 1


@contextmanager
def hurried(seconds: float) -> Iterator[None]:
    """A request that has so much time left."""
    context = REQUEST.set(RequestContext(deadline=time.monotonic() + seconds))
    try:
        yield
    finally:
        REQUEST.reset(context)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop:s3cret@db/",
        "mongodb://shop:s3cr@et@db/",
        "mongodb://shop:s3cret@db:99999/",
        "mongodb://shop:s3cret@db/?directConnection=true&loadBalanced=true",
        "mongodb://shop:s3cret@db/?tls=true&tlsCAFile=/s3cret/none",
        "",
    ],
)
def test_a_wrong_address_is_told_by_its_settings_name_alone(url: str) -> None:
    with pytest.raises(ValueError, match=r"^MONGO_URL: ") as wrong:
        connect(url, "portico")
    assert "s3cr" not in f"{wrong.value}"
    assert wrong.value.__suppress_context__


def test_a_wrong_name_of_a_database_is_told() -> None:
    for name in ("", "two words", "a.b", "$a"):
        with pytest.raises(ValueError, match=r"^MONGO_DATABASE: "):
            connect("mongodb://127.0.0.1/", name)


async def test_an_index_is_built_to_its_end_however_long_that_takes() -> None:
    """Meanwhile the service starts, and its requests are refused in time; the build is asked for once."""
    may_build = asyncio.Event()
    async with slow_builder(may_build) as (url, asked), connect(url, "test_slow", seconds=0.3) as database:
        store = MongoProductStore(database)
        began = time.monotonic()
        await database.prepare()
        with pytest.raises(Unavailable, match="not ready yet"):
            await store.products.get(an_id(1))
        assert time.monotonic() - began < 2
        assert len(asked) == 1
        may_build.set()
        await wait_until_ready(store)
        assert len(asked) == 1


async def test_a_build_is_given_up_when_the_connection_closes() -> None:
    async with slow_builder(asyncio.Event()) as (url, _):
        async with connect(url, "test_slow", seconds=0.1) as database:
            MongoProductStore(database)
            await database.prepare()
            assert [task for task in asyncio.all_tasks() if "_make_indexes" in f"{task.get_coro()}"]
        assert not [task for task in asyncio.all_tasks() if "_make_indexes" in f"{task.get_coro()}"]


class Slow:
    """A collection whose driver gives up to make indexes after `seconds`; it is deaf to being cancelled once."""

    name = "carts"

    def __init__(self, seconds: float) -> None:
        self.cancelled = 0
        self._seconds = seconds

    async def create_indexes(self, _: object) -> None:
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            if self.cancelled > 1:
                raise
        raise AutoReconnect


async def test_a_driver_that_chooses_a_server_is_not_cancelled() -> None:
    """At the moment when it gives up by itself, its locks would not survive that."""
    slow: Any = Slow(0.15)
    collection = MongoCollection(slow, Limits(seconds=0.1))
    await collection.prepare()
    began = time.monotonic()
    await collection.close()
    assert (slow.cancelled, time.monotonic() - began < 0.5) == (0, True)


async def test_a_driver_that_does_not_hear_that_it_is_to_end_ends_all_the_same() -> None:
    slow: Any = Slow(1000)
    collection = MongoCollection(slow, Limits(seconds=0.01))
    await collection.prepare()
    async with asyncio.timeout(10):
        await collection.close()
    assert slow.cancelled in (1, 2)


async def wait_until_ready(store: MongoProductStore) -> None:
    for _ in range(50):
        try:
            await store.products.get(an_id(1))
        except Unavailable:
            continue
        except ProductNotFound:
            return
    pytest.fail("the indexes are never made")


@asynccontextmanager
async def slow_builder(may_build: asyncio.Event) -> AsyncIterator[tuple[str, list[bytes]]]:
    """The server behind a relay which keeps what asks for indexes until it may pass; its address, and what asked."""
    asked: list[bytes] = []
    relayed: set[asyncio.Task[None]] = set()
    server = urlsplit(mongo_url())

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                if b"createIndexes" in data:
                    asked.append(data)
                    await may_build.wait()
                writer.write(data)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(server.hostname, server.port)
        relayed.update(map(asyncio.create_task, (relay(reader, there_writer), relay(there_reader, writer))))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        try:
            limits = "socketTimeoutMS=100&timeoutMS=100"  # which are not for the making of indexes
            yield f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false&{limits}", asked
        finally:
            for task in relayed:
                task.cancel()
            await asyncio.gather(*relayed, return_exceptions=True)


async def test_a_document_that_is_too_large_is_refused_in_our_words() -> None:
    async with in_mongo("product") as store:
        with pytest.raises(Unavailable, match="larger than the database can keep"):
            await store.products.add(an_entry(description="x" * 17_000_000), units=1)


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


@pytest.mark.parametrize("left", [0.5, 20.0])
async def test_the_database_is_told_how_long_a_step_may_take(left: float) -> None:
    commands = Commands(seconds=min(left, 5.0))
    client = pymongo.AsyncMongoClient[dict[str, Any]](mongo_url(), event_listeners=[commands])
    async with MongoDatabase(client, "test_limits", limits=Limits(seconds=5.0)) as database:
        store = MongoProductStore(database)
        await database.prepare()
        with hurried(left):
            await store.products.search(Query(), limit=1, after=None)
            await store.stocks.list(limit=1, after=None)
            await store.products.add_many([(an_entry(1), 1)])
        commands.check()
        await client.drop_database("test_limits")
    with pytest.raises(AssertionError, match="or a longer one than is left"):
        await without_its_limit(left)


async def without_its_limit(left: float) -> None:
    """The naive twin of a step: it reaches round `use`."""
    commands = Commands(seconds=left)
    client = pymongo.AsyncMongoClient[dict[str, Any]](mongo_url(), event_listeners=[commands])
    async with MongoDatabase(client, "test_limits", limits=Limits()) as database:
        await database._database["products"].find_one({"sku": "SKU-1"})
    commands.check()


async def test_writes_are_durable_whatever_the_address_says() -> None:
    commands = Commands()
    careless = f"{mongo_url()}{'&' if '?' in mongo_url() else '/?'}w=1&journal=false&readPreference=secondaryPreferred"
    client = pymongo.AsyncMongoClient[dict[str, Any]](careless, event_listeners=[commands])
    async with MongoDatabase(client, "test_durable", limits=Limits()) as database:
        products = MongoProductStore(database).products
        await products.add(an_entry(1), units=1)
        await products.add_many([(an_entry(2), 1)])
        await products.save_many([kept(a_product(2).archived(at=NOW))])
        commands.check()
        await client.drop_database("test_durable", comment="its own write concern is the careless one")


async def test_a_batch_of_several_steps_tells_by_id_what_was_refused() -> None:
    async with in_mongo("product") as store:
        entries = [an_entry(number, sku=f"SKU-{number % 110}", description="") for number in range(120)]
        refused = await store.products.add_many([(entry, 1) for entry in entries])
        assert {id: type(error) for id, error in refused.items()} == {
            an_id(number): SkuTaken for number in range(110, 120)
        }
        saved = [kept(a_product(number, sku=f"SKU-{number}").archived(at=NOW)) for number in range(120)]
        refused = await store.products.save_many(saved)
        assert {id: type(error) for id, error in refused.items()} == dict.fromkeys(refused, ProductNotFound)
        assert set(refused) == {an_id(number) for number in range(110, 120)}


class OfThree(MongoCollection):
    """Asks for copies on three servers, where there is one; all but its indexes."""

    async def _wait_for_indexes(self, seconds: float) -> None:
        self._collection = self._collection.with_options(write_concern=WriteConcern(w=3, wtimeout=1))


async def test_a_batch_that_is_not_made_durable_is_unavailable() -> None:
    async with pymongo.AsyncMongoClient[dict[str, Any]](mongo_url()) as client:
        products = MongoProducts(OfThree(client["test_of_three"]["products"], Limits()))
        with pytest.raises(Unavailable, match="durable"):
            await products.add_many([(an_entry(), 1)])
        await client.drop_database("test_of_three")
