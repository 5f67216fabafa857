"""What it costs to see what the shop is doing, in CPU per request: `make bench-overhead`.

Two shops run side by side as they do anywhere, over the memory store: one tells everything (a JSON line
for each request, metrics, traces at the default ratio to a collector), the other nothing (`silent.py`). The same
requests go to both in turn, round after round, and CPU is that of all four processes together. A ratio of two figures
from one run says more than either: it depends little on the machine. `ARGS=mongo` is over MongoDB or what
stands in for it, where all else costs more. docs/observability.md has a run of each.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

from tests.system.services import ADMIN, SERVICES, Customer, Services, add_product, services
from tests.telemetry.collector import collector

CONCURRENCY = 16
REQUESTS = 160
ROUNDS = 90
WARM_UP = 1
TARGET = 0.10
Call = Callable[[int], Awaitable[httpx.Response]]

ON = {"ACCESS_LOG": "true", "METRICS": "true", "LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}
OFF = {"ACCESS_LOG": "false", "METRICS": "false", "LOG_LEVEL": "WARNING", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visited:
    """A shop with a few things in it, and visitors who are signed in."""

    shop: Services
    admin: Customer
    products: Sequence[str]
    buyers: Sequence[Customer]

    @classmethod
    async def of(cls, shop: Services) -> "Visited":
        admin = await shop.customer(ADMIN)
        products = [await add_product(admin, f"BENCH-{number}", stock=10**8) for number in range(40)]
        buyers = [await shop.customer(f"buyer-{number}@example.com") for number in range(CONCURRENCY)]
        return cls(shop=shop, admin=admin, products=products, buyers=buyers)

    @property
    def mix(self) -> dict[str, tuple[Call, int]]:
        """The calls that a shop lives of, and their statuses."""

        async def put(number: int) -> httpx.Response:
            path = f"/v1/cart/items/{self.products[1]}"
            return await self.buyers[number].cart.put(path, json={"quantity": 1})

        async def order(number: int) -> httpx.Response:
            await self.buyers[number].puts_in(self.products[2 + number])
            return await self.buyers[number].order.post("/v1/orders")

        return {
            "one product": (lambda _: self.admin.product.get(f"/v1/products/{self.products[0]}"), 200),
            "a list of 20": (lambda _: self.admin.product.get("/v1/products?limit=20"), 200),
            "put into a cart": (put, 200),
            "add, and order": (order, 201),
        }

    async def microseconds(self, name: str) -> float:
        """CPU per request of all four processes, over one round."""
        call, status = self.mix[name]
        left = iter(range(REQUESTS))

        async def visitor(number: int) -> None:
            for _ in left:
                answer = await call(number)
                assert answer.status_code == status, answer.text

        before = self._cpu()
        await asyncio.gather(*(visitor(number) for number in range(CONCURRENCY)))
        return (self._cpu() - before) / REQUESTS * 1e6

    def _cpu(self) -> float:
        return sum(cpu_seconds(self.shop.pids[service]) for service in SERVICES)


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process so far, by Linux's clock of it (clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


async def measure(on: Visited, off: Visited) -> None:
    """Each round is held against its neighbour in time, so that what else the machine does touches both alike."""
    overheads = []
    print(f"{'':<16}{'us on':>8}{'us off':>8}{'overhead':>10}     quartiles of the rounds")
    for name in on.mix:
        rounds = []
        for number in range(WARM_UP + ROUNDS):
            first, second = (on, off) if number % 2 else (off, on)
            figures = {shop: await shop.microseconds(name) for shop in (first, second)}
            rounds.append((figures[on], figures[off]))
        told, silent = zip(*rounds[WARM_UP:], strict=True)
        low, middle, high = statistics.quantiles([more / less - 1 for more, less in rounds[WARM_UP:]], n=4)
        overheads.append(middle)
        print(
            f"{name:<16}{statistics.median(told):>8.0f}{statistics.median(silent):>8.0f}{middle:>10.1%}"
            f"     {low:.1%} to {high:.1%}",
            flush=True,
        )
    print(f"{'median':<32}{statistics.median(overheads):>10.1%}     the target is below {TARGET:.0%}")


async def main(store: str) -> None:
    with tempfile.TemporaryDirectory(prefix="portico-bench-") as folder, collector() as traces:
        shops = []
        async with AsyncExitStack() as stack:
            for telling in ({**ON, "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url}, OFF):
                module = "tests.bench.silent" if telling is OFF else "tests.telemetry.told"
                environ = {"TOLD_TO": folder, "NOTIFIER": "memory", **telling}
                modules: dict[str, str] = dict.fromkeys(SERVICES, module)
                shop = await stack.enter_async_context(services(store, modules=modules, environ=environ))
                shops.append(await Visited.of(shop))
            await measure(*shops)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:] or ["memory"]))
