"""What tests of the import of products send, and how they see what became of it."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from httpx import Response

from tests.adapters.web.conformity import assert_conforms
from tests.adapters.web.sample import started
from tests.adapters.web.shop_service import AS_ADMIN, shop_app, usd_json
from tests.core.order.shop import Shop

PATH = "/v1/products/import"
NDJSON = {**AS_ADMIN, "Content-Type": "application/x-ndjson"}
Content = bytes | AsyncIterator[bytes]


def line(sku: str = "BOOT", /, **changes: Any) -> bytes:
    product = {"sku": sku, "name": "Boot", "category": "Shoes", "price": usd_json(4_900), "stock": 3}
    return json.dumps({name: value for name, value in {**product, **changes}.items() if value is not ...}).encode()


async def sent(app: FastAPI, content: Content, **headers: str) -> Response:
    async with started(app) as http:
        response = await http.post(PATH, content=content, headers={**NDJSON, **headers})
    assert_conforms(app, response)
    return response


async def imported(content: Content, shop: Shop | None = None) -> Any:
    """The answer to a body that is an import."""
    response = await sent(shop_app("product", shop or Shop()), content)
    assert response.status_code == 200, response.text
    return response.json()


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def skus(shop: Shop) -> dict[str, int]:
    """The units of each product."""
    page, _ = await shop.calm.product.search_products(sort="created_at", limit=100, after=None)
    return {listing.product.details.sku: listing.available for listing in page.items}
