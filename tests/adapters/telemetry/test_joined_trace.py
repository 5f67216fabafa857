"""A checkout is one trace, through all four services and down to the database."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from tests.adapters.telemetry.traced import TracedShop, parents, traced_shop
from tests.database import mongo_url

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"

CHECKOUT = {
    ("order: POST /v1/orders", ""),
    ("order: place_order", "order: POST /v1/orders"),
    ("order: GET cart", "order: place_order"),
    ("cart: GET /internal/v1/carts/{customer_id}", "order: GET cart"),
    ("cart: get_cart", "cart: GET /internal/v1/carts/{customer_id}"),
    ("order: GET user", "order: place_order"),
    ("user: GET /internal/v1/users/{id}/addresses/{address_id}", "order: GET user"),
    ("user: get_address", "user: GET /internal/v1/users/{id}/addresses/{address_id}"),
    ("order: GET product", "order: place_order"),
    ("product: GET /v1/products", "order: GET product"),
    ("order: PUT product", "order: place_order"),
    ("product: PUT /internal/v1/holds/{order_id}", "order: PUT product"),
    ("product: take_hold", "product: PUT /internal/v1/holds/{order_id}"),
    ("order: POST cart", "order: place_order"),
    ("cart: POST /internal/v1/carts/{customer_id}/subtract", "order: POST cart"),
    ("cart: subtract_order", "cart: POST /internal/v1/carts/{customer_id}/subtract"),
}
IN_MONGO = {
    ("order: insert orders", "order: place_order"),
    ("order: update orders", "order: place_order"),
    ("cart: find carts", "cart: get_cart"),
    ("cart: update carts", "cart: subtract_order"),
    ("user: find users", "user: get_address"),
    ("product: find products", "product: get_products"),
    ("product: update products", "product: take_hold"),
}


async def checked_out(shop: TracedShop, flags: str) -> None:
    headers, address_id = await shop.ready_to_order()
    headers = {**headers, "traceparent": f"00-{TRACE}-{CALLER}-{flags}"}
    placed = await shop.clients["order"].post("/v1/orders", json={"address_id": address_id}, headers=headers)
    assert placed.status_code == 201, placed.text


def of_the_trace(spans: list[ReadableSpan]) -> list[ReadableSpan]:
    return [span for span in spans if span.context and f"{span.context.trace_id:032x}" == TRACE]


@pytest.mark.parametrize("store", ["memory", "mongo"])
async def test_a_checkout_is_one_trace_through_four_services(store: str) -> None:
    async with traced_shop(ratio=0.0, store=store, mongo_url=mongo_url() if store == "mongo" else "") as shop:
        await checked_out(shop, "01")
    spans = of_the_trace(shop.spans)
    seen = parents(spans)
    assert (CHECKOUT | (IN_MONGO if store == "mongo" else set())) - set(seen) == set()
    assert {span.resource.attributes["service.name"] for span in spans} == {"order", "cart", "product", "user"}
    first, *others = seen
    assert first == ("order: POST /v1/orders", "")
    assert spans[0].parent is not None
    assert f"{spans[0].parent.span_id:016x}" == CALLER
    assert all(parent for _, parent in others), "a span has lost its parent"
    assert [span.name for span in shop.spans if span not in spans] == [], "what nobody asked for was recorded"


async def test_of_a_trace_that_its_caller_does_not_record_nothing_is() -> None:
    async with traced_shop(ratio=1.0) as shop:
        await checked_out(shop, "00")
    assert of_the_trace(shop.spans) == []
    assert {span.resource.attributes["service.name"] for span in shop.spans} == {"order", "cart", "product", "user"}


@pytest.mark.parametrize("malformed", ["", "00-xyz-1-01", f"00-{'0' * 32}-{CALLER}-01", f"ff-{TRACE}-{CALLER}-01"])
async def test_a_malformed_traceparent_begins_another_trace(malformed: str) -> None:
    async with traced_shop(ratio=1.0) as shop:
        await shop.clients["product"].get("/v1/products", headers={"traceparent": malformed})
    (asked,) = [span for span in shop.spans if span.name == "GET /v1/products"]
    assert asked.parent is None
    assert of_the_trace(shop.spans) == []


async def test_each_round_of_work_is_a_trace_of_its_own() -> None:
    async with traced_shop(ratio=1.0, worker_seconds=0.05) as shop:
        await shop.ready_to_order()
    seen = dict(parents(shop.told["order"].spans))
    assert seen["order: resume_orders"] == "order: resume_orders round"
    rounds = [span for span in shop.spans if span.name == "resume_orders round"]
    assert len(rounds) > 1
    assert all(span.parent is None for span in rounds)
    assert len({span.context.trace_id for span in rounds if span.context}) == len(rounds)
