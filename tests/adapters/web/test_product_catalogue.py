"""Finding and reading products over HTTP, for everyone."""

from typing import Any

import pytest

from tests.adapters.web.shop_service import AS_ADMIN, MALFORMED, UNKNOWN, Client, if_match, shop_service, usd_json
from tests.builders import an_id

PRODUCTS = "/v1/products"


async def stocked(call: Client) -> dict[str, dict[str, Any]]:
    """Three products by sku, made in this order."""
    made = {}
    for sku, name, category, tags, price, stock in (
        ("BOOT", "Walking boot", "Shoes", ["leather", "winter"], 12_900, 3),
        ("SOCK", "Walking sock", "Clothes", ["wool", "winter"], 900, 0),
        ("TENT", "Tent", "Outdoor", [], 25_000, 1),
    ):
        body = {"sku": sku, "name": name, "category": category, "tags": tags, "price": usd_json(price), "stock": stock}
        made[sku] = (await call("POST", PRODUCTS, body, AS_ADMIN, status=201)).json()
    return made


async def found(call: Client, query: str) -> list[str]:
    """The skus that a query lists."""
    return [item["sku"] for item in (await call("GET", f"{PRODUCTS}?{query}")).json()["items"]]


async def test_a_product_has_these_fields_and_an_etag_of_version_and_stock_revision() -> None:
    async with shop_service("product") as call:
        boot = (await stocked(call))["BOOT"]
        answer = await call("GET", f"{PRODUCTS}/{boot['id']}")
        assert answer.headers["ETag"] == '"1.1"'
        assert answer.json() == boot == {
            "id": boot["id"], "sku": "BOOT", "name": "Walking boot", "description": "", "category": "Shoes",
            "tags": ["leather", "winter"], "price": {"amount": 12_900, "currency": "USD"}, "attributes": {},
            "images": [], "available": 3, "in_stock": True, "status": "active", "version": 1,
            "created_at": "2036-01-02T03:04:05Z", "updated_at": "2036-01-02T03:04:05Z",
        }  # fmt: skip


@pytest.mark.parametrize("id", [UNKNOWN, MALFORMED, UNKNOWN.upper(), "%00", "\u00fc"])
async def test_what_is_no_product_is_a_404(id: str) -> None:
    async with shop_service("product") as call:
        assert (await call.problem("GET", f"{PRODUCTS}/{id}", status=404))["status"] == 404


async def test_who_has_the_present_representation_is_told_so() -> None:
    async with shop_service("product") as call:
        path = f"{PRODUCTS}/{(await stocked(call))['BOOT']['id']}"
        for known in ('"1.1"', 'W/"1.1"', '"9.9", "1.1"', "*"):
            answer = await call("GET", path, headers={"If-None-Match": known}, status=304)
            assert (answer.content, answer.headers["ETag"]) == (b"", '"1.1"')
        await call("GET", path, headers={"If-None-Match": '"1"'})
        await call("POST", f"{path}/stock-adjustments", {"delta": 1, "reason": "found"}, AS_ADMIN)
        answer = await call("GET", path, headers={"If-None-Match": '"1.1"'})
        assert answer.headers["ETag"] == '"1.2"'
        await call("PATCH", path, {"name": "Boot"}, AS_ADMIN | if_match("1.1"))
        assert (await call("GET", path, headers={"If-None-Match": '"1.2"'})).headers["ETag"] == '"2.2"'


async def test_a_list_has_items_a_cursor_and_no_etag() -> None:
    async with shop_service("product") as call:
        made = await stocked(call)
        answer = await call("GET", PRODUCTS)
        assert answer.json() == {"items": [made["TENT"], made["SOCK"], made["BOOT"]], "next_cursor": None}
        assert "ETag" not in answer.headers
        first = (await call("GET", f"{PRODUCTS}?limit=2&sort=name")).json()
        second = (await call("GET", f"{PRODUCTS}?limit=2&sort=name&cursor={first['next_cursor']}")).json()
        assert [item["sku"] for item in first["items"] + second["items"]] == ["TENT", "BOOT", "SOCK"]
        assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("q=WALKING", ["BOOT", "SOCK"]),
        ("q=walking+wool", ["SOCK", "BOOT"]),
        ("q=walking+wool&sort=name", ["SOCK"]),
        ("q=walks", ["BOOT", "SOCK"]),
        ("q=walki", ["BOOT", "SOCK"]),
        ("q=%20", ["TENT", "SOCK", "BOOT"]),
        ("q=%21%3F", []),
        ("category=Shoes", ["BOOT"]),
        ("category=shoes", []),
        ("tag=winter", ["SOCK", "BOOT"]),
        ("tag=winter&tag=wool", ["SOCK"]),
        ("min_price=900&max_price=12900", ["SOCK", "BOOT"]),
        ("min_price=901", ["TENT", "BOOT"]),
        ("min_price=2&max_price=1", []),
        ("in_stock=true", ["TENT", "BOOT"]),
        ("in_stock=false", ["TENT", "SOCK", "BOOT"]),
        ("sort=name", ["TENT", "BOOT", "SOCK"]),
        ("sort=-name", ["SOCK", "BOOT", "TENT"]),
        ("sort=price", ["SOCK", "BOOT", "TENT"]),
        ("sort=-price", ["TENT", "BOOT", "SOCK"]),
        ("sort=created_at", ["BOOT", "SOCK", "TENT"]),
        ("sort=-created_at", ["TENT", "SOCK", "BOOT"]),
        ("sort=relevance", ["TENT", "SOCK", "BOOT"]),
        ("sort=-price&q=walking", ["BOOT", "SOCK"]),
    ],
)
async def test_a_query_lists_what_it_asks_for(query: str, skus: list[str]) -> None:
    async with shop_service("product") as call:
        await stocked(call)
        assert await found(call, query) == skus


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "validation_failed"),
        ("limit=101", "validation_failed"),
        ("limit=ten", "validation_failed"),
        ("sort=colour", "validation_failed"),
        ("facets=colour", "validation_failed"),
        ("facets=category,colour", "validation_failed"),
        ("min_price=-1", "validation_failed"),
        ("max_price=1.5", "validation_failed"),
        ("max_price=99999999999999999999", "validation_failed"),
        ("max_price=9000000000000000000", "query_invalid"),
        ("in_stock=maybe", "validation_failed"),
        ("q=" + "x" * 201, "validation_failed"),
        ("q=" + "+".join("bcdefghjklm"), "query_invalid"),
        ("q=%00", "validation_failed"),
        ("&".join(f"tag={n}" for n in range(21)), "validation_failed"),
        ("cursor=x", "cursor_invalid"),
        ("cursor=" + "A" * 5000, "cursor_invalid"),
        ("ids=" + ",".join(an_id(n) for n in range(101)), "validation_failed"),
    ],
)
async def test_a_query_that_cannot_be_is_a_422(query: str, code: str) -> None:
    async with shop_service("product") as call:
        assert (await call.problem("GET", f"{PRODUCTS}?{query}", status=422))["code"] == code


async def test_a_cursor_belongs_to_its_sort_order() -> None:
    async with shop_service("product") as call:
        await stocked(call)
        cursor = (await call("GET", f"{PRODUCTS}?limit=1&sort=name")).json()["next_cursor"]
        problem = await call.problem("GET", f"{PRODUCTS}?sort=price&cursor={cursor}", status=422)
        assert problem["code"] == "cursor_invalid"


async def test_facets_count_what_matches_and_only_if_asked_for() -> None:
    async with shop_service("product") as call:
        await stocked(call)
        assert "facets" not in (await call("GET", PRODUCTS)).json()
        answer = (await call("GET", f"{PRODUCTS}?limit=1&q=walking&facets=category,tag,price")).json()
        assert len(answer["items"]) == 1
        assert answer["facets"] == {
            "category": [{"value": "Clothes", "count": 1}, {"value": "Shoes", "count": 1}],
            "tag": [{"value": "winter", "count": 2}, {"value": "leather", "count": 1}, {"value": "wool", "count": 1}],
            "price": [{"min": 0, "max": 999, "count": 1}, {"min": 10_000, "max": 24_999, "count": 1}],
        }
        assert (await call("GET", f"{PRODUCTS}?facets=tag&q=tent")).json()["facets"] == {
            "category": None, "tag": [], "price": None,
        }  # fmt: skip


async def test_a_batch_has_up_to_100_ids_ignores_the_limit_and_includes_archived_ones() -> None:
    async with shop_service("product") as call:
        made = await stocked(call)
        await call("DELETE", f"{PRODUCTS}/{made['BOOT']['id']}", None, AS_ADMIN | if_match("1.1"), status=204)
        wanted = [
            made["TENT"]["id"],
            made["BOOT"]["id"],
            MALFORMED,
            *(an_id(n, at=call.shop.clock.now()) for n in range(500, 597)),
        ]
        answer = (await call("GET", f"{PRODUCTS}?limit=1&ids={','.join(wanted)}")).json()
        assert len(wanted) == 100
        assert {item["sku"]: item["status"] for item in answer["items"]} == {"TENT": "active", "BOOT": "archived"}
        assert answer["next_cursor"] is None
        assert (await call("GET", f"{PRODUCTS}?ids=")).json()["items"] == []
        await call("GET", f"{PRODUCTS}?ids={','.join([*wanted, UNKNOWN])}", status=422)


async def test_categories_are_counted_over_what_is_for_sale() -> None:
    async with shop_service("product") as call:
        made = await stocked(call)
        await call("DELETE", f"{PRODUCTS}/{made['SOCK']['id']}", None, AS_ADMIN | if_match("1.1"), status=204)
        assert (await call("GET", "/v1/categories")).json() == {
            "items": [{"name": "Outdoor", "count": 1}, {"name": "Shoes", "count": 1}],
            "next_cursor": None,
        }
