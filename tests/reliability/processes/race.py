"""Twenty customers race for few units while processes are killed and started again."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from tests.reliability.processes.books import violations
from tests.reliability.processes.customer import Racer, Shelf
from tests.reliability.processes.persistent import TIMEOUT, Persistent, Tally
from tests.system.services import ADMIN, Services, add_product

CUSTOMERS = 20
FEW, MANY = 5, 10_000
GAPS = (50, 250)
RACE_SECONDS = 200
"""A race that takes longer is stuck, and ends before a watchdog leaves its processes behind."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a race has come to."""

    kills: Counter[str] = field(default_factory=Counter)
    orders: int = 0
    called_off: int = 0
    refused: int = 0
    shipped: int = 0
    answers: int = 0
    retries: int = 0
    violations: list[str] = field(default_factory=list)


async def race(
    shop: Services,
    *,
    seed: int,
    rounds: int,
    victims: Sequence[str] = (),
    meanwhile: Callable[[], Awaitable[None]] | None = None,
    scarce: int = 4,
) -> Outcome:
    """At least `rounds` of each customer for few units of `scarce` products, and until all `victims` have been killed.

    Each is killed when some requests, as many as `seed` says, have been answered since the one before is back. Then
    something else may happen `meanwhile`, and the race lasts as long.
    """
    chance = random.Random(seed)
    tally, outcome = Tally(), Outcome()
    admin = await shop.customer(ADMIN)
    received = {
        await add_product(admin, f"{name}-{number}", stock=stock, price=100): stock
        for name, stock, quantity in (("FEW", FEW, scarce), ("MANY", MANY, 4), ("LATE", MANY, 4))
        for number in range(quantity)
    }
    ids = list(received)
    shelf = Shelf(scarce=ids[:-8], plenty=ids[-8:-4], late=ids[-4:])
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT, limits=limits) as http:
        racers = [
            Racer(
                Persistent(http, shop.urls, f"racer-{number}@example.com", tally),
                shelf,
                tally,
                random.Random(chance.random()),
            )
            for number in range(CUSTOMERS)
        ]
        over = asyncio.Event()
        keeper = Persistent(http, shop.urls, ADMIN, tally)

        async def run(racer: Racer) -> None:
            done = 0
            while done < rounds or not over.is_set():
                await racer.buy()
                done += 1

        async with asyncio.timeout(RACE_SECONDS), asyncio.TaskGroup() as group:
            group.create_task(_keep(keeper, received, shelf, outcome, over))
            for racer in racers:
                group.create_task(run(racer))
            for victim in victims:
                await tally.reach(tally.answers + chance.randint(*GAPS))
                await shop.processes[victim].kill()
                outcome.kills[victim] += 1
                await shop.processes[victim].start()
            if meanwhile is not None:
                await tally.reach(tally.answers + GAPS[0])
                await meanwhile()
                await tally.reach(tally.answers + GAPS[0])
            over.set()
        outcome.violations = [*tally.violations, *await violations(shop, racers, received)]
        for racer in racers:
            if (items := (await racer.contents())["items"]) != racer.cart:
                outcome.violations.append(f"The cart of {racer.buyer.email} is {items}, not {racer.cart}.")
    outcome.orders = sum(len(racer.bought) for racer in racers)
    outcome.called_off = sum(racer.told[id] == "cancelled" for racer in racers for id in racer.bought)
    outcome.refused = sum(racer.refused for racer in racers)
    outcome.answers, outcome.retries = tally.answers, tally.retries
    return outcome


async def _keep(
    keeper: Persistent, received: dict[str, int], shelf: Shelf, outcome: Outcome, over: asyncio.Event
) -> None:
    """The shopkeeper: brings some units when they have run out, and ships an order now and then."""
    for number in range(10**6):
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 1)
        if over.is_set():
            return
        product = shelf.scarce[number % len(shelf.scarce)]
        path = f"/v1/products/{product}/stock-adjustments"
        units = {"delta": 2, "reason": "found in the attic"}
        answer = await keeper.ask("POST", "product", path, json=units, Idempotency_Key=f"attic {number}")
        assert answer.status_code == 200, answer.text
        received[product] += 2
        page = await keeper.ask("GET", "order", "/v1/orders?status=confirmed&limit=1")
        for order in page.json()["items"]:
            answer = await keeper.ask("PATCH", "order", f"/v1/orders/{order['id']}", json={"status": "shipped"})
            outcome.shipped += answer.status_code == 200
