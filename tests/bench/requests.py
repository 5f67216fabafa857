"""CPU per request of each service process, in microseconds: `make bench`.

The services run as they do anywhere, over the memory store, so that what is measured is ours: the edge, the core, the
calls between services. A time depends on the machine and on what else it does; CPU per request, and the ratio of
two of them from one run, say more. Each figure is the median of several rounds.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable

import httpx

from tests.system.services import ADMIN, Services, add_product, services

CONCURRENCY = 32
REQUESTS = 640
ROUNDS = 5
Call = Callable[[int], Awaitable[httpx.Response]]
"""A request by the visitor of that number, who does one thing at a time."""


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; in whole seconds where there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - not a file that pathlib reads in one go
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except FileNotFoundError:
        told = subprocess.run(["ps", "-o", "cputime=", "-p", str(pid)], capture_output=True, text=True, check=True)
        minutes, _, seconds = told.stdout.strip().rpartition(":")
        return int(minutes.rpartition(":")[2] or 0) * 60 + float(seconds)


async def microseconds(call: Call, pid: int, *, status: int) -> float:
    """CPU per request of the process, over one round."""
    left = iter(range(REQUESTS))

    async def visitor(number: int) -> None:
        for _ in left:
            answer = await call(number)
            assert answer.status_code == status, answer.text

    before = cpu_seconds(pid)
    await asyncio.gather(*(visitor(number) for number in range(CONCURRENCY)))
    return (cpu_seconds(pid) - before) / REQUESTS * 1e6


async def measure(shop: Services) -> None:
    admin = await shop.customer(ADMIN)
    products = [await add_product(admin, f"BENCH-{number}", stock=10**8) for number in range(40)]
    buyers = [await shop.customer(f"buyer-{number}@example.com") for number in range(CONCURRENCY)]

    async def add(number: int) -> httpx.Response:
        return await buyers[number].cart.post("/v1/cart/items", json={"product_id": products[1], "quantity": 1})

    async def order(number: int) -> httpx.Response:
        await buyers[number].puts_in(products[0])
        return await buyers[number].order.post("/v1/orders")

    kinds: list[tuple[str, Call, str, int]] = [
        ("health", lambda _: admin.product.get("/livez"), "product", 200),
        ("one product", lambda _: admin.product.get(f"/v1/products/{products[0]}"), "product", 200),
        ("a list of 20", lambda _: admin.product.get("/v1/products?limit=20"), "product", 200),
        ("add to cart", add, "cart", 201),
        ("order", order, "order", 201),
    ]
    print(f"{'':<14}{'service':<9}{'us CPU':>8}     min..max")
    for name, call, service, status in kinds:
        rounds = [await microseconds(call, shop.pids[service], status=status) for _ in range(ROUNDS)]
        print(f"{name:<14}{service:<9}{statistics.median(rounds):>8.0f}     {min(rounds):.0f}..{max(rounds):.0f}")


async def main() -> None:
    async with services("memory", environ={"REQUESTS_PER_MINUTE": "60000"}) as shop:
        await measure(shop)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
