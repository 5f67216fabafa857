"""How the operations of the order service are called."""

from collections.abc import Mapping

from tests.security.matrix.scene import ADDRESS, Call, Prepare, Scene


async def place_order(scene: Scene) -> Call:
    product_id = await scene.filled_cart(scene.subject.headers)
    return Call(path="/v1/orders", body={"shipping_address": ADDRESS}, names=product_id)


async def list_orders(scene: Scene) -> Call:
    await scene.order()
    return Call(path="/v1/orders", names='"items"')


async def get_order(scene: Scene) -> Call:
    order = await scene.order()
    return Call(path=f"/v1/orders/{order['id']}", names=order["number"])


async def cancel_order(scene: Scene) -> Call:
    order = await scene.order()
    return Call(path=f"/v1/orders/{order['id']}/cancel", names='"cancelled"')


async def change_status(scene: Scene) -> Call:
    order = await scene.order()
    return Call(path=f"/v1/orders/{order['id']}", body={"status": "shipped"}, names='"shipped"')


async def list_all_orders(scene: Scene) -> Call:
    await scene.order()
    return Call(path="/internal/v1/orders", names='"todos"')


CALLS: Mapping[str, Prepare] = {
    "POST /v1/orders": place_order,
    "GET /v1/orders": list_orders,
    "GET /v1/orders/{id}": get_order,
    "POST /v1/orders/{id}/cancel": cancel_order,
    "PATCH /v1/orders/{id}": change_status,
    "GET /internal/v1/orders": list_all_orders,
}
