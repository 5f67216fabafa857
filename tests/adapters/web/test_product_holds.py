"""Counting stock by hand, and what the order service and the audit do with it over HTTP."""

from typing import Any

import pytest

from tests.adapters.web.shop_service import (
    AS_ADMIN,
    AS_ALICE,
    AS_AUDIT,
    AS_ORDER,
    MALFORMED,
    UNKNOWN,
    Client,
    shop_service,
)
from tests.builders import an_id

ORDER, OTHER = an_id(41), an_id(42)


def hold_of(order: str = ORDER) -> str:
    return f"/internal/v1/holds/{order}"


def lines(quantities: dict[str, int]) -> dict[str, Any]:
    """A hold's body, of units by product id."""
    return {"lines": [{"product_id": id, "quantity": quantity} for id, quantity in quantities.items()]}


async def available(call: Client, *ids: str) -> list[int]:
    return [(await call("GET", f"/v1/products/{id}")).json()["available"] for id in ids]


async def test_units_are_counted_in_and_out() -> None:
    async with shop_service("product") as call:
        path = f"/v1/products/{await call.shop.sell(5)}"
        answer = await call("POST", f"{path}/stock-adjustments", {"delta": -5, "reason": "damaged"}, AS_ADMIN)
        assert answer.headers["ETag"] == '"1.2"'
        assert "Idempotent-Replayed" not in answer.headers
        assert (answer.json()["available"], answer.json()["in_stock"], answer.json()["version"]) == (0, False, 1)
        assert answer.json() == (await call("GET", path)).json()
        back = await call("POST", f"{path}/stock-adjustments", {"delta": 2, "reason": "found"}, AS_ADMIN)
        assert back.json()["available"] == 2


async def test_stock_never_goes_below_zero() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        body = {"delta": -6, "reason": "damaged"}
        problem = await call.problem("POST", f"/v1/products/{id}/stock-adjustments", body, AS_ADMIN, status=409)
        assert problem["code"] == "out_of_stock"
        assert problem["lines"] == [{"product_id": id, "quantity": 6, "available": 5}]
        assert await available(call, id) == [5]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"delta": 0, "reason": "none"}, "product_invalid"),
        ({"delta": 10**9, "reason": "too many"}, "product_invalid"),
        ({"delta": 10**9 + 1, "reason": "too many"}, "validation_failed"),
        ({"delta": 1}, "validation_failed"),
        ({"delta": 1, "reason": ""}, "validation_failed"),
        ({"delta": "1", "reason": "text"}, "validation_failed"),
        ({"delta": 1, "reason": "found", "stock": 5}, "validation_failed"),
    ],
)
async def test_a_wrong_adjustment_is_a_422(body: dict[str, Any], code: str) -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        problem = await call.problem("POST", f"/v1/products/{id}/stock-adjustments", body, AS_ADMIN, status=422)
        assert problem["code"] == code
        assert await available(call, id) == [5]


async def test_an_adjustment_is_checked_in_the_order_of_the_contract() -> None:
    async with shop_service("product") as call:
        text, good = {"Content-Type": "text/plain"}, {"delta": -1, "reason": "damaged"}
        for id, body, headers, status in (
            (UNKNOWN, b"{", text, 401),
            (UNKNOWN, b"{", AS_ALICE | text, 403),
            (UNKNOWN, b"{", AS_ADMIN | text, 415),
            (UNKNOWN, b"{", AS_ADMIN, 400),
            (UNKNOWN, {}, AS_ADMIN, 422),
            (UNKNOWN, good, AS_ADMIN, 404),
            (MALFORMED, good, AS_ADMIN, 404),
            (await call.shop.sell(0), good, AS_ADMIN, 409),
        ):
            await call("POST", f"/v1/products/{id}/stock-adjustments", body, headers, status=status)


async def test_an_adjustment_with_a_key_is_done_once() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        path, body = f"/v1/products/{id}/stock-adjustments", {"delta": -3, "reason": "damaged"}
        keyed = AS_ADMIN | {"Idempotency-Key": "count 1"}
        first = await call("POST", path, body, keyed)
        again = await call("POST", path, body, keyed)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (first.json(), first.headers["ETag"]) == (again.json(), again.headers["ETag"])
        for other in ({**body, "delta": -2}, {**body, "reason": "stolen"}):
            problem = await call.problem("POST", path, other, keyed, status=422)
            assert problem["code"] == "idempotency_key_reused"
        assert await available(call, id) == [2]
        await call("POST", path, {"delta": 1, "reason": "found"}, AS_ADMIN | {"Idempotency-Key": "count 2"})
        assert await available(call, id) == [3]


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_wrong_idempotency_key_is_a_422(key: str) -> None:
    async with shop_service("product") as call:
        path = f"/v1/products/{await call.shop.sell(5)}/stock-adjustments"
        await call("POST", path, {"delta": 1, "reason": "x"}, AS_ADMIN | {"Idempotency-Key": key}, status=422)


async def test_a_hold_is_taken_once_however_often_it_is_asked_for() -> None:
    async with shop_service("product") as call:
        a, b = await call.shop.sell(5), await call.shop.sell(5)
        body = lines({a: 2, b: 5})
        for _ in range(2):
            assert (await call("PUT", hold_of(), body, AS_ORDER, status=204)).content == b""
            assert await available(call, a, b) == [3, 0]
        problem = await call.problem("PUT", hold_of(), lines({a: 1}), AS_ORDER, status=409)
        assert problem["code"] == "hold_closed"


async def test_lines_of_one_product_count_together() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        twice = {"lines": [*lines({id: 2})["lines"], *lines({id: 3})["lines"]]}
        await call("PUT", hold_of(), twice, AS_ORDER, status=204)
        assert await available(call, id) == [0]


async def test_a_shortage_names_every_short_line_and_gives_nothing_back() -> None:
    async with shop_service("product") as call:
        a, b, c = [await call.shop.sell(units) for units in (5, 1, 0)]
        problem = await call.problem("PUT", hold_of(), lines({c: 1, b: 2, a: 2}), AS_ORDER, status=409)
        assert problem["code"] == "out_of_stock"
        assert problem["lines"] == [
            {"product_id": b, "quantity": 2, "available": 1},
            {"product_id": c, "quantity": 1, "available": 0},
        ]
        assert await available(call, a, b, c) == [3, 1, 0]


async def test_a_release_gives_back_once_and_shuts_out_a_later_take() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        body = lines({id: 2})
        await call("PUT", hold_of(), body, AS_ORDER, status=204)
        for _ in range(2):
            await call("POST", f"{hold_of()}/release", body, AS_ORDER, status=204)
            assert await available(call, id) == [5]
        for _ in range(2):
            await call("POST", f"{hold_of(OTHER)}/release", body, AS_ORDER, status=204)
        for order in (ORDER, OTHER):
            assert (await call.problem("PUT", hold_of(order), body, AS_ORDER, status=409))["code"] == "hold_closed"
            settled = await call.problem("POST", f"{hold_of(order)}/settle", body, AS_ORDER, status=409)
            assert settled["code"] == "hold_closed"
        assert await available(call, id) == [5]


async def test_settled_units_are_sold_and_never_come_back() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        body = lines({id: 2})
        problem = await call.problem("POST", f"{hold_of()}/settle", body, AS_ORDER, status=409)
        assert problem["code"] == "hold_unknown"
        await call("PUT", hold_of(), body, AS_ORDER, status=204)
        for _ in range(2):
            await call("POST", f"{hold_of()}/settle", body, AS_ORDER, status=204)
        problem = await call.problem("POST", f"{hold_of()}/release", body, AS_ORDER, status=409)
        assert problem["code"] == "hold_closed"
        (stock,) = (await call("GET", "/internal/v1/stock", headers=AS_AUDIT)).json()["items"]
        assert stock == {
            "product_id": id, "received": 5, "sold": 2, "available": 3, "revision": 3,
            "holds": {ORDER: {"quantity": 2, "state": "settled"}},
        }  # fmt: skip


async def test_an_order_of_long_ago_can_take_nothing() -> None:
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        call.shop.clock.advance(3600)
        problem = await call.problem("PUT", hold_of(), lines({id: 1}), AS_ORDER, status=409)
        assert problem["code"] == "hold_closed"


@pytest.mark.parametrize("verb", ["take", "release", "settle"])
async def test_a_wrong_hold_is_refused(verb: str) -> None:
    method, end = ("PUT", "") if verb == "take" else ("POST", f"/{verb}")
    async with shop_service("product") as call:
        id = await call.shop.sell(5)
        for order, body, status in (
            (MALFORMED, {"lines": []}, 422),
            (MALFORMED, lines({id: 1}), 404),
            (ORDER.upper(), lines({id: 1}), 404),
            (ORDER, lines({id: 0}), 422),
            (ORDER, lines({id: 10**9 + 1}), 422),
            (ORDER, {"lines": [{"product_id": id}]}, 422),
            (ORDER, lines({an_id(n): 1 for n in range(101)}), 422),
            (ORDER, lines({MALFORMED: 1}), 404),
        ):
            await call(method, f"{hold_of(order)}{end}", body, AS_ORDER, status=status)
        unknown = lines({UNKNOWN: 1})
        await call(method, f"{hold_of()}{end}", unknown, AS_ORDER, status=204 if verb == "release" else 404)
        assert await available(call, id) == [5]


async def test_the_audit_reads_all_stock_page_by_page() -> None:
    async with shop_service("product") as call:
        ids = [await call.shop.sell(units) for units in range(3)]
        seen, cursor = [], ""
        while True:
            page = (await call("GET", f"/internal/v1/stock?limit=2{cursor}", headers=AS_AUDIT)).json()
            seen += [stock["product_id"] for stock in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == sorted(ids)
        for query in ("limit=0", "limit=101", "cursor=x"):
            await call("GET", f"/internal/v1/stock?{query}", headers=AS_AUDIT, status=422)
