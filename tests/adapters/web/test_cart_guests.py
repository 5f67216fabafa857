"""Carts of guests, and how they become a customer's, over HTTP."""

import pytest

from adapters.inbound.web.auth import CART_TOKEN
from core.product.model import UNITS_MAX
from tests.adapters.web.conformity import assert_conforms
from tests.adapters.web.sample import raw
from tests.adapters.web.shop_service import AS_ALICE, AS_BOB, Client, shop_service

CART, ITEMS, MERGE = "/v1/cart", "/v1/cart/items", "/v1/cart/merge"


async def a_guest(call: Client) -> dict[str, str]:
    """The headers of a new guest."""
    return {CART_TOKEN: (await call("POST", "/v1/cart/guest", status=201)).json()["cart_token"]}


def token_of(guest: dict[str, str]) -> dict[str, str]:
    return {"cart_token": guest[CART_TOKEN]}


async def put(call: Client, who: dict[str, str], product_id: str, quantity: int) -> None:
    await call("POST", ITEMS, {"product_id": product_id, "quantity": quantity}, who, status=201)


async def quantities(call: Client, who: dict[str, str]) -> dict[str, int]:
    items = (await call("GET", CART, headers=who)).json()["items"]
    return {each["product_id"]: each["quantity"] for each in items}


async def test_a_guest_gets_a_cart_of_their_own() -> None:
    async with shop_service("cart") as call:
        answer = await call("POST", "/v1/cart/guest", status=201)
        assert list(answer.json()) == ["cart_token"]
        assert answer.headers["Cache-Control"] == "no-store"
        guest, other = {CART_TOKEN: answer.json()["cart_token"]}, await a_guest(call)
        id = await call.shop.sell(5)
        await put(call, guest, id, 2)
        assert (await quantities(call, guest), await quantities(call, other)) == ({id: 2}, {})
        assert (await call("GET", CART, headers=guest)).headers["ETag"] == '"2"'
        await call("PUT", f"{ITEMS}/{id}", {"quantity": 1}, guest)
        await call("DELETE", f"{ITEMS}/{id}", headers=guest, status=204)
        await call("DELETE", CART, headers=guest, status=204)


@pytest.mark.parametrize("token", ["", "unknown", "x" * 9_000, "\u00e9"])
async def test_a_cart_token_that_opens_nothing_is_a_401(token: str) -> None:
    async with shop_service("cart") as call:
        sent, body = raw({CART_TOKEN: token}), {"product_id": await call.shop.sell(1), "quantity": 1}
        for response in (await call.http.get(CART, headers=sent), await call.http.post(ITEMS, json=body, headers=sent)):
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert_conforms(call.app, response)


async def test_a_guest_s_lines_join_the_customer_s() -> None:
    async with shop_service("cart") as call:
        a, b = await call.shop.sell(5), await call.shop.sell(5)
        guest = await a_guest(call)
        await put(call, guest, a, 2)
        await put(call, guest, b, 1)
        await put(call, AS_ALICE, a, 1)
        answer = await call("POST", MERGE, token_of(guest), AS_ALICE)
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"2"', "no-store")
        assert {item["product_id"]: item["quantity"] for item in answer.json()["items"]} == {a: 3, b: 1}
        assert (await call("POST", MERGE, token_of(guest), AS_ALICE)).json() == answer.json()


async def test_a_guest_cart_goes_to_one_customer_only() -> None:
    async with shop_service("cart") as call:
        id = await call.shop.sell(5)
        guest = await a_guest(call)
        await put(call, guest, id, 2)
        await call("POST", MERGE, token_of(guest), AS_ALICE)
        problem = await call.problem("POST", MERGE, token_of(guest), AS_BOB, status=409)
        assert problem["code"] == "cart_already_merged"
        assert await quantities(call, AS_BOB) == {}
        for method, path, body in (
            ("GET", CART, None),
            ("POST", ITEMS, {"product_id": id, "quantity": 1}),
            ("PUT", f"{ITEMS}/{id}", {"quantity": 1}),
            ("PUT", f"{ITEMS}/{id}", {"quantity": 0}),
            ("DELETE", f"{ITEMS}/{id}", None),
            ("DELETE", CART, None),
        ):
            assert (await call.problem(method, path, body, guest, status=409))["code"] == "cart_already_merged", path
        assert await quantities(call, AS_ALICE) == {id: 2}


async def test_merged_lines_keep_the_limits() -> None:
    async with shop_service("cart") as call:
        ids = [await call.shop.sell(UNITS_MAX) for _ in range(101)]
        guest = await a_guest(call)
        await put(call, guest, ids[0], 999)
        await put(call, guest, ids[100], 1)
        for id in ids[:100]:
            await call.shop.put(id, 2)
        await call("POST", MERGE, token_of(guest), AS_ALICE)
        merged = await quantities(call, AS_ALICE)
        assert (len(merged), merged[ids[0]], ids[100] in merged) == (100, 999, False)


async def test_an_unknown_cart_token_is_a_422_and_merging_needs_a_customer() -> None:
    async with shop_service("cart") as call:
        problem = await call.problem("POST", MERGE, {"cart_token": "unknown"}, AS_ALICE, status=422)
        assert problem["code"] == "guest_cart_unknown"
        for wrong in ({}, {"cart_token": ""}, {"cart_token": None}, {"cart_token": "x" * 257}, {"token": "x"}):
            assert (await call.problem("POST", MERGE, wrong, AS_ALICE, status=422))["code"] == "validation_failed"
        guest = await a_guest(call)
        await call("POST", MERGE, token_of(guest), guest, status=401)
        await call("POST", MERGE, b"{", status=401)
