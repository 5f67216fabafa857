"""How the operations of the cart service are called."""

from collections.abc import Mapping

from tests.security.matrix.scene import Call, Prepare, Scene


async def view_cart(scene: Scene) -> Call:
    return Call(path="/v1/cart", names=await scene.filled_cart(scene.subject.headers))


async def empty_cart(scene: Scene) -> Call:
    await scene.filled_cart(scene.subject.headers)
    return Call(path="/v1/cart")


async def add_item(scene: Scene) -> Call:
    product = await scene.product()
    body = {"product_id": product["id"], "quantity": 2}
    return Call(path="/v1/cart/items", body=body, names=product["id"])


async def set_item(scene: Scene) -> Call:
    product_id = await scene.filled_cart(scene.subject.headers)
    return Call(path=f"/v1/cart/items/{product_id}", body={"quantity": 3}, names='"quantity":3')


async def remove_item(scene: Scene) -> Call:
    return Call(path=f"/v1/cart/items/{await scene.filled_cart(scene.subject.headers)}")


async def start_guest_cart(scene: Scene) -> Call:
    return Call(path="/v1/cart/guest", names="cart_token")


async def merge_carts(scene: Scene) -> Call:
    guest = await scene.shop.guest()
    product_id = await scene.filled_cart(guest)
    return Call(path="/v1/cart/merge", body={"cart_token": guest["X-Cart-Token"]}, names=product_id)


async def get_cart(scene: Scene) -> Call:
    product_id = await scene.filled_cart(scene.owner.headers)
    return Call(path=f"/internal/v1/carts/{scene.owner.id}", names=product_id)


async def subtract_order(scene: Scene) -> Call:
    product_id = await scene.filled_cart(scene.owner.headers)
    body = {"order_id": scene.new_id(), "lines": [{"product_id": product_id, "quantity": 1}]}
    return Call(path=f"/internal/v1/carts/{scene.owner.id}/subtract", body=body)


CALLS: Mapping[str, Prepare] = {
    "GET /v1/cart": view_cart,
    "DELETE /v1/cart": empty_cart,
    "POST /v1/cart/items": add_item,
    "PUT /v1/cart/items/{product_id}": set_item,
    "DELETE /v1/cart/items/{product_id}": remove_item,
    "POST /v1/cart/guest": start_guest_cart,
    "POST /v1/cart/merge": merge_carts,
    "GET /internal/v1/carts/{customer_id}": get_cart,
    "POST /internal/v1/carts/{customer_id}/subtract": subtract_order,
}
