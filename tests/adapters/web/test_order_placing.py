"""Placing orders over HTTP: what is ordered, and what is refused and why."""

from dataclasses import asdict
from typing import Any

import pytest

from core.cart.model import Owner
from core.product.model import Changes
from tests.adapters.web.shop_service import AS_ADMIN, AS_ALICE, UNKNOWN, away, filled, shop_service, usd_json
from tests.core.order.orders import ALICE, BOB, HOME
from tests.core.order.shop import HOME_ID, Shop

ORDERS = "/v1/orders"
KEYED = AS_ALICE | {"Idempotency-Key": "order 1"}
HOME_JSON = asdict(HOME)


async def test_an_order_has_these_fields_and_is_where_its_location_says() -> None:
    async with shop_service("order") as call:
        id = await filled(call)
        answer = await call("POST", ORDERS, {"shipping_address": HOME_JSON}, AS_ALICE, status=201)
        order = answer.json()
        assert answer.headers["Location"] == f"{ORDERS}/{order['id']}"
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (f'"{order["version"]}"', "no-store")
        assert "Idempotent-Replayed" not in answer.headers
        at = "2036-01-02T03:04:05Z"
        (line,) = order["lines"]
        assert order == {
            "id": order["id"], "number": order["number"], "customer_id": ALICE, "status": "confirmed",
            "cancel_reason": None, "total": usd_json(2_000), "shipping_address": HOME_JSON, "placed_at": at,
            "version": 3, "lines": [{
                "product_id": id, "sku": line["sku"], "name": "Leather boots", "unit_price": usd_json(1_000),
                "quantity": 2, "line_total": usd_json(2_000),
            }],
            "history": [
                {"status": "pending", "at": at, "by": "customer", "note": ""},
                {"status": "confirmed", "at": at, "by": "system", "note": ""},
            ],
        }  # fmt: skip
        assert order["number"].startswith("360102-")
        got = await call("GET", answer.headers["Location"], headers=AS_ALICE)
        assert (got.json(), got.headers["ETag"]) == (order, '"3"')
        assert (await call.shop.stock(id)).available == 3
        assert await call.shop.in_cart() == {}


@pytest.mark.parametrize("body", [None, {}, {"address_id": None, "shipping_address": None, "expected_total": None}])
async def test_nothing_has_to_be_said_to_order_the_whole_cart(body: object) -> None:
    async with shop_service("order") as call:
        await filled(call)
        assert (await call("POST", ORDERS, body, AS_ALICE, status=201)).json()["shipping_address"] is None


async def test_an_order_goes_to_an_address_of_the_address_book() -> None:
    async with shop_service("order") as call:
        await filled(call)
        order = (await call("POST", ORDERS, {"address_id": HOME_ID}, AS_ALICE, status=201)).json()
        assert order["shipping_address"] == HOME_JSON


async def test_an_order_that_is_decided_later_is_a_202() -> None:
    async with shop_service("order", hook=away("stock.hold:before")) as call:
        await filled(call)
        answer = await call("POST", ORDERS, None, KEYED, status=202)
        order = answer.json()
        assert answer.headers["Location"] == f"{ORDERS}/{order['id']}"
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"1"', "no-store")
        assert order["status"] == "pending"
        again = await call("POST", ORDERS, None, KEYED, status=202)
        assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (order["id"], "true")
        await call.shop.settle_down()
        assert (await call("GET", answer.headers["Location"], headers=AS_ALICE)).json()["status"] == "confirmed"
        assert (await call("POST", ORDERS, None, KEYED, status=201)).json()["id"] == order["id"]


async def test_a_cart_that_cannot_be_subtracted_now_is_an_order_all_the_same() -> None:
    async with shop_service("order", hook=away("carts.subtract:before")) as call:
        await filled(call)
        assert (await call("POST", ORDERS, None, AS_ALICE, status=201)).json()["status"] == "confirmed"
        await call.shop.settle_down()
        assert await call.shop.violations() == []


@pytest.mark.parametrize("where", ["carts.get:before", "catalog.offers:before", "orders.add:before"])
async def test_without_a_neighbour_before_the_order_is_kept_it_is_a_503(where: str) -> None:
    async with shop_service("order", hook=away(where)) as call:
        await filled(call)
        answer = await call("POST", ORDERS, None, AS_ALICE, status=503)
        assert (answer.json()["code"], answer.headers["Retry-After"]) == ("unavailable", "3")
        assert await call.shop.every_order() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"shipping_address": {**HOME_JSON, "country": "gb"}}, "shipping_address.country"),
        ({"shipping_address": {**HOME_JSON, "line1": ""}}, "shipping_address.line1"),
        ({"shipping_address": {**HOME_JSON, "floor": "5"}}, "shipping_address.floor"),
        ({"shipping_address": {}}, "shipping_address.name"),
        ({"shipping_address": "home"}, "shipping_address"),
        ({"address_id": 5}, "address_id"),
        ({"cart_version": -1}, "cart_version"),
        ({"cart_version": "1"}, "cart_version"),
        ({"cart_version": 1.5}, "cart_version"),
        ({"expected_total": 2_000}, "expected_total"),
        ({"expected_total": usd_json(-1)}, "expected_total.amount"),
        ({"expected_total": {"amount": 2_000}}, "expected_total.currency"),
        ({"lines": []}, "lines"),
        ({"customer_id": BOB}, "customer_id"),
    ],
)
async def test_a_wrong_request_is_a_422_that_names_the_field(body: dict[str, Any], field: str) -> None:
    async with shop_service("order") as call:
        await filled(call)
        problem = await call.problem("POST", ORDERS, body, AS_ALICE, status=422)
        assert problem["code"] == "validation_failed"
        assert field in [error["field"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"shipping_address": HOME_JSON, "address_id": HOME_ID}, "order_invalid"),
        ({"shipping_address": {**HOME_JSON, "country": "UK"}}, "address_invalid"),
        ({"address_id": UNKNOWN}, "address_unknown"),
        ({"address_id": "no-id"}, "address_unknown"),
    ],
)
async def test_an_address_that_cannot_be_is_a_422(body: dict[str, Any], code: str) -> None:
    async with shop_service("order") as call:
        await filled(call)
        assert (await call.problem("POST", ORDERS, body, AS_ALICE, status=422))["code"] == code
        assert await call.shop.every_order() == []


async def test_checks_come_in_the_order_of_the_contract() -> None:
    async with shop_service("order") as call:
        text = {"Content-Type": "text/plain"}
        for body, headers, status in (
            (b"{", text, 401),
            (b"{", AS_ALICE | text, 415),
            (b"{", AS_ALICE, 400),
            ({"colour": "brown"}, AS_ALICE, 422),
        ):
            await call("POST", ORDERS, body, headers, status=status)
        assert (await call.problem("POST", ORDERS, {}, AS_ALICE, status=422))["code"] == "cart_empty"


async def test_a_product_not_for_sale_is_a_422_that_names_the_lines() -> None:
    async with shop_service("order") as call:
        id = await filled(call)
        await filled(call)
        changes = Changes(status="archived")
        await call.shop.calm.product.change_product(product_id=id, version=1, changes=changes)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=422)
        assert (problem["code"], problem["lines"]) == ("product_not_for_sale", [{"product_id": id}])


async def test_a_changed_price_is_a_409_with_old_and_new() -> None:
    async with shop_service("order") as call:
        id = await filled(call, quantity=2, price=1_000)
        await call.shop.reprice(id, 1_200)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=409)
        assert (problem["code"], problem["old"], problem["new"]) == ("price_changed", usd_json(2_000), usd_json(2_400))
        assert problem["lines"] == [{"product_id": id, "old": usd_json(1_000), "new": usd_json(1_200)}]
        body = {"expected_total": usd_json(2_300)}
        problem = await call.problem("POST", ORDERS, body, AS_ALICE, status=409)
        assert (problem["code"], problem["old"], problem["new"]) == ("price_changed", usd_json(2_300), usd_json(2_400))
        order = (await call("POST", ORDERS, {"expected_total": usd_json(2_400)}, AS_ALICE, status=201)).json()
        assert order["total"] == usd_json(2_400)


async def test_another_cart_than_the_named_one_is_a_409() -> None:
    async with shop_service("order") as call:
        await filled(call)
        problem = await call.problem("POST", ORDERS, {"cart_version": 7}, AS_ALICE, status=409)
        assert (problem["code"], problem["cart_version"]) == ("cart_changed", 1)
        await call("POST", ORDERS, {"cart_version": 1}, AS_ALICE, status=201)


async def test_a_cart_that_changes_during_the_checkout_is_a_409_that_names_the_order() -> None:
    shop = Shop()

    async def emptied(where: str) -> None:
        if where == "orders.add:after":
            await shop.calm.cart.empty_cart(owner=Owner.customer(ALICE))

    async with shop_service("order", shop=shop, hook=emptied) as call:
        await filled(call)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=409)
        assert (problem["code"], problem["order_id"]) == ("cart_changed", (await shop.the_order()).id)


async def test_a_checkout_in_progress_is_a_409_that_names_its_order() -> None:
    async with shop_service("order", hook=away("stock.hold:before")) as call:
        id = await filled(call)
        pending = (await call("POST", ORDERS, None, AS_ALICE, status=202)).json()
        await call.shop.put(id, 1)
        problem = await call.problem("POST", ORDERS, None, AS_ALICE, status=409)
        assert (problem["code"], problem["order_id"]) == ("checkout_in_progress", pending["id"])


async def test_an_admin_orders_like_any_customer() -> None:
    async with shop_service("order") as call:
        assert (await call.problem("POST", ORDERS, None, AS_ADMIN, status=422))["code"] == "cart_empty"
