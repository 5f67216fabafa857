"""Filling, changing and emptying a cart over HTTP."""

from typing import Any

import pytest

from adapters.inbound.web.auth import CART_TOKEN
from core.product.model import Changes
from tests.adapters.web.shop_service import (
    AS_ALICE,
    AS_BOB,
    AS_ORDER,
    MALFORMED,
    UNKNOWN,
    Client,
    away,
    if_match,
    shop_service,
    usd_json,
)
from tests.builders import an_id
from tests.core.order.orders import ALICE

CART, ITEMS = "/v1/cart", "/v1/cart/items"
TEXT = {"Content-Type": "text/plain"}


def item(product_id: str, quantity: int = 1) -> dict[str, Any]:
    return {"product_id": product_id, "quantity": quantity}


async def quantities(call: Client, headers: dict[str, str] = AS_ALICE) -> dict[str, int]:
    items = (await call("GET", CART, headers=headers)).json()["items"]
    return {each["product_id"]: each["quantity"] for each in items}


async def archive(call: Client, product_id: str) -> None:
    await call.shop.calm.product.change_product(product_id=product_id, version=1, changes=Changes(status="archived"))


async def test_nobody_s_cart_yet_is_an_empty_one() -> None:
    async with shop_service("cart") as call:
        answer = await call("GET", CART, headers=AS_ALICE)
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"0"', "no-store")
        cart = answer.json()
        assert cart == {
            "id": None, "version": 0, "items": [], "total": usd_json(0), "updated_at": "2036-01-02T03:04:05Z",
        }  # fmt: skip


async def test_an_item_is_put_in_at_the_catalogue_s_price() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5, price=1_999)
        answer = await call("POST", ITEMS, item(id, 2), AS_ALICE, status=201)
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"1"', "no-store")
        (line,) = answer.json()["items"]
        assert line.pop("sku").startswith("SKU-")
        assert line == {
            "product_id": id, "name": "Leather boots", "quantity": 2, "unit_price": usd_json(1_999),
            "line_total": usd_json(3_998), "available": 5, "price_changed_from": None,
        }  # fmt: skip
        assert answer.json()["total"] == usd_json(3_998)
        assert answer.json() == (await call("GET", CART, headers=AS_ALICE)).json()
        more = await call("POST", ITEMS, item(id, 3), AS_ALICE, status=201)
        assert (more.headers["ETag"], await quantities(call)) == ('"2"', {id: 5})
        assert await quantities(call, AS_BOB) == {}


async def test_an_item_is_set_and_removed() -> None:
    async with shop_service("cart") as call:
        a, b = await call.shop.sell(5), await call.shop.sell(5)
        assert (await call("PUT", f"{ITEMS}/{a}", {"quantity": 4}, AS_ALICE)).json()["version"] == 1
        assert (await call("PUT", f"{ITEMS}/{b}", {"quantity": 2}, AS_ALICE)).json()["version"] == 2
        answer = await call("PUT", f"{ITEMS}/{a}", {"quantity": 0}, AS_ALICE)
        assert (answer.headers["ETag"], await quantities(call)) == ('"3"', {b: 2})
        for _ in range(2):
            assert (await call("DELETE", f"{ITEMS}/{b}", headers=AS_ALICE, status=204)).content == b""
        assert (await call("GET", CART, headers=AS_ALICE)).headers["ETag"] == '"4"'


async def test_a_cart_is_emptied_and_keeps_its_id() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5)
        before = (await call("POST", ITEMS, item(id), AS_ALICE, status=201)).json()
        for _ in range(2):
            await call("DELETE", CART, headers=AS_ALICE, status=204)
        after = (await call("GET", CART, headers=AS_ALICE)).json()
        assert (after["id"], after["version"], after["items"]) == (before["id"], 2, [])


async def test_a_changed_price_is_shown_with_the_old_one_until_the_item_is_set_again() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5, price=1_000)
        await call("POST", ITEMS, item(id, 2), AS_ALICE, status=201)
        await call.shop.reprice(id, 1_200)
        cart = (await call("GET", CART, headers=AS_ALICE)).json()
        assert cart["items"][0]["price_changed_from"] == usd_json(1_000)
        assert (cart["items"][0]["unit_price"], cart["total"]) == (usd_json(1_200), usd_json(2_400))
        again = (await call("PUT", f"{ITEMS}/{id}", {"quantity": 2}, AS_ALICE)).json()
        assert again["items"][0]["price_changed_from"] is None


async def test_what_is_not_for_sale_is_a_422_and_shows_as_not_to_be_had() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5)
        await call("POST", ITEMS, item(id), AS_ALICE, status=201)
        await archive(call, id)
        (line,) = (await call("GET", CART, headers=AS_ALICE)).json()["items"]
        assert line["available"] == 0
        for product in (id, UNKNOWN, MALFORMED, "a,b"):
            problem = await call.problem("POST", ITEMS, item(product), AS_ALICE, status=422)
            assert (problem["code"], problem["product_id"]) == ("product_not_for_sale", product)
        problem = await call.problem("PUT", f"{ITEMS}/{id}", {"quantity": 1}, AS_ALICE, status=422)
        assert problem["code"] == "product_not_for_sale"
        await call("PUT", f"{ITEMS}/{id}", {"quantity": 0}, AS_ALICE)
        assert await quantities(call) == {}


async def test_more_than_is_available_is_a_409_that_names_the_line() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(3)
        await call("POST", ITEMS, item(id, 2), AS_ALICE, status=201)
        problem = await call.problem("POST", ITEMS, item(id, 2), AS_ALICE, status=409)
        assert problem["code"] == "out_of_stock"
        assert problem["lines"] == [{"product_id": id, "quantity": 4, "available": 3}]
        assert (await call.problem("PUT", f"{ITEMS}/{id}", {"quantity": 9}, AS_ALICE, status=409))["lines"] == [
            {"product_id": id, "quantity": 9, "available": 3}
        ]
        assert await quantities(call) == {id: 2}


async def test_a_line_has_up_to_999_units_and_a_cart_100_lines() -> None:
    async with shop_service("cart") as call:
        ids = [await call.shop.sell(2_000) for _ in range(101)]
        await call("POST", ITEMS, item(ids[0], 999), AS_ALICE, status=201)
        problem = await call.problem("POST", ITEMS, item(ids[0]), AS_ALICE, status=422)
        assert problem["code"] == "quantity_invalid"
        for id in ids[1:100]:
            await call.shop.put(id)
        full = await call.problem("POST", ITEMS, item(ids[100]), AS_ALICE, status=422)
        assert full["code"] == "cart_full"
        await call("POST", ITEMS, item(ids[1]), AS_ALICE, status=201)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"product_id": UNKNOWN}, {"quantity": 1}, item(UNKNOWN, 0), item(UNKNOWN, -1), item(UNKNOWN, 1_000),
        {"product_id": UNKNOWN, "quantity": "1"}, {"product_id": 5, "quantity": 1}, item("x" * 65),
        {**item(UNKNOWN), "unit_price": usd_json(1)}, [], "x",
    ],
)  # fmt: skip
async def test_a_wrong_item_is_a_422(body: object) -> None:
    async with shop_service("cart") as call:
        problem = await call.problem("POST", ITEMS, body, AS_ALICE, status=422)
        assert problem["code"] == "validation_failed"


@pytest.mark.parametrize("quantity", [-1, 1_000, None, "1", 1.5, True])
async def test_a_wrong_quantity_is_a_422(quantity: object) -> None:
    async with shop_service("cart") as call:
        problem = await call.problem("PUT", f"{ITEMS}/{UNKNOWN}", {"quantity": quantity}, AS_ALICE, status=422)
        assert [error["field"] for error in problem["errors"]] == ["quantity"]


async def test_if_match_is_honoured_and_version_0_is_a_cart_that_is_not_there_yet() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(50)
        await call("POST", ITEMS, item(id), AS_ALICE | if_match("1"), status=412)
        await call("POST", ITEMS, item(id), AS_ALICE | if_match("0"), status=201)
        for method, path, body in (
            ("POST", ITEMS, item(id)),
            ("PUT", f"{ITEMS}/{id}", {"quantity": 3}),
            ("PUT", f"{ITEMS}/{id}", {"quantity": 0}),
            ("DELETE", f"{ITEMS}/{id}", None),
            ("DELETE", CART, None),
        ):
            problem = await call.problem(method, path, body, AS_ALICE | if_match("0"), status=412)
            assert problem["code"] == "version_stale"
        assert await quantities(call) == {id: 1}
        assert (await call("PUT", f"{ITEMS}/{id}", {"quantity": 3}, AS_ALICE | if_match("1"))).json()["version"] == 2
        await call("POST", ITEMS, item(id), AS_ALICE | {"If-Match": "*"}, status=201)
        await call("POST", ITEMS, item(id), AS_ALICE | {"If-Match": "3"}, status=422)
        await call("DELETE", f"{ITEMS}/{id}", headers=AS_ALICE | if_match("3"), status=204)
        await call("DELETE", CART, headers=AS_ALICE | if_match("4"), status=204)


async def test_checks_come_in_the_order_of_the_contract() -> None:
    async with shop_service("cart") as call:
        stale = AS_ALICE | if_match("7")
        for path, body, headers, status in (
            (f"{ITEMS}/{MALFORMED}", b"{", TEXT, 401),
            (f"{ITEMS}/{MALFORMED}", b"{", stale | TEXT, 415),
            (f"{ITEMS}/{MALFORMED}", b"{", stale, 400),
            (f"{ITEMS}/{MALFORMED}", {}, stale, 422),
            (f"{ITEMS}/{MALFORMED}", {"quantity": 1}, stale, 404),
            (f"{ITEMS}/{UNKNOWN}", {"quantity": 1}, stale, 412),
            (f"{ITEMS}/{UNKNOWN}", {"quantity": 1}, AS_ALICE, 422),
        ):
            await call("PUT", path, body, headers, status=status)
        await call("DELETE", f"{ITEMS}/{MALFORMED}", headers=stale, status=404)


async def test_without_the_catalogue_the_cart_cannot_be_shown() -> None:
    async with shop_service("cart", hook=away("cart.catalog.offers:before")) as call:
        await call.shop.put(await call.shop.sell(5))
        answer = await call("GET", CART, headers=AS_ALICE, status=503)
        assert (answer.json()["code"], answer.headers["Retry-After"]) == ("unavailable", "3")
        await call("DELETE", CART, headers=AS_ALICE, status=204)


async def test_the_order_service_reads_a_cart_with_the_prices_that_were_seen() -> None:
    async with shop_service("cart") as call:
        path = f"/internal/v1/carts/{ALICE}"
        empty = (await call("GET", path, headers=AS_ORDER)).json()
        assert empty == {"id": empty["id"], "version": 0, "lines": []}
        id = await call.shop.sell(5, price=1_000)
        await call.shop.put(id, 2)
        await call.shop.reprice(id, 1_200)
        answer = await call("GET", path, headers=AS_ORDER)
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"1"', "no-store")
        assert answer.json()["lines"] == [{"product_id": id, "quantity": 2, "price": usd_json(1_000)}]
        await call("GET", f"/internal/v1/carts/{MALFORMED}", headers=AS_ORDER, status=404)


async def test_an_order_is_subtracted_once_and_what_was_added_since_stays() -> None:
    async with shop_service("cart") as call:
        a, b = await call.shop.sell(5), await call.shop.sell(5)
        await call.shop.put(a, 3)
        await call.shop.put(b, 1)
        path = f"/internal/v1/carts/{ALICE}/subtract"
        bought = {"order_id": an_id(41), "lines": [item(a), item(a), item(b, 9), item(UNKNOWN)]}
        for _ in range(2):
            assert (await call("POST", path, bought, AS_ORDER, status=204)).content == b""
            assert await quantities(call) == {a: 1}
        await call("POST", path, {**bought, "order_id": an_id(42)}, AS_ORDER, status=204)
        assert await quantities(call) == {}
        for wrong in ({}, {"order_id": an_id(43), "lines": []}, {"lines": [item(a)]}, {**bought, "by": "me"}):
            await call("POST", path, wrong, AS_ORDER, status=422)
        await call("POST", f"/internal/v1/carts/{MALFORMED}/subtract", bought, AS_ORDER, status=404)


async def test_a_bearer_token_wins_over_a_cart_token() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5)
        guest = {CART_TOKEN: (await call("POST", "/v1/cart/guest", status=201)).json()["cart_token"]}
        await call("POST", ITEMS, item(id, 2), guest, status=201)
        await call("POST", ITEMS, item(id, 3), guest | AS_ALICE, status=201)
        assert (await quantities(call, guest), await quantities(call)) == ({id: 2}, {id: 3})
        await call("GET", CART, headers=guest | {"Authorization": "Bearer forged"}, status=401)
