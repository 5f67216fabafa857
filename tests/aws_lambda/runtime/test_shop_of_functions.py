"""A customer's way through the shop, each service a function in AWS Lambda's own runtime."""

import asyncio
import json
import secrets
from datetime import timedelta
from pathlib import Path

from adapters.outbound.mongo.database import connect
from adapters.outbound.mongo.order import MongoOrderStore
from adapters.outbound.system.clock import SystemClock
from tests.aws_lambda.runtime.functions import ADMIN, PASSWORD, SAM, function
from tests.core.order.orders import placed
from tests.database import mongo_url
from tests.figures import Figure


def test_a_shop_of_functions_takes_an_order_and_its_schedule_tells_of_it(tmp_path: Path, figure: Figure) -> None:
    database = f"rt_{secrets.token_hex(6)}"
    with (
        function("user", tmp_path, database) as user,
        function("product", tmp_path, database) as product,
        function("cart", tmp_path, database) as cart,
        function("order", tmp_path, database) as order,
        function("schedule", tmp_path, database, NOTIFIER="memory") as schedule,
    ):
        tokens = {}
        for email in (ADMIN, SAM):
            registered = user.ask(
                "/v1/users", method="POST", body={"email": email, "password": PASSWORD, "name": "Sam"}
            )
            assert registered.status == 201, registered
            signed_in = user.ask("/v1/auth/login", method="POST", body={"email": email, "password": PASSWORD})
            tokens[email] = signed_in.json()["access_token"]
        assert user.ask("/v1/users/me", token=tokens[SAM]).json()["email"] == SAM
        boots = {
            "sku": "BOOT",
            "name": "Boots",
            "category": "Shoes",
            "price": {"amount": 1999, "currency": "USD"},
            "stock": 5,
        }
        added = product.ask("/v1/products", method="POST", body=boots, token=tokens[ADMIN])
        assert added.status == 201, added
        put = cart.ask(f"/v1/cart/items/{added.json()['id']}", method="PUT", body={"quantity": 2}, token=tokens[SAM])
        assert put.status == 200, put
        placed_one = order.ask("/v1/orders", method="POST", token=tokens[SAM])
        assert (placed_one.status, placed_one.json()["status"]) == (201, "confirmed"), placed_one
        assert cart.ask("/v1/cart", token=tokens[SAM]).json()["items"] == []
        assert product.ask(f"/v1/products/{added.json()['id']}").json()["available"] == 3
        asyncio.run(left_half_way(database))
        rounds = [schedule.invoke({"source": "aws.scheduler"}) for _ in range(3)]
        assert sum(done["resume_orders"] for done in rounds) == 1
        assert sum(done["relay_events"] for done in rounds) == 2, "One order was confirmed, and one called off."
        assert rounds[-1] == {"resume_orders": 0, "relay_events": 0, "send_mails": 0}
        warm = set()
        for _ in range(3):
            mine = order.ask(f"/v1/orders/{placed_one.json()['id']}", token=tokens[SAM])
            assert mine.json()["status"] == "confirmed"
            warm.add((order.pid, order.sockets))
        assert len(warm) == 1
        told = [line for it in (user, product, cart, order, schedule) for line in it.told]
        calls = {line["faas.execution"] for line in told if "faas.execution" in line}
        figure("an order through five functions in Lambda's runtime: {calls} invocations", calls=len(calls))
        cold = [{line["faas.execution"] for line in it.told if line.get("faas.coldstart")} for it in (user, order)]
        assert [len(each) for each in cold] == [1, 1]
        assert PASSWORD not in json.dumps(told)
        assert tokens[SAM] not in json.dumps(told)


async def left_half_way(database: str) -> None:
    """An order that nobody went on with, and whose time is up."""
    async with connect(mongo_url(), database) as opened:
        await MongoOrderStore(opened).orders.add(placed(7, at=SystemClock().now() - timedelta(hours=1)))
