"""A shop whose services keep their data in different places: a setting for each."""

import signal
from pathlib import Path

from tests.system.test_shop_up import Shop, order_something, visitor

MIXED = {"USER_STORE": "mongo", "ORDER_STORE": "mongo"}


async def test_orders_and_accounts_are_in_the_database_and_all_else_in_memory(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "memory")
    async with shop.up(**MIXED) as it:
        assert "database ready after" in it.said
        for service, place in {"product": "memory", "user": "mongo", "cart": "memory", "order": "mongo"}.items():
            (line,) = (line for line in it.said.splitlines() if f"/docs/{service} " in line)
            assert f"keeps its data in {place}" in line
        status, said = await shop.does("tour", "--url", shop.url)
        assert status == 0, said
        async with visitor(shop, "shopper@example.com") as shopper:
            order_id = await order_something(shopper)
        await shop.books_agree()
        status, said = await shop.does("grant-admin", "shopper@example.com")
        assert status == 0, said
        _, said = await shop.does("adapters")
        assert said.startswith(f"In the shop that runs on {shop.data}:\n")
        assert [line.split()[-3:] for line in said.splitlines() if line.split()[1] in ("Carts", "Orders")] == [
            ["memory,", "by", "STORE"],
            ["mongo,", "by", "ORDER_STORE"],
            ["in_process", "in", "one"],
        ]
        assert await it.ends(signal.SIGTERM) == 0
    await shop.ended()
    async with shop.up("--no-seed", **MIXED) as it:
        async with visitor(shop, "shopper@example.com") as shopper:
            orders = (await shopper.get("/v1/orders")).json()["items"]
            assert (order_id, "confirmed") in [(order["id"], order["status"]) for order in orders]
            assert (await shopper.get("/v1/users")).status_code == 200
            assert (await shopper.get("/v1/products")).json()["items"] == []
        assert await it.ends(signal.SIGTERM) == 0
    await shop.ended()
