"""Putting products on sale, changing them and taking them off over HTTP."""

from typing import Any

import pytest

from tests.adapters.web.shop_service import (
    AS_ADMIN,
    AS_ALICE,
    MALFORMED,
    UNKNOWN,
    Client,
    if_match,
    shop_service,
    usd_json,
)

PRODUCTS = "/v1/products"
LAMP: dict[str, Any] = {
    "sku": "LAMP-1",
    "name": "Lamp",
    "description": "Gives light.",
    "category": "Home",
    "tags": ["oak"],
    "price": usd_json(4_900),
    "attributes": {"colour": "brown", "watt": "5"},
    "images": [{"url": "/images/lamp.jpg", "alt": "A lamp"}],
}
LEAST = {"sku": "LEAST", "name": "Least", "category": "Home", "price": usd_json(0)}


async def add(call: Client, body: dict[str, Any] | None = None) -> str:
    """The path of a new product."""
    return (await call("POST", PRODUCTS, body or LAMP, AS_ADMIN, status=201)).headers["Location"]


async def test_a_product_is_put_on_sale() -> None:
    async with shop_service("product") as call:
        answer = await call("POST", PRODUCTS, {**LAMP, "stock": 4}, AS_ADMIN, status=201)
        product = answer.json()
        assert answer.headers["Location"] == f"{PRODUCTS}/{product['id']}"
        assert answer.headers["ETag"] == '"1.1"'
        assert product.items() >= {**LAMP, "available": 4, "in_stock": True, "status": "active", "version": 1}.items()
        assert (await call("GET", answer.headers["Location"])).json() == product
        least = (await call("POST", PRODUCTS, LEAST, AS_ADMIN, status=201)).json()
        assert (least["description"], least["tags"], least["attributes"], least["images"]) == ("", [], {}, [])
        assert (least["available"], least["in_stock"]) == (0, False)


async def test_a_taken_sku_is_a_409() -> None:
    async with shop_service("product") as call:
        await add(call)
        least = await add(call, LEAST)
        again = {**LEAST, "sku": LAMP["sku"]}
        assert (await call.problem("POST", PRODUCTS, again, AS_ADMIN, status=409))["code"] == "sku_taken"
        assert (await call.problem("PUT", least, again, AS_ADMIN | if_match("1"), status=409))["code"] == "sku_taken"
        sku = {"sku": LAMP["sku"]}
        assert (await call.problem("PATCH", least, sku, AS_ADMIN | if_match("1"), status=409))["code"] == "sku_taken"


WRONG = [
    ({"sku": ""}, "validation_failed", "sku"),
    ({"sku": None}, "validation_failed", "sku"),
    ({"sku": "x" * 65}, "validation_failed", "sku"),
    ({"sku": "two words"}, "product_invalid", "sku"),
    ({"name": " "}, "product_invalid", "name"),
    ({"name": 5}, "validation_failed", "name"),
    ({"category": None}, "validation_failed", "category"),
    ({"category": "x" * 65}, "validation_failed", "category"),
    ({"description": "x" * 10_001}, "validation_failed", "description"),
    ({"tags": ["x"] * 21}, "validation_failed", "tags"),
    ({"tags": [" "]}, "product_invalid", "tags"),
    ({"tags": "oak"}, "validation_failed", "tags"),
    ({"price": None}, "validation_failed", "price"),
    ({"price": 4_900}, "validation_failed", "price"),
    ({"price": usd_json(-1)}, "validation_failed", "price.amount"),
    ({"price": usd_json(10**9 + 1)}, "validation_failed", "price.amount"),
    ({"price": {"amount": "5", "currency": "USD"}}, "validation_failed", "price.amount"),
    ({"price": {"amount": 5.5, "currency": "USD"}}, "validation_failed", "price.amount"),
    ({"price": {"amount": True, "currency": "USD"}}, "validation_failed", "price.amount"),
    ({"price": {"amount": 5, "currency": "EUR"}}, "product_invalid", "price.currency"),
    ({"price": {"amount": 5, "currency": "usd"}}, "validation_failed", "price.currency"),
    ({"price": {"amount": 5, "currency": "USD", "tax": 1}}, "validation_failed", "price.tax"),
    ({"attributes": {"a": 5}}, "validation_failed", "attributes.a"),
    ({"attributes": {str(n): "" for n in range(101)}}, "validation_failed", "attributes"),
    ({"images": [{"url": ""}]}, "validation_failed", "images.0.url"),
    ({"images": [{"alt": "no address"}]}, "validation_failed", "images.0.url"),
    ({"images": [{"url": "javascript:alert(1)"}]}, "product_invalid", "images"),
    ({"available": 5}, "validation_failed", "available"),
    ({"id": UNKNOWN}, "validation_failed", "id"),
    ({"version": 1}, "validation_failed", "version"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG)
async def test_a_wrong_product_is_a_422_that_names_the_field(wrong: dict[str, Any], code: str, field: str) -> None:
    async with shop_service("product") as call:
        path = await add(call)
        for method, at, body in (
            ("POST", PRODUCTS, {**LEAST, **wrong}),
            ("PUT", path, {**LEAST, **wrong}),
            ("PATCH", path, wrong),
        ):
            problem = await call.problem(method, at, body, AS_ADMIN | if_match("1"), status=422)
            assert problem["code"] == code, method
            assert {error["field"] for error in problem["errors"]} == {field}, method
        assert (await call("GET", path)).json()["version"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"price": {"amount": 5}}, "price.currency"), ({"attributes": dict.fromkeys("ab")}, "attributes")],
)
async def test_what_a_patch_may_leave_out_a_whole_product_may_not(wrong: dict[str, Any], field: str) -> None:
    async with shop_service("product") as call:
        path = await add(call)
        for method, at in (("POST", PRODUCTS), ("PUT", path)):
            problem = await call.problem(method, at, {**LEAST, **wrong}, AS_ADMIN | if_match("1"), status=422)
            assert all(error["field"].startswith(field) for error in problem["errors"])


async def test_what_should_be_an_object_is_told_without_the_names_of_our_classes() -> None:
    async with shop_service("product") as call:
        bodies: list[Any] = [{**LEAST, "price": 12}, {**LEAST, "attributes": 5}, []]
        for body in bodies:
            problem = await call.problem("POST", PRODUCTS, body, AS_ADMIN, status=422)
            (error,) = problem["errors"]
            assert error["message"].startswith("Input should be an object"), error
            assert ('{"amount": 1299, "currency": "USD"}' in error["message"]) == (error["field"] == "price")


@pytest.mark.parametrize("stock", [-1, None, "5", 1.5, 10**9 + 1])
async def test_a_product_starts_with_a_whole_number_of_units(stock: object) -> None:
    async with shop_service("product") as call:
        problem = await call.problem("POST", PRODUCTS, {**LAMP, "stock": stock}, AS_ADMIN, status=422)
        assert [error["field"] for error in problem["errors"]] == ["stock"]


async def test_replacing_describes_anew_and_leaves_the_stock() -> None:
    async with shop_service("product") as call:
        path = await add(call, {**LAMP, "stock": 4})
        call.shop.clock.advance(60)
        answer = await call("PUT", path, LEAST, AS_ADMIN | if_match("1.1"))
        assert answer.headers["ETag"] == '"2.1"'
        product = answer.json()
        assert product.items() >= {**LEAST, "tags": [], "attributes": {}, "images": [], "description": ""}.items()
        assert (product["available"], product["version"]) == (4, 2)
        assert (product["created_at"], product["updated_at"]) == ("2036-01-02T03:04:05Z", "2036-01-02T03:05:05Z")
        await call("PUT", path, {**LEAST, "stock": 9}, AS_ADMIN | if_match("2"), status=422)


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({}, {}),
        ({"name": "Oak lamp"}, {"name": "Oak lamp"}),
        ({"price": usd_json(0)}, {"price": usd_json(0)}),
        ({"price": {"amount": 5}}, {"price": usd_json(5)}),
        ({"price": {}}, {}),
        ({"description": None}, {"description": ""}),
        ({"tags": None}, {"tags": []}),
        ({"tags": ["new", "new"]}, {"tags": ["new"]}),
        ({"images": None}, {"images": []}),
        ({"attributes": {"watt": None, "lumen": "400"}}, {"attributes": {"colour": "brown", "lumen": "400"}}),
        ({"attributes": {"unheard": None}}, {}),
        ({"attributes": {}}, {}),
        ({"attributes": None}, {"attributes": {}}),
    ],
)
@pytest.mark.parametrize("media_type", ["application/merge-patch+json", "application/json"])
async def test_a_merge_patch_changes_what_it_names(
    media_type: str, patch: dict[str, Any], changed: dict[str, Any]
) -> None:
    async with shop_service("product") as call:
        path = await add(call)
        before = (await call("GET", path)).json()
        headers = AS_ADMIN | if_match("1.1") | {"Content-Type": media_type}
        answer = await call("PATCH", path, patch, headers)
        assert answer.headers["ETag"] == '"2.1"'
        assert answer.json() == before | changed | {"version": 2}


@pytest.mark.parametrize("patch", [{"status": None}, {"status": "deleted"}, {"stock": 5}, [], "lamp", None])
async def test_a_patch_of_another_shape_is_a_422(patch: object) -> None:
    async with shop_service("product") as call:
        path = await add(call)
        body = b"null" if patch is None else patch
        assert (await call.problem("PATCH", path, body, AS_ADMIN | if_match("1"), status=422))["errors"]


async def test_a_patch_that_adds_too_many_attributes_is_a_422() -> None:
    async with shop_service("product") as call:
        path = await add(call)
        patch = {"attributes": {str(number): "" for number in range(49)}}
        problem = await call.problem("PATCH", path, patch, AS_ADMIN | if_match("1"), status=422)
        assert problem["code"] == "product_invalid"


async def test_an_archived_product_is_readable_out_of_search_and_can_be_restored() -> None:
    async with shop_service("product") as call:
        path = await add(call, {**LAMP, "stock": 4})
        gone = await call("DELETE", path, None, AS_ADMIN | if_match("1.1"), status=204)
        assert gone.content == b""
        archived = await call("GET", path)
        assert archived.headers["ETag"] == '"2.1"'
        assert archived.json()["status"] == "archived"
        assert (await call("GET", f"{PRODUCTS}?q=lamp")).json()["items"] == []
        await call("DELETE", path, None, AS_ADMIN | if_match("2.1"), status=204)
        assert (await call("PATCH", path, {"name": "Old lamp"}, AS_ADMIN | if_match("2"))).json()[
            "status"
        ] == "archived"
        restored = await call("PATCH", path, {"status": "active"}, AS_ADMIN | if_match("3"))
        assert (restored.json()["status"], restored.json()["version"]) == ("active", 4)
        assert len((await call("GET", f"{PRODUCTS}?q=lamp")).json()["items"]) == 1
        put_away = await call("PATCH", path, {"status": "archived"}, AS_ADMIN | if_match("4"))
        assert put_away.json()["status"] == "archived"


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1"', 200), ('"1.1"', 200), ('"1.999"', 200), ('"0", "1"', 200),
        ('"2"', 412), ('"0"', 412), ('W/"1"', 412), ('"x"', 412), ('""', 412), ('"1.x"', 412), ('"-1"', 412),
        ('"99999999999999999999"', 412),
        ("1", 422), ("", 422), ('"1', 422),
        ("*", 428), (None, 428),
    ],
)  # fmt: skip
async def test_if_match_compares_the_version_and_has_to_be_there(tag: str | None, status: int) -> None:
    headers = AS_ADMIN if tag is None else AS_ADMIN | {"If-Match": tag}
    async with shop_service("product") as call:
        for method, body in (("PUT", LAMP), ("PATCH", {}), ("DELETE", None)):
            path = await add(call, {**LAMP, "sku": f"LAMP-{method}"})
            expected = 204 if (method, status) == ("DELETE", 200) else status
            sent = {**LAMP, "sku": f"LAMP-{method}"} if method == "PUT" else body
            await call(method, path, sent, headers, status=expected)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_checks_come_in_the_order_of_the_contract(method: str) -> None:
    async with shop_service("product") as call:
        known, unknown = await add(call), f"{PRODUCTS}/{UNKNOWN}"
        await add(call, LEAST)
        text, rule_broken = {"Content-Type": "text/plain"}, {**LAMP, "sku": LEAST["sku"]}
        for path, body, headers, status in (
            (unknown, b"{", text, 401),
            (unknown, b"{", AS_ALICE | text, 403),
            (unknown, b"{", AS_ADMIN | text, 415),
            (unknown, b"{", AS_ADMIN, 400),
            (unknown, {"colour": "brown"}, AS_ADMIN, 422),
            (unknown, rule_broken, AS_ADMIN, 428),
            (unknown, rule_broken, AS_ADMIN | if_match("7"), 404),
            (f"{PRODUCTS}/{MALFORMED}", rule_broken, AS_ADMIN | if_match("7"), 404),
            (known, rule_broken, AS_ADMIN | if_match("7"), 412),
            (known, rule_broken, AS_ADMIN | if_match("1"), 409),
            (known, LAMP, AS_ADMIN | if_match("1"), 200),
        ):
            await call(method, path, body, headers, status=status)


async def test_a_delete_is_checked_in_the_same_order() -> None:
    async with shop_service("product") as call:
        known = await add(call)
        for path, headers, status in (
            (f"{PRODUCTS}/{UNKNOWN}", {}, 401),
            (f"{PRODUCTS}/{UNKNOWN}", AS_ALICE, 403),
            (f"{PRODUCTS}/{UNKNOWN}", AS_ADMIN, 428),
            (f"{PRODUCTS}/{UNKNOWN}", AS_ADMIN | if_match("7"), 404),
            (f"{PRODUCTS}/{MALFORMED}", AS_ADMIN | if_match("7"), 404),
            (known, AS_ADMIN | if_match("7"), 412),
        ):
            await call("DELETE", path, None, headers, status=status)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"sku": "A", "sku": "B"}', 400),
        (b"\xff", 400),
        (b"null", 422),
        (b'{"name": "\\u0000"}', 422),
        (b'"' + b"x" * 1_048_576 + b'"', 413),
    ],
)
async def test_a_body_that_is_no_product_is_refused(body: bytes, status: int) -> None:
    async with shop_service("product") as call:
        await call("POST", PRODUCTS, body, AS_ADMIN, status=status)
