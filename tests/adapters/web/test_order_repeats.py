"""Orders that are asked for again over HTTP: what was made is answered, and nothing is made twice."""

import pytest

from core.order.model import KEYS_MAX
from tests.adapters.web.shop_service import AS_ALICE, AS_BOB, away, filled, shop_service
from tests.core.order.orders import BOB
from tests.core.order.shop import HOME_ID, Shop

ORDERS = "/v1/orders"
KEYED = AS_ALICE | {"Idempotency-Key": "order 1"}


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_wrong_idempotency_key_is_a_422(key: str) -> None:
    async with shop_service("order") as call:
        await filled(call)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE | {"Idempotency-Key": key}, status=422)
        assert [error["field"] for error in problem["errors"]] == ["Idempotency-Key"]


async def test_the_same_key_and_body_answer_from_the_order_they_made() -> None:
    async with shop_service("order") as call:
        id = await filled(call)
        first = await call("POST", ORDERS, {"cart_version": 1}, KEYED, status=201)
        again = await call("POST", ORDERS, {"cart_version": 1}, KEYED, status=201)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.headers["Location"] == first.headers["Location"]
        assert again.json() == first.json()
        await call.shop.put(id, 1)
        later = await call("POST", ORDERS, {"cart_version": 1}, KEYED, status=201)
        assert later.json() == first.json()
        assert len(await call.shop.every_order()) == 1


async def test_the_same_key_with_another_body_is_a_422_that_names_the_order() -> None:
    async with shop_service("order") as call:
        await filled(call)
        order = (await call("POST", ORDERS, {"cart_version": 1}, KEYED, status=201)).json()
        for other in (None, {"cart_version": 2}, {"address_id": HOME_ID}):
            problem = await call.problem("POST", ORDERS, other, KEYED, status=422)
            assert (problem["code"], problem["order_id"]) == ("idempotency_key_reused", order["id"])


async def test_keys_belong_to_one_customer() -> None:
    async with shop_service("order") as call:
        id = await filled(call)
        await call.shop.put(id, 1, customer_id=BOB)
        hers = (await call("POST", ORDERS, None, KEYED, status=201)).json()
        his = await call("POST", ORDERS, None, KEYED | AS_BOB, status=201)
        assert his.json()["id"] != hers["id"]
        assert "Idempotent-Replayed" not in his.headers


async def test_without_a_key_the_cart_s_version_is_the_key() -> None:
    async with shop_service("order") as call:
        await filled(call)
        order = (await call("POST", ORDERS, {"cart_version": 1}, AS_ALICE, status=201)).json()
        again = await call("POST", ORDERS, {"cart_version": 1}, AS_ALICE, status=201)
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (order, "true")


async def test_an_order_answers_so_many_keys_and_no_more() -> None:
    async with shop_service("order") as call:
        await filled(call)
        statuses = []
        for number in range(KEYS_MAX + 1):
            headers = AS_ALICE | {"Idempotency-Key": str(number)}
            statuses.append((await call.http.post(ORDERS, json={"cart_version": 1}, headers=headers)).status_code)
        assert statuses == [201] * (KEYS_MAX - 1) + [409] * 2
        problem = await call.problem("POST", ORDERS, {"cart_version": 1}, KEYED, status=409)
        assert (problem["code"], problem["order_id"]) == ("too_many_keys", (await call.shop.the_order()).id)


async def test_an_empty_cart_is_a_422_that_names_the_order_it_became() -> None:
    async with shop_service("order") as call:
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=422)
        assert (problem["code"], "order_id" in problem) == ("cart_empty", False)
        await filled(call)
        order = (await call("POST", ORDERS, None, AS_ALICE, status=201)).json()
        call.shop.clock.advance(1)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=422)
        assert (problem["code"], problem["order_id"]) == ("cart_empty", order["id"])


async def test_a_plain_shortage_is_a_409_that_names_the_lines_and_is_not_remembered() -> None:
    async with shop_service("order") as call:
        id = await filled(call, units=5, quantity=4)
        await call.shop.remove_units(id, 3)
        for _ in range(2):
            answer = await call("POST", ORDERS, None, KEYED, status=409)
            assert answer.json()["code"] == "out_of_stock"
            assert answer.json()["lines"] == [{"product_id": id, "quantity": 4, "available": 2}]
            assert "Idempotent-Replayed" not in answer.headers
        await call.shop.calm.product.adjust_stock(product_id=id, delta=2, reason="found", by="admin")
        await call("POST", ORDERS, None, KEYED, status=201)


async def test_a_shortage_that_the_order_met_is_remembered() -> None:
    shop = Shop()

    async def bought_away(where: str) -> None:
        if where == "stock.hold:before":
            (product,) = await shop.in_cart()
            if (await shop.stock(product)).available == 5:
                await shop.remove_units(product, 4)

    async with shop_service("order", shop=shop, hook=bought_away) as call:
        id = await filled(call)
        first = await call("POST", ORDERS, None, KEYED, status=409)
        order = await shop.the_order()
        assert (first.json()["code"], first.json()["order_id"]) == ("out_of_stock", order.id)
        assert first.json()["lines"] == [{"product_id": id, "quantity": 2, "available": 1}]
        assert "Idempotent-Replayed" not in first.headers
        again = await call("POST", ORDERS, None, KEYED, status=409)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() | {"request_id": ""} == first.json() | {"request_id": ""}
        await shop.calm.product.adjust_stock(product_id=id, delta=9, reason="found", by="admin")
        await call("POST", ORDERS, None, KEYED | {"Idempotency-Key": "order 2"}, status=201)


async def test_an_order_that_was_cancelled_before_it_was_confirmed_is_a_409_that_names_it() -> None:
    async with shop_service("order", hook=away("stock.hold:before")) as call:
        await filled(call)
        order = (await call("POST", ORDERS, None, KEYED, status=202)).json()
        assert (await call("POST", f"{ORDERS}/{order['id']}/cancel", headers=AS_ALICE)).json()["status"] == "cancelled"
        answer = await call("POST", ORDERS, None, KEYED, status=409)
        assert answer.headers["Idempotent-Replayed"] == "true"
        problem = answer.json()
        assert (problem["code"], problem["order_id"]) == ("order_cancelled", order["id"])
        assert problem["reason"] == "customer_request"
