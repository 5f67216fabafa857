"""What the decorators round ports save, and what they cost: `make bench-decorators`.

Each row is one question, asked by so many at once. `calls` is how many calls of what stands behind the decorator a
question needs, `CPU` what it costs the process in microseconds: without the decorator and with it. Database and
catalogue are the services' own adapters over a stand-in that answers at once, so what is measured is ours. Each figure
is the median of several rounds, in which the two take turns. CPU, and the ratio of two figures of one run, say more
than any time does.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, TCPConnector
from pymongo import AsyncMongoClient

from adapters.bootstrap.identities import own_key
from adapters.outbound.decorators.cart import CachedCatalog
from adapters.outbound.decorators.product import CoalescedProducts
from adapters.outbound.http_client.cart import HttpCatalog
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.channel import Limits as ChannelLimits
from adapters.outbound.memory.product import MemoryProductStore
from adapters.outbound.mongo.database import Limits, MongoDatabase
from adapters.outbound.mongo.product import MongoProductStore
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens
from adapters.outbound.snowball.product import SnowballStemmer
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core.cart.ports import Catalog
from core.product.model import Query, indexed
from core.product.ports import Products
from tests.bench.processes import process, stand_in
from tests.bench.requests import cpu_seconds
from tests.builders import a_product, an_id

AT_ONCE = (1, 32, 128)
REQUESTS = 1_000
ROUNDS = 3
PRODUCTS = 200
CART = 5
CACHE_SECONDS = 5.0
PATIENCE = 60.0
READS = ("find", "aggregate")
Ask = Callable[[int], Awaitable[object]]
"""A question of the visitor of that number, who waits for its answer before they ask again."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One way to be asked: what asks, the CPU so far, and the calls behind it since this was last asked."""

    ask: Ask
    cpu: Callable[[], float]
    calls: Callable[[], Awaitable[int]]


@dataclass
class Counting(Catalog):
    """Counts the calls of a catalogue."""

    catalog: Catalog
    calls: int = field(default=0)

    async def offers(self, product_ids: Any) -> Any:
        self.calls += 1
        return await self.catalog.offers(product_ids)

    async def counted(self) -> int:
        calls, self.calls = self.calls, 0
        return calls


async def round_of(side: Side, at_once: int) -> tuple[float, float]:
    """Microseconds of CPU, and calls, for each question."""
    left = iter(range(REQUESTS))

    async def visitor(number: int) -> None:
        for _ in left:
            await side.ask(number)

    await side.calls()
    before = side.cpu()
    await asyncio.gather(*(visitor(number) for number in range(at_once)))
    return (side.cpu() - before) / REQUESTS * 1e6, await side.calls() / REQUESTS


async def compare(what: str, without: Side, with_it: Side) -> None:
    for at_once in AT_ONCE:
        rounds = [(await round_of(without, at_once), await round_of(with_it, at_once)) for _ in range(ROUNDS)]
        cpu, calls = ([statistics.median(each[side][kind] for each in rounds) for side in (0, 1)] for kind in (0, 1))
        saved = f"{1 - cpu[1] / cpu[0]:>6.0%}" if cpu[0] else ""
        print(f"{what:<34}{at_once:>5}{calls[0]:>8.2f}{calls[1]:>7.2f}{cpu[0]:>9.0f}{cpu[1]:>7.0f} {saved}", flush=True)


async def main() -> None:
    print(f"{'':<34}{'at':>5}{'calls':>8}{'':>7}{'us CPU':>9}")
    print(f"{'':<34}{'once':>5}{'without':>8}{'with':>7}{'without':>9}{'with':>7} {'saved':>6}")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(stand_in())
        await stack.enter_async_context(products_in_memory())
        await stack.enter_async_context(products_over_the_wire(database))
        await stack.enter_async_context(products_over_http(database))
        await stack.enter_async_context(catalogue_and_carts(database))


async def no_calls() -> int:
    return 0


@asynccontextmanager
async def products_in_memory() -> AsyncIterator[None]:
    """A store that answers at once: there is nothing to save, so this is what the decorator costs."""
    products = MemoryProductStore().products
    await fill(products)

    def side(products: Products) -> Side:
        return Side(ask=lambda number: products.get(an_id(number)), cpu=time.process_time, calls=no_calls)

    await compare("port, memory: get", side(products), side(CoalescedProducts(products, SystemClock())))
    yield


@asynccontextmanager
async def products_over_the_wire(url: str) -> AsyncIterator[None]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url, tz_aware=True)
    async with MongoDatabase(client, "portico", limits=Limits()) as database:
        products = MongoProductStore(database).products
        await fill(products)

        async def reads() -> int:
            return await counted(client)

        def gets(products: Products) -> Side:
            return Side(ask=lambda number: products.get(an_id(number)), cpu=time.process_time, calls=reads)

        def lists(products: Products) -> Side:
            query = Query()
            return Side(ask=lambda _: products.search(query, limit=20, after=None), cpu=time.process_time, calls=reads)

        coalesced = CoalescedProducts(products, SystemClock())
        await compare("port, wire: get", gets(products), gets(coalesced))
        await compare("port, wire: list of 20", lists(products), lists(coalesced))
        yield


@asynccontextmanager
async def products_over_http(database: str) -> AsyncIterator[None]:
    async with (
        process("product", database, COALESCE_READS="false") as without,
        process("product", database, COALESCE_READS="true") as with_it,
        ClientSession(connector=TCPConnector(limit=0)) as http,
        AsyncMongoClient[dict[str, Any]](database) as client,
    ):

        async def reads() -> int:
            return await counted(client)

        def side(service: tuple[str, int], path: Callable[[int], str]) -> Side:
            url, pid = service
            return Side(ask=lambda number: fetched(http, url + path(number)), cpu=lambda: cpu_seconds(pid), calls=reads)

        for what, path in (
            ("service: GET one product", lambda number: f"/v1/products/{an_id(number)}"),
            ("service: GET a list of 20", lambda _: "/v1/products?limit=20"),
        ):
            await compare(what, side(without, path), side(with_it, path))
        yield


@asynccontextmanager
async def catalogue_and_carts(database: str) -> AsyncIterator[None]:
    """The catalogue as carts see it: by its port, and looking into a cart of some lines."""
    clock = SystemClock()
    tokens = Ed25519ServiceTokens(name="cart", key=own_key("cart", ""), clock=clock, new_id=Uuid7(clock))
    async with AsyncExitStack() as stack:
        url, _ = await stack.enter_async_context(process("product", database))
        limits = ChannelLimits(read=PATIENCE, total=PATIENCE)
        channel = Channel(url, audience="product", tokens=tokens, clock=clock, limits=limits)
        await stack.enter_async_context(channel)
        counting = Counting(HttpCatalog(channel))

        def port(catalog: Catalog) -> Side:
            return Side(
                ask=lambda number: catalog.offers(cart_of(number)), cpu=time.process_time, calls=counting.counted
            )

        cached = CachedCatalog(counting, clock=clock, seconds=CACHE_SECONDS)
        await compare("port, HTTP: offers of 5", port(counting), port(cached))

        http = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0)))
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(database)
        stack.push_async_callback(client.close)

        async def reads() -> int:
            """The product service's, each of which a cart has asked for."""
            return await counted(client)

        sides = []
        for seconds in (0.0, CACHE_SECONDS):
            address, pid = await stack.enter_async_context(
                process("cart", database, PRODUCT_URL=url, CATALOG_CACHE_SECONDS=str(seconds), STORE="memory")
            )
            carts = [await a_guest(http, address, number) for number in range(max(AT_ONCE))]
            sides.append((address, pid, carts))

        def looking(address: str, pid: int, carts: list[str]) -> Side:
            return Side(
                ask=lambda number: fetched(http, f"{address}/v1/cart", {"X-Cart-Token": carts[number]}),
                cpu=lambda: cpu_seconds(pid),
                calls=reads,
            )

        await compare("cart service: GET a cart of 5", *(looking(*side) for side in sides))
        yield


def cart_of(number: int) -> list[str]:
    """What is in a visitor's cart; some of it is in other carts too."""
    return [an_id((number * 3 + line) % PRODUCTS) for line in range(CART)]


async def fill(products: Products) -> None:
    stem = SnowballStemmer().stem
    await asyncio.gather(*(products.add(indexed(a_product(n), stem), units=10**6) for n in range(PRODUCTS)))


async def counted(client: AsyncMongoClient[dict[str, Any]]) -> int:
    """The reads that the stand-in was asked for since the last time."""
    answer = await client.admin.command({"counted": 1})
    return sum(answer["counted"].get(read, 0) for read in READS)


async def fetched(http: ClientSession, url: str, headers: dict[str, str] | None = None) -> None:
    async with http.get(url, headers=headers) as answer:
        body = await answer.read()
        assert answer.status == 200, body


async def a_guest(http: ClientSession, url: str, number: int) -> str:
    """The token of a new guest's cart, filled."""
    async with http.post(f"{url}/v1/cart/guest") as answer:
        token = str((await answer.json())["cart_token"])
    for product in cart_of(number):
        body = {"product_id": product, "quantity": 1}
        async with http.post(f"{url}/v1/cart/items", json=body, headers={"X-Cart-Token": token}) as answer:
            assert answer.status == 201, await answer.text()
    return token


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
