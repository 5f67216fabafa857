"""What belongs to somebody is theirs alone, by whatever way another asks (OWASP API1:2023; ASVS 5.0, 8.2.2)."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.bootstrap.settings import Service
from tests.security.matrix import twins
from tests.security.matrix.cast import Visitor
from tests.security.matrix.scene import ADDRESS, Scene
from tests.security.matrix.state import state
from tests.security.shops import Person, Shop, bearer, shop


async def test_another_s_order_is_answered_as_one_that_there_is_not() -> None:
    async with shop() as s:
        order = await _scene(s, await s.customer("alice")).order()
        bob, http = await s.customer("bob"), s.client("order")
        for method, path in (("GET", "/v1/orders/{}"), ("POST", "/v1/orders/{}/cancel")):
            told = [
                await http.request(method, path.format(id), headers=bob.headers) for id in (order["id"], s.new_id())
            ]
            assert [answer.status_code for answer in told] == [404, 404]
            assert _without_identity(told[0].json()) == _without_identity(told[1].json())


async def test_lists_show_nothing_of_others() -> None:
    async with shop() as s:
        assert await _seen_of_others(s) == []


async def test_a_list_of_everybody_s_orders_is_told() -> None:
    async with shop(routers={"order": twins.orders_of_anybody}) as s:
        assert await _seen_of_others(s) == [
            "/v1/orders",
            "/v1/orders?status=confirmed",
            "/v1/orders?customer_id={id}",
        ]


async def test_a_place_in_another_s_list_leads_into_one_s_own() -> None:
    async with shop() as s:
        alice, bob = await s.customer("alice"), await s.customer("bob")
        orders = s.client("order")
        for _ in range(2):
            await _scene(s, alice).order()
        cursor = (await orders.get("/v1/orders?limit=1", headers=alice.headers)).json()["next_cursor"]
        followed = await orders.get("/v1/orders", params={"cursor": cursor}, headers=bob.headers)
        assert followed.json()["items"] == []


async def test_an_order_does_not_go_to_another_s_address() -> None:
    async with shop() as s:
        scene, bob = _scene(s, await s.customer("alice")), await s.customer("bob")
        address_id = await scene.address()
        await scene.filled_cart(bob.headers)
        before = state(s)
        answer = await s.client("order").post("/v1/orders", json={"address_id": address_id}, headers=bob.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "address_unknown")
        assert ADDRESS["line1"] not in answer.text
        assert state(s) == before


async def test_another_s_idempotency_key_is_nobody_s() -> None:
    async with shop() as s:
        alice, bob = await s.customer("alice"), await s.customer("bob")
        orders = s.client("order")
        key = {"Idempotency-Key": "the same for both"}
        made = []
        for person in (alice, bob):
            await _scene(s, person).filled_cart(person.headers)
            made.append((await orders.post("/v1/orders", json={}, headers={**person.headers, **key})).json())
        assert [order["customer_id"] for order in made] == [alice.id, bob.id]


async def test_a_guest_s_cart_is_opened_by_its_own_token_and_goes_to_one_customer() -> None:
    async with shop() as s:
        alice, bob = await s.customer("alice"), await s.customer("bob")
        carts = s.client("cart")
        mine, theirs = await s.guest(), await s.guest()
        product_id = await _scene(s, alice).filled_cart(theirs)
        assert (await carts.get("/v1/cart", headers=mine)).json()["items"] == []
        assert (await carts.get("/v1/cart", headers={"X-Cart-Token": "made up"})).status_code == 401
        body = {"cart_token": theirs["X-Cart-Token"]}
        assert product_id in (await carts.post("/v1/cart/merge", json=body, headers=alice.headers)).text
        refused = await carts.post("/v1/cart/merge", json=body, headers=bob.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "cart_already_merged")


async def test_signing_out_and_another_password_end_no_session_of_another_s() -> None:
    async with shop() as s:
        alice, bob = await s.customer("alice"), await s.customer("bob")
        users = s.client("user")
        change = {"current_password": bob.password, "new_password": "another password for tests"}
        assert (await users.put("/v1/users/me/password", json=change, headers=bob.headers)).status_code == 204
        assert (await users.post("/v1/auth/logout-all", headers=bob.headers)).status_code == 204
        assert (await users.get("/v1/users/me", headers=bob.headers)).status_code == 401
        assert (await users.get("/v1/users/me", headers=alice.headers)).status_code == 200


async def test_a_customer_cannot_choose_whose_thing_it_is_by_header_or_query() -> None:
    async with shop() as s:
        alice, bob = await s.customer("alice"), await s.customer("bob")
        tricks = {"X-User-Id": alice.id, "X-Customer-Id": alice.id, "X-Forwarded-User": alice.email, "X-Roles": "admin"}
        query = {"user_id": alice.id, "customer": alice.id, "sub": alice.id, "roles": "admin"}
        headers = {**bob.headers, **tricks}
        me = await s.client("user").get("/v1/users/me", headers=headers, params=query)
        assert me.json()["id"] == bob.id
        assert (await s.client("user").get("/v1/users", headers=headers, params=query)).status_code == 403
        assert (await s.client("product").get("/internal/v1/stock", headers=headers)).status_code == 401


async def test_the_token_of_a_service_opens_nothing_of_a_customer_s() -> None:
    async with shop() as s:
        alice = await s.customer("alice")
        headers = {**bearer(s.service_token("order", "user")), "X-User-Id": alice.id}
        assert (await s.client("user").get("/v1/users/me", headers=headers)).status_code == 401


def _scene(s: Shop, owner: Person) -> Scene:
    return Scene(shop=s, owner=owner, subject=Visitor(headers=owner.headers, person=owner))


async def _seen_of_others(s: Shop) -> list[str]:
    """The lists that show one customer what belongs to another."""
    alice, bob = await s.customer("alice"), await s.customer("bob")
    scene = _scene(s, alice)
    order, address_id = await scene.order(), await scene.address()
    product_id = await scene.filled_cart(alice.headers)
    lists: Mapping[str, Service] = {
        "/v1/orders": "order",
        "/v1/orders?status=confirmed": "order",
        "/v1/orders?customer_id={id}": "order",
        "/v1/users/me/addresses": "user",
        "/v1/cart": "cart",
    }
    seen = []
    for path, service in lists.items():
        answer = await s.client(service).get(path.format(id=alice.id), headers=bob.headers)
        assert answer.status_code in (200, 403), answer.text
        if any(id in answer.text for id in (order["id"], address_id, product_id)):
            seen.append(path)
    return seen


def _without_identity(problem: dict[str, Any]) -> str:
    return json.dumps({**problem, "instance": "", "request_id": ""}, sort_keys=True)
