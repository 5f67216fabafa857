"""The database is killed under load: whatever was acknowledged is there afterwards."""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.reliability.processes.persistent import TIMEOUT, Persistent, Tally
from tests.reliability.processes.race import RACE_SECONDS
from tests.system.services import ADMIN, services

WRITERS = 12
KILLS = 20 if os.environ.get("DEEP") else 3
SEED = int(os.environ.get("SEED", "1"))


class Writer:
    """Registers, and then adds products and puts them into a cart, one by one; remembers what was acknowledged."""

    def __init__(self, who: Persistent, admin: Persistent, number: int) -> None:
        self.who = who
        self.products: dict[str, str] = {}
        self.in_cart: set[str] = set()
        self._admin = admin
        self._number = number

    async def write(self, over: asyncio.Event) -> None:
        while not over.is_set():
            sku = f"{self._number}-{len(self.products)}-{random.getrandbits(32):x}"
            body = {"sku": sku, "name": sku, "category": "Things", "price": {"amount": 1, "currency": "USD"}}
            added = await self._admin.once("POST", "product", "/v1/products", json={**body, "stock": 10})
            if added is None or added.status_code != 201:
                continue
            self.products[added.json()["id"]] = sku
            if len(self.in_cart) < 50:
                item = {"product_id": added.json()["id"], "quantity": 1}
                put = await self.who.once("POST", "cart", "/v1/cart/items", json=item)
                if put is not None and put.status_code == 201:
                    self.in_cart.add(item["product_id"])

    async def lost(self) -> list[str]:
        cart = (await self.who.ask("GET", "cart", "/v1/cart")).json()["items"]
        found: dict[str, str] = {}
        ids = list(self.products)
        for start in range(0, len(ids), 100):
            page = await self._admin.ask("GET", "product", f"/v1/products?ids={','.join(ids[start : start + 100])}")
            found |= {item["id"]: item["sku"] for item in page.json()["items"]}
        return [
            *(f"product {id}" for id in self.products if found.get(id) != self.products[id]),
            *(f"{id} in the cart of {self.who.email}" for id in self.in_cart - {item["product_id"] for item in cart}),
        ]


async def test_no_acknowledged_write_is_lost_when_the_database_is_killed_under_load(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    chance, tally, over = random.Random(SEED), Tally(), asyncio.Event()
    async with (
        services("mongo", data=tmp_path, environ={"LOG_LEVEL": "ERROR"}) as shop,
        httpx.AsyncClient(trust_env=False, timeout=TIMEOUT, limits=httpx.Limits(max_connections=None)) as http,
    ):
        admin = Persistent(http, shop.urls, ADMIN, tally)
        await admin.ask("GET", "user", "/v1/users/me")
        who = [Persistent(http, shop.urls, f"writer-{number}@example.com", tally) for number in range(WRITERS)]
        writers = [Writer(each, admin, number) for number, each in enumerate(who)]
        async with asyncio.timeout(RACE_SECONDS), asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(writer.write(over))
            for _ in range(KILLS):
                await tally.reach(tally.answers + chance.randint(40, 120))
                await shop.processes["database"].kill()
                await shop.processes["database"].start()
            over.set()
        lost = [sentence for writer in writers for sentence in await writer.lost()] + tally.violations
        acknowledged = sum(1 + len(writer.products) + len(writer.in_cart) for writer in writers)
    assert not lost, f"SEED={SEED}: {lost}"
    figure(
        f"SIGKILL of the database under {WRITERS} writers, {KILLS} times: {acknowledged} writes acknowledged "
        f"(accounts, products, cart items), 0 lost"
    )
