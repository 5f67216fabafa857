"""Customers race over HTTP, through real processes: nothing is sold twice, and one intent is one order."""

import asyncio
import os

import httpx
import pytest

from tests.system.services import ADMIN, add_product, services

STORES = ("memory", "mongo")
ROUNDS = {"memory": 40, "mongo": 20}
DEEP_ROUNDS = 200


def rounds(store: str) -> int:
    """As many as the guarantee names with DEEP=1, else a part of them."""
    return DEEP_ROUNDS if os.environ.get("DEEP") else ROUNDS[store]


def _order_named_by(answer: httpx.Response) -> str:
    """The order that an answer is about, whether it grants or refuses."""
    body = answer.json()
    return str(body["id"] if answer.status_code in (201, 202) else body["order_id"])


@pytest.mark.parametrize("store", STORES)
async def test_the_last_unit_is_sold_to_one_of_two_customers(store: str) -> None:
    async with services(store) as shop:
        admin = await shop.customer(ADMIN)
        buyers = [await shop.customer(f"buyer-{number}@example.com") for number in range(2)]
        for number in range(rounds(store)):
            product = await add_product(admin, f"LAST-{number}", stock=1)
            for buyer in buyers:
                await buyer.cart.delete("/v1/cart")
                await buyer.puts_in(product)
            answers = await asyncio.gather(*(buyer.order.post("/v1/orders") for buyer in buyers))
            statuses = sorted(answer.status_code for answer in answers)
            assert statuses == [201, 409], [answer.text for answer in answers]
            (refused,) = (answer.json() for answer in answers if answer.status_code == 409)
            assert refused["code"] == "out_of_stock"
            assert refused["lines"] == [{"product_id": product, "quantity": 1, "available": 0}]
            left = (await admin.product.get(f"/v1/products/{product}")).json()
            assert left["available"] == 0
        print(f"{store}: {rounds(store)} rounds of 2 customers for the last unit: 0 sold twice")


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("keyed", [True, False], ids=["one key", "no key"])
async def test_a_cart_posted_twenty_times_at_once_is_one_order_and_every_answer_names_it(
    store: str, keyed: bool
) -> None:
    async with services(store) as shop:
        admin = await shop.customer(ADMIN)
        buyer = await shop.customer("buyer@example.com")
        product = await add_product(admin, "MANY", stock=1000)
        for number in range(rounds(store) // 5):
            await buyer.puts_in(product, 2)
            headers = {"Idempotency-Key": f"round {number}"} if keyed else {}
            answers = await asyncio.gather(*(buyer.order.post("/v1/orders", headers=headers) for _ in range(20)))
            assert len({_order_named_by(answer) for answer in answers}) == 1, [answer.text for answer in answers]
            assert answers[0].status_code == 201
            listed = (await buyer.order.get("/v1/orders", params={"limit": 100})).json()["items"]
            assert len(listed) == number + 1
        left = (await admin.product.get(f"/v1/products/{product}")).json()["available"]
        assert left == 1000 - 2 * (rounds(store) // 5)
        print(f"{store}: {rounds(store) // 5} rounds of 20 posts of one cart: 1 order each")
