"""How the operations of the product service are called."""

import json
from collections.abc import Mapping

from tests.security.matrix.scene import Call, Prepare, Scene
from tests.security.shops import product_json


async def list_products(scene: Scene) -> Call:
    product = await scene.product()
    return Call(path="/v1/products", names=product["id"])


async def add_product(scene: Scene) -> Call:
    sku = f"NEW-{scene.new_id()}"
    return Call(path="/v1/products", body=product_json(sku), names=sku)


async def get_product(scene: Scene) -> Call:
    product = await scene.product()
    return Call(path=f"/v1/products/{product['id']}", names=product["sku"])


async def replace_product(scene: Scene) -> Call:
    product = await scene.product()
    body = product_json(product["sku"], name="Rubber boots")
    del body["stock"]
    return Call(path=f"/v1/products/{product['id']}", body=body, headers=_if_match(product), names="Rubber boots")


async def change_product(scene: Scene) -> Call:
    product = await scene.product()
    body = {"price": {"amount": 1}}
    return Call(path=f"/v1/products/{product['id']}", body=body, headers=_if_match(product), names='"amount":1,')


async def archive_product(scene: Scene) -> Call:
    product = await scene.product()
    return Call(path=f"/v1/products/{product['id']}", headers=_if_match(product))


async def adjust_stock(scene: Scene) -> Call:
    product = await scene.product()
    body = {"delta": 7, "reason": "found"}
    return Call(path=f"/v1/products/{product['id']}/stock-adjustments", body=body, names='"available":12')


async def import_products(scene: Scene) -> Call:
    line = json.dumps(product_json(f"IMPORTED-{scene.new_id()}")).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    return Call(path="/v1/products/import", content=line, headers=headers, names='"created":1')


async def list_categories(scene: Scene) -> Call:
    product = await scene.product()
    return Call(path="/v1/categories", names=product["category"])


async def take_hold(scene: Scene) -> Call:
    lines = {"lines": [{"product_id": (await scene.product())["id"], "quantity": 1}]}
    return Call(path=f"/internal/v1/holds/{scene.new_id()}", body=lines)


async def release_hold(scene: Scene) -> Call:
    order_id, lines = await scene.hold()
    return Call(path=f"/internal/v1/holds/{order_id}/release", body=lines)


async def settle_hold(scene: Scene) -> Call:
    order_id, lines = await scene.hold()
    return Call(path=f"/internal/v1/holds/{order_id}/settle", body=lines)


async def list_stock(scene: Scene) -> Call:
    await scene.hold()
    return Call(path="/internal/v1/stock", names='"holds"')


def _if_match(product: Mapping[str, object]) -> Mapping[str, str]:
    return {"If-Match": f'"{product["version"]}"'}


CALLS: Mapping[str, Prepare] = {
    "GET /v1/products": list_products,
    "POST /v1/products": add_product,
    "GET /v1/products/{id}": get_product,
    "PUT /v1/products/{id}": replace_product,
    "PATCH /v1/products/{id}": change_product,
    "DELETE /v1/products/{id}": archive_product,
    "POST /v1/products/{id}/stock-adjustments": adjust_stock,
    "POST /v1/products/import": import_products,
    "GET /v1/categories": list_categories,
    "PUT /internal/v1/holds/{order_id}": take_hold,
    "POST /internal/v1/holds/{order_id}/release": release_hold,
    "POST /internal/v1/holds/{order_id}/settle": settle_hold,
    "GET /internal/v1/stock": list_stock,
}
