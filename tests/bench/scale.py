"""How the cost of reading grows with the catalogue: `make bench-scale`.

The same reads are made of shops with 1,000, 10,000 and 100,000 products (and of N, where `N=` is given), and with as
many orders, up to 10,000 of them one customer's. The cost of a read should stay what it is, so each row ends with its
growth from the smallest shop to the largest: 1.0 is none.

`examined` is documents looked at for each one answered. In memory these are the places of sorted lists; on a MongoDB
they are what the server's own `explain` tells of the very commands that were sent. The embedded database's `explain`
tells nothing that holds, so there the CPU of its process stands beside ours. `CPU` is what a request costs the
service's process from its ASGI app to the store's adapter, without the sockets.
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from adapters.inbound.cli.catalogue.made_up import products as a_catalogue
from adapters.inbound.web.product.schemas import ProductIn
from core.product.use_cases import Failure, Row
from tests.bench.edge import Requests
from tests.bench.requests import cpu_seconds
from tests.bench.stores import STORES, Bench, Read
from tests.core.order.orders import ALICE, BOB, placed

SIZES = (1_000, 10_000, 100_000)
HISTORY = 10_000
"""So many orders one customer has, where there are as many."""
PAGE = 20
DEEP = 1_000
"""The page far down, or the last full one of a smaller shop."""
SEED = 7
COMMON = 4
ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one request, on average: documents examined for each answered, microseconds of CPU here and on the server."""

    examined: float | None
    cpu: float
    server: float | None


async def fill(bench: Bench, requests: Requests, size: int, progress: Progress) -> None:
    products = progress.add_task(f"{size:,} products", total=size)

    async def rows() -> AsyncIterator[Row | Failure]:
        for line, made in enumerate(a_catalogue(size, SEED), 1):
            body = ProductIn.model_validate(made)
            yield Row(line=line, details=body.to_details(), units=body.stock)
            progress.advance(products)

    imported = await requests.product.import_products(rows=rows())
    assert imported.created == size, imported
    orders = progress.add_task(f"{size:,} orders", total=size)
    for number in range(size):
        owner = ALICE if number % max(1, size // HISTORY) == 0 else BOB
        await bench.orders.add(placed(number, customer_id=owner))
        progress.advance(orders)
    progress.remove_task(products)
    progress.remove_task(orders)


async def reads(requests: Requests) -> Mapping[str, Read]:
    """The mix: each kind of read by its name."""
    oldest, ids = await far_down(requests, "/v1/products", sort="created_at")
    by_name, _ = await far_down(requests, "/v1/products", sort="name")
    history, _ = await far_down(requests, "/v1/orders")
    smallest = list(a_catalogue(SIZES[0], SEED))
    words = _common(word for made in smallest for word in str(made["name"]).lower().split())
    categories = _common(str(made["category"]) for made in smallest)

    def products(**query: object) -> Awaitable[bytes]:
        return requests.get("/v1/products", **query)

    def word(number: int) -> str:
        return words[number % COMMON]

    return {
        "a product by its id": lambda number: requests.get(f"/v1/products/{ids[number * 7919 % len(ids)]}"),
        "the newest, page 1": lambda _: products(),
        f"the oldest, page {DEEP:,}": lambda _: products(sort="created_at", cursor=oldest),
        f"by name, page {DEEP:,}": lambda _: products(sort="name", cursor=by_name),
        "a category by price": lambda number: products(category=categories[number % COMMON], sort="price"),
        "a word": lambda number: products(q=word(number)),
        "the beginning of a word": lambda number: products(q=word(number)[:3]),
        "a word, in stock, in a price range": lambda number: products(
            q=word(number), in_stock="true", min_price=1_000, max_price=20_000
        ),
        "a word by price": lambda number: products(q=word(number), sort="price"),
        "order history, page 1": lambda _: requests.get("/v1/orders"),
        "order history, last page": lambda _: requests.get("/v1/orders", cursor=history),
        "a word, with facets (counts all that match)": lambda number: products(
            q=word(number), facets="category,tag,price"
        ),
    }


def _common(values: Iterable[str]) -> list[str]:
    """The few most frequent: whatever the size of the shop, a page of them is full."""
    return [value for value, _ in Counter(values).most_common(COMMON)]


async def far_down(requests: Requests, path: str, **query: object) -> tuple[str | None, Sequence[str]]:
    """The cursor of a list's page far down, or of its last full one; and the ids up to there."""
    ids: list[str] = []
    after, before = None, None
    while len(ids) < (DEEP - 1) * PAGE:
        page = json.loads(await requests.get(path, cursor=after, limit=3 * PAGE, **query))
        ids += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return before, ids
        before, after = after, page["next_cursor"]
    return after, ids


async def costs(benches: Mapping[int, Bench], read: Mapping[int, Read]) -> Mapping[int, Cost]:
    """Of one read, by the size of the shop. The sizes take turns, so that what else the machine does meets them all."""
    for size, bench in benches.items():
        for number in range(bench.requests):  # what is made on the first search for a word is not what a read costs
            await read[size](number)
    ours: dict[int, list[float]] = {size: [] for size in benches}
    theirs: dict[int, list[float]] = {size: [] for size in benches}
    for _ in range(ROUNDS):
        for size, bench in benches.items():
            here, there = time.process_time(), _cpu(bench)
            for number in range(bench.requests):
                await read[size](number)
            ours[size].append((time.process_time() - here) / bench.requests * 1e6)
            theirs[size].append((_cpu(bench) - there) / bench.requests * 1e6)
    return {
        size: Cost(
            examined=await bench.examined(read[size]),
            cpu=min(ours[size]),
            server=None if bench.server is None else min(theirs[size]),
        )
        for size, bench in benches.items()
    }


def _cpu(bench: Bench) -> float:
    return 0.0 if bench.server is None else cpu_seconds(bench.server)


async def measured(store: str, sizes: Sequence[int], console: Console) -> Mapping[str, Mapping[int, Cost]]:
    """What each read costs, by the size of the shop."""
    async with AsyncExitStack() as stack:
        benches: dict[int, Bench] = {}
        mix: dict[int, Mapping[str, Read]] = {}
        for size in sizes:
            benches[size] = await stack.enter_async_context(STORES[store]())
            requests = Requests(benches[size])
            began = time.perf_counter()
            with Progress(console=console, transient=True) as progress:
                await fill(benches[size], requests, size, progress)
            console.print(f"{store}: {size:,} products and orders kept in {time.perf_counter() - began:.0f} s")
            mix[size] = await reads(requests)
        gc.collect()
        gc.freeze()  # as a service does when it starts
        return {
            name: await costs(benches, {size: mix[size][name] for size in sizes})
            for name in track(mix[sizes[0]], "reading", console=console, transient=True)
        }


def table(store: str, measured: Mapping[str, Mapping[int, Cost]]) -> Table:
    """A row a read; for each measure a column a size, and the growth from the first size to the last."""
    shown = Table(title=f"{store}: each request", title_justify="left")
    shown.add_column("read")
    sizes = list(next(iter(measured.values())))
    told = {
        title: measure
        for title, measure in MEASURES.items()
        if all(measure(cost) is not None for costs in measured.values() for cost in costs.values())
    }
    for title in told:
        for size in sizes:
            shown.add_column(f"{title}\n{size:,}", justify="right")
        shown.add_column("growth", justify="right")
    for name, by_size in measured.items():
        row = [name]
        for measure in told.values():
            figures = [measure(cost) or 0.0 for cost in by_size.values()]
            row += [f"{figure:,.1f}" if figure < 100 else f"{figure:,.0f}" for figure in figures]
            row.append(f"{figures[-1] / (figures[0] or 1):.2f}")
        shown.add_row(*row)
    return shown


MEASURES: Mapping[str, Callable[[Cost], float | None]] = {
    "examined": lambda cost: cost.examined,
    "CPU us": lambda cost: cost.cpu,
    "server us": lambda cost: cost.server,
}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-scale", description="How the cost of reading grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many products")
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES), help="which stores")
    arguments = parser.parse_args()
    console = Console(width=160)
    for store in arguments.stores:
        console.print(table(store, await measured(store, sorted(set(arguments.sizes)), console)))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
