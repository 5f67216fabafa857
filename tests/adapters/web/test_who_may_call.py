"""Every route of the product, cart and order services: who may call it, and that nobody else learns a thing."""

import re

import pytest

from tests.adapters.web.conformity import operations
from tests.adapters.web.sample import bearer
from tests.adapters.web.shop_service import shop_app, shop_service
from tests.builders import an_id
from tests.core.order.shop import Shop

WHO = {
    "product": {
        "GET /v1/products": "anyone",
        "POST /v1/products": "admin",
        "POST /v1/products/import": "admin",
        "GET /v1/products/{id}": "anyone",
        "PUT /v1/products/{id}": "admin",
        "PATCH /v1/products/{id}": "admin",
        "DELETE /v1/products/{id}": "admin",
        "POST /v1/products/{id}/stock-adjustments": "admin",
        "GET /v1/categories": "anyone",
        "PUT /internal/v1/holds/{order_id}": "order",
        "POST /internal/v1/holds/{order_id}/release": "order",
        "POST /internal/v1/holds/{order_id}/settle": "order",
        "GET /internal/v1/stock": "audit",
    },
    "cart": {
        "GET /v1/cart": "customer",
        "DELETE /v1/cart": "customer",
        "POST /v1/cart/items": "customer",
        "PUT /v1/cart/items/{product_id}": "customer",
        "DELETE /v1/cart/items/{product_id}": "customer",
        "POST /v1/cart/guest": "anyone",
        "POST /v1/cart/merge": "customer",
        "GET /internal/v1/carts/{customer_id}": "order",
        "POST /internal/v1/carts/{customer_id}/subtract": "order",
    },
    "order": {
        "POST /v1/orders": "customer",
        "GET /v1/orders": "customer",
        "GET /v1/orders/{id}": "customer",
        "POST /v1/orders/{id}/cancel": "customer",
        "PATCH /v1/orders/{id}": "admin",
        "GET /internal/v1/orders": "audit",
    },
}
NOT_ONE_OF_OURS = dict.fromkeys(("", "forged"), 401)
NO_PERSON = dict.fromkeys(("order-service", "cart-service", "audit-service"), 401)
NO_SERVICE = dict.fromkeys(("alice", "admin"), 401)
REFUSED = {
    "anyone": {},
    "customer": NOT_ONE_OF_OURS | NO_PERSON,
    "admin": NOT_ONE_OF_OURS | NO_PERSON | {"alice": 403},
    "order": NOT_ONE_OF_OURS | NO_SERVICE | {"cart-service": 403, "audit-service": 403},
    "audit": NOT_ONE_OF_OURS | NO_SERVICE | {"cart-service": 403, "order-service": 403},
}
"""The status by which each token is refused."""
TOKENS = ("", "forged", "alice", "admin", "order-service", "cart-service", "audit-service")


@pytest.mark.parametrize("service", WHO)
def test_the_table_has_every_route(service: str) -> None:
    assert {f"{method} {path}" for method, path in operations(shop_app(service, Shop()))} == set(WHO[service])


@pytest.mark.parametrize(("service", "route"), [(service, route) for service in WHO for route in WHO[service]])
async def test_a_route_takes_its_callers_and_nobody_else(service: str, route: str) -> None:
    method, path = route.split(" ")
    concrete = re.sub(r"\{\w+\}", an_id(9), path)
    found: dict[str, int] = {}
    async with shop_service(service) as call:
        for token in TOKENS:
            response = await call.http.request(method, concrete, headers=bearer(token) if token else {}, content=b"{")
            if response.status_code in (401, 403):
                found[token] = response.status_code
                assert (response.headers.get("WWW-Authenticate") == "Bearer") == (response.status_code == 401)
                assert response.headers["Cache-Control"] == "no-store"
    assert found == REFUSED[WHO[service][route]]
