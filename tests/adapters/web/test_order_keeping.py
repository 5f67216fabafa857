"""Looking at orders, cancelling them and moving them on over HTTP."""

from typing import Any

import pytest

from tests.adapters.web.shop_service import (
    ANN,
    AS_ADMIN,
    AS_ALICE,
    AS_AUDIT,
    AS_BOB,
    MALFORMED,
    UNKNOWN,
    Client,
    away,
    if_match,
    shop_service,
    usd_json,
)
from tests.core.order.orders import ALICE, BOB

ORDERS = "/v1/orders"


async def ordered(call: Client, *, who: str = ALICE, units: int = 5) -> dict[str, Any]:
    """A confirmed order of one unit; of 5 units of a product, 4 are left."""
    await call.shop.put(await call.shop.sell(units), 1, customer_id=who)
    order: dict[str, Any] = (await call("POST", ORDERS, None, AS_ALICE if who == ALICE else AS_BOB, status=201)).json()
    return order


async def move(call: Client, order: dict[str, Any], *statuses: str) -> None:
    for status in statuses:
        await call("PATCH", f"{ORDERS}/{order['id']}", {"status": status}, AS_ADMIN)


async def test_another_customer_s_order_does_not_exist() -> None:
    async with shop_service("order") as call:
        path = f"{ORDERS}/{(await ordered(call))['id']}"
        for id_path in (path, f"{ORDERS}/{UNKNOWN}", f"{ORDERS}/{MALFORMED}"):
            problem = await call.problem("GET", id_path, headers=AS_BOB, status=404)
            assert problem["code"] == "order_not_found"
            problem = await call.problem("POST", f"{id_path}/cancel", headers=AS_BOB | if_match("9"), status=404)
            assert problem["code"] == "order_not_found"
        assert (await call("GET", path, headers=AS_ADMIN)).json()["status"] == "confirmed"


async def test_a_customer_lists_their_own_orders_the_newest_first() -> None:
    async with shop_service("order") as call:
        mine = [(await ordered(call))["id"] for _ in range(3)]
        await ordered(call, who=BOB)
        first = await call("GET", f"{ORDERS}?limit=2", headers=AS_ALICE)
        assert "ETag" not in first.headers
        rest = (await call("GET", f"{ORDERS}?limit=2&cursor={first.json()['next_cursor']}", headers=AS_ALICE)).json()
        assert [order["id"] for order in first.json()["items"] + rest["items"]] == mine[::-1]
        assert rest["next_cursor"] is None
        own = (await call("GET", f"{ORDERS}?customer_id={ALICE}", headers=AS_ALICE)).json()
        assert len(own["items"]) == 3
        problem = await call.problem("GET", f"{ORDERS}?customer_id={BOB}", headers=AS_ALICE, status=403)
        assert problem["code"] == "not_your_orders"


async def test_an_admin_lists_everybody_s_orders_or_one_customer_s() -> None:
    async with shop_service("order") as call:
        hers, his = await ordered(call), await ordered(call, who=BOB)
        for query, expected in (
            ("", [his, hers]),
            (f"?customer_id={ALICE}", [hers]),
            (f"?customer_id={ANN}", []),
            ("?customer_id=nobody", []),
        ):
            assert (await call("GET", f"{ORDERS}{query}", headers=AS_ADMIN)).json()["items"] == expected


async def test_orders_are_listed_by_status() -> None:
    async with shop_service("order") as call:
        orders = {status: await ordered(call) for status in ("confirmed", "shipped", "delivered", "cancelled")}
        await move(call, orders["shipped"], "shipped")
        await move(call, orders["delivered"], "shipped", "delivered")
        await move(call, orders["cancelled"], "cancelled")
        for status, order in orders.items():
            for who in (AS_ALICE, AS_ADMIN):
                items = (await call("GET", f"{ORDERS}?status={status}", headers=who)).json()["items"]
                assert [item["id"] for item in items] == [order["id"]], status
        assert (await call("GET", f"{ORDERS}?status=pending", headers=AS_ADMIN)).json()["items"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "status=lost", "status=PENDING", "cursor=x", "customer_id=" + "x" * 65]
)
async def test_a_list_that_cannot_be_is_a_422(query: str) -> None:
    async with shop_service("order") as call:
        await call("GET", f"{ORDERS}?{query}", headers=AS_ADMIN, status=422)


async def test_attempts_that_were_refused_are_not_listed_but_audited() -> None:
    async with shop_service("order", hook=away("stock.hold:before")) as call:
        product = await call.shop.sell(5)
        await call.shop.put(product, 2)
        order = (await call("POST", ORDERS, None, AS_ALICE, status=202)).json()
        await call("POST", f"{ORDERS}/{order['id']}/cancel", headers=AS_ALICE)
        for who in (AS_ALICE, AS_ADMIN):
            assert (await call("GET", ORDERS, headers=who)).json()["items"] == []
        (record,) = (await call("GET", "/internal/v1/orders", headers=AS_AUDIT)).json()["items"]
        assert record == {
            "id": order["id"], "customer_id": ALICE, "state": "CANCELLED", "ever_confirmed": False,
            "cart_id": record["cart_id"], "cart_version": 1, "deadline": "2036-01-02T03:04:35Z", "todos": [],
            "changed_at": "2036-01-02T03:04:05Z", "untold_since": "2036-01-02T03:04:05Z",
            "lines": [{"product_id": product, "quantity": 2, "unit_price": usd_json(1_000)}],
            "total": usd_json(2_000),
        }  # fmt: skip


async def test_the_audit_reads_all_orders_page_by_page() -> None:
    async with shop_service("order") as call:
        ids = [(await ordered(call, who=who))["id"] for who in (ALICE, BOB, ALICE)]
        first = (await call("GET", "/internal/v1/orders?limit=2", headers=AS_AUDIT)).json()
        cursor = first["next_cursor"]
        rest = (await call("GET", f"/internal/v1/orders?limit=2&cursor={cursor}", headers=AS_AUDIT)).json()
        assert [record["id"] for record in first["items"] + rest["items"]] == ids
        assert rest["next_cursor"] is None
        for query in ("limit=0", "limit=101", "cursor=x"):
            await call("GET", f"/internal/v1/orders?{query}", headers=AS_AUDIT, status=422)


async def test_a_cancelled_order_gives_its_units_back_once() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        product = order["lines"][0]["product_id"]
        assert (await call.shop.stock(product)).available == 4
        answer = await call("POST", f"{ORDERS}/{order['id']}/cancel", headers=AS_ALICE)
        cancelled = answer.json()
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (f'"{cancelled["version"]}"', "no-store")
        assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "customer_request")
        assert [(change["status"], change["by"]) for change in cancelled["history"]] == [
            ("pending", "customer"), ("confirmed", "system"), ("cancelled", "customer"),
        ]  # fmt: skip
        again = await call("POST", f"{ORDERS}/{order['id']}/cancel", headers=AS_ALICE)
        assert (again.json(), again.headers["ETag"]) == (cancelled, answer.headers["ETag"])
        assert (await call.shop.stock(product)).available == 5
        items = (await call("GET", ORDERS, headers=AS_ALICE)).json()["items"]
        assert [item["status"] for item in items] == ["cancelled"]


async def test_an_admin_cancels_for_a_customer() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        cancelled = (await call("POST", f"{ORDERS}/{order['id']}/cancel", headers=AS_ADMIN)).json()
        assert (cancelled["cancel_reason"], cancelled["history"][-1]["by"]) == ("admin_request", "admin")


async def test_a_shipped_order_cannot_be_cancelled() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        for status, allowed in (("shipped", ["delivered"]), ("delivered", [])):
            await move(call, order, status)
            for who in (AS_ALICE, AS_ADMIN):
                problem = await call.problem("POST", f"{ORDERS}/{order['id']}/cancel", headers=who, status=409)
                assert (problem["code"], problem["allowed"]) == ("illegal_transition", allowed)


async def test_an_order_is_moved_on_with_a_note() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        path = f"{ORDERS}/{order['id']}"
        call.shop.clock.advance(60)
        answer = await call("PATCH", path, {"status": "shipped", "note": "Parcel 12345"}, AS_ADMIN | if_match("3"))
        shipped = answer.json()
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"4"', "no-store")
        assert shipped["history"][-1] == {
            "status": "shipped", "at": "2036-01-02T03:05:05Z", "by": "admin", "note": "Parcel 12345",
        }  # fmt: skip
        headers = AS_ADMIN | if_match("4") | {"Content-Type": "application/merge-patch+json"}
        delivered = await call.http.patch(path, content=b'{"status": "delivered"}', headers=headers)
        assert (delivered.json()["status"], delivered.json()["version"]) == ("delivered", 5)
        stock = await call.shop.stock(order["lines"][0]["product_id"])
        assert (stock.sold, stock.available, stock.held) == (1, 4, 0)


@pytest.mark.parametrize(
    ("reached", "wanted", "allowed"),
    [
        ([], "pending", ["shipped", "cancelled"]),
        ([], "confirmed", ["shipped", "cancelled"]),
        ([], "delivered", ["shipped", "cancelled"]),
        (["shipped"], "shipped", ["delivered"]),
        (["shipped"], "cancelled", ["delivered"]),
        (["shipped"], "confirmed", ["delivered"]),
        (["shipped", "delivered"], "shipped", []),
        (["shipped", "delivered"], "delivered", []),
        (["cancelled"], "shipped", []),
        (["cancelled"], "cancelled", []),
        (["cancelled"], "confirmed", []),
    ],
)
async def test_any_other_move_is_a_409_that_names_the_allowed_ones(
    reached: list[str], wanted: str, allowed: list[str]
) -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        await move(call, order, *reached)
        problem = await call.problem("PATCH", f"{ORDERS}/{order['id']}", {"status": wanted}, AS_ADMIN, status=409)
        assert (problem["code"], problem["allowed"]) == ("illegal_transition", allowed)


@pytest.mark.parametrize(
    "body", [{}, {"status": None}, {"status": "lost"}, {"note": "x"}, {"status": "shipped", "total": 1}, [],
             {"status": "shipped", "note": 5}, {"status": "shipped", "note": "x" * 501}]
)  # fmt: skip
async def test_a_wrong_move_is_a_422(body: object) -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        problem = await call.problem("PATCH", f"{ORDERS}/{order['id']}", body, AS_ADMIN, status=422)
        assert problem["code"] == "validation_failed"


async def test_if_match_is_honoured_where_it_is_sent() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        path = f"{ORDERS}/{order['id']}"
        for method, at, body in (("POST", f"{path}/cancel", None), ("PATCH", path, {"status": "shipped"})):
            for tag in ('"2"', '"4"', 'W/"3"', '"x"'):
                problem = await call.problem(method, at, body, AS_ADMIN | {"If-Match": tag}, status=412)
                assert problem["code"] == "version_stale"
            await call(method, at, body, AS_ADMIN | {"If-Match": "3"}, status=422)
        await call("PATCH", path, {"status": "shipped"}, AS_ADMIN | {"If-Match": "*"})
        other = f"{ORDERS}/{(await ordered(call))['id']}/cancel"
        await call("POST", other, None, AS_ALICE | if_match("3"))


async def test_checks_come_in_the_order_of_the_contract() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        known, text, stale = f"{ORDERS}/{order['id']}", {"Content-Type": "text/plain"}, AS_ADMIN | if_match("7")
        for path, body, headers, status in (
            (f"{ORDERS}/{UNKNOWN}", b"{", text, 401),
            (known, b"{", AS_ALICE | text, 403),
            (f"{ORDERS}/{UNKNOWN}", b"{", stale | text, 415),
            (f"{ORDERS}/{UNKNOWN}", b"{", stale, 400),
            (f"{ORDERS}/{UNKNOWN}", {}, stale, 422),
            (f"{ORDERS}/{UNKNOWN}", {"status": "delivered"}, stale, 404),
            (f"{ORDERS}/{MALFORMED}", {"status": "delivered"}, stale, 404),
            (known, {"status": "shipped"}, stale, 412),
            (known, {"status": "delivered"}, AS_ADMIN, 409),
        ):
            await call("PATCH", path, body, headers, status=status)


async def test_a_stale_version_is_told_before_a_transition_is_judged() -> None:
    async with shop_service("order") as call:
        order = await ordered(call)
        known, stale = f"{ORDERS}/{order['id']}", AS_ADMIN | if_match("7")
        await call("PATCH", known, {"status": "delivered"}, stale, status=412)
        await move(call, order, "shipped")
        await call("POST", f"{known}/cancel", headers=stale, status=412)


async def test_a_cancel_that_is_sent_again_with_the_same_version_changes_nothing() -> None:
    async with shop_service("order") as call:
        path = f"{ORDERS}/{(await ordered(call))['id']}/cancel"
        first = await call("POST", path, headers=AS_ALICE | if_match("3"))
        assert (await call("POST", path, headers=AS_ALICE | if_match("3"))).json() == first.json()


async def test_a_decision_that_cannot_be_carried_out_now_stands() -> None:
    async with shop_service("order", hook=away("stock.release:before", "stock.settle:before")) as call:
        sent, called_off = await ordered(call), await ordered(call)
        moved = await call("PATCH", f"{ORDERS}/{sent['id']}", {"status": "shipped"}, AS_ADMIN)
        assert moved.json()["status"] == "shipped"
        cancelled = await call("POST", f"{ORDERS}/{called_off['id']}/cancel", headers=AS_ALICE)
        assert cancelled.json()["status"] == "cancelled"
        await call.shop.settle_down()
        assert await call.shop.violations() == []
