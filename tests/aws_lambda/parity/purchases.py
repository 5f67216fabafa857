"""What is done with carts and orders: from a guest's first look to delivery, and everything that stops an order."""

from tests.aws_lambda.parity.asking import Asking, Away
from tests.security.matrix.scene import ADDRESS

ITEMS = "/v1/cart/items"


def purchases(ask: Asking) -> None:
    _carts(ask)
    _orders(ask)
    _stopped(ask)
    _later(ask)


def _carts(ask: Asking) -> None:
    hat, ann = ask.product("HAT"), ask.person("ann").headers
    ask("no cart yet", "cart", "GET /v1/cart", headers=ann)
    token = ask.made("a guest's cart", "cart", "POST /v1/cart/guest", status=201)["cart_token"]
    guest = {"X-Cart-Token": token}
    ask.puts("a guest takes a hat", hat, guest, 2)
    ask("a guest's hat", "cart", "GET /v1/cart", headers=guest)
    too_many = {"product_id": hat["id"], "quantity": 99}
    ask("too many hats", "cart", f"POST {ITEMS}", body=too_many, headers=guest)
    ask("more hats than there are", "cart", f"PUT {ITEMS}/{hat['id']}", body={"quantity": 99}, headers=guest)
    ask("three hats", "cart", f"PUT {ITEMS}/{hat['id']}", body={"quantity": 3}, headers=guest)
    ask("a hat of nowhere", "cart", f"POST {ITEMS}", body={**too_many, "product_id": ask.people["ann"].id}, headers=ann)
    ask("carts become one", "cart", "POST /v1/cart/merge", body={"cart_token": token}, headers=ann)
    ask("once more", "cart", "POST /v1/cart/merge", body={"cart_token": token}, headers=ann)
    bob = ask.person("bob").headers
    ask("by somebody else", "cart", "POST /v1/cart/merge", body={"cart_token": token}, headers=bob)
    ask("a cart that was merged", "cart", "GET /v1/cart", headers=guest)
    ask("nothing more into it", "cart", f"POST {ITEMS}", body={"product_id": hat["id"], "quantity": 1}, headers=guest)
    ask("nor other numbers", "cart", f"PUT {ITEMS}/{hat['id']}", body={"quantity": 1}, headers=guest)
    ask("nothing out of it", "cart", f"DELETE {ITEMS}/{hat['id']}", headers=guest)
    ask("nor all of it", "cart", "DELETE /v1/cart", headers=guest)
    ask("both tokens", "cart", "GET /v1/cart", headers={**ann, **guest})
    ask("no hat", "cart", f"DELETE {ITEMS}/{hat['id']}", headers=ann)
    ask("no cart", "cart", "DELETE /v1/cart", headers=ann)


def _orders(ask: Asking) -> None:
    cap, ann = ask.product("CAP"), ask.person("ann").headers
    ask("an empty cart", "order", "POST /v1/orders", body={}, headers=ann)
    ask.puts("ann takes a cap", cap, ann)
    keyed = {**ann, "Idempotency-Key": "a-key"}
    body = {"shipping_address": ADDRESS}
    order = ask.made("an order", "order", "POST /v1/orders", body=body, headers=keyed, status=201)
    ask("the order again", "order", "POST /v1/orders", body=body, headers=keyed)
    ask("another by the same key", "order", "POST /v1/orders", body={}, headers=keyed)
    ask.puts("ann takes another cap", cap, ann)
    second = ask.made("an order without a body", "order", "POST /v1/orders", headers=ann, status=201)
    first = ask.made("orders", "order", "GET /v1/orders?limit=1", headers=ann, status=200)
    ask("orders behind it", "order", f"GET /v1/orders?limit=1&cursor={first['next_cursor']}", headers=ann)
    ask("all orders", "order", "GET /v1/orders?status=confirmed", headers=ask.admin)
    ask("one order", "order", f"GET /v1/orders/{order['id']}", headers=ann)
    ask("one order's head", "order", f"HEAD /v1/orders/{order['id']}", headers=ann)
    ask("another's order", "order", f"GET /v1/orders/{order['id']}", headers=ask.person("bob").headers)
    ask("all orders of another", "order", f"GET /v1/orders?customer_id={ask.people['bob'].id}", headers=ann)
    stale = {**ann, "If-Match": '"99"'}
    ask("a stale end of an order", "order", f"POST /v1/orders/{order['id']}/cancel", headers=stale)
    ask("the end of an order", "order", f"POST /v1/orders/{order['id']}/cancel", headers=ann)
    ask("its end again", "order", f"POST /v1/orders/{order['id']}/cancel", headers=ann)
    path = f"/v1/orders/{second['id']}"
    ask("delivered too early", "order", f"PATCH {path}", body={"status": "delivered"}, headers=ask.admin)
    ask("shipped", "order", f"PATCH {path}", body={"status": "shipped", "note": "\u2028"}, headers=ask.admin)
    ask("shipped, and cancelled", "order", f"POST {path}/cancel", headers=ann)
    ask("delivered", "order", f"PATCH {path}", body={"status": "delivered"}, headers=ask.admin)


def _stopped(ask: Asking) -> None:
    bob = ask.person("bob").headers
    scarf = ask.product("SCARF", stock=1)
    ask.puts("bob takes a scarf", scarf, bob)
    other = {"expected_total": {"amount": 1, "currency": "USD"}}
    ask("another total", "order", "POST /v1/orders", body=other, headers=bob)
    ask("another cart", "order", "POST /v1/orders", body={"cart_version": 99}, headers=bob)
    nowhere = {"address_id": ask.people["bob"].id}
    ask("to an unknown address", "order", "POST /v1/orders", body=nowhere, headers=bob)
    lost = {"delta": -1, "reason": "lost"}
    ask.made(
        "the scarf is lost",
        "product",
        f"POST /v1/products/{scarf['id']}/stock-adjustments",
        body=lost,
        headers=ask.admin,
        status=200,
    )
    ask("out of stock", "order", "POST /v1/orders", body={}, headers=bob)


def _later(ask: Asking) -> None:
    """While the stock cannot be asked, an order is neither confirmed nor refused."""
    zoe, glove = ask.person("zoe").headers, ask.product("GLOVE")
    ask.puts("zoe takes a glove", glove, zoe)
    with Away(ask, "product.stocks.take"):
        ask("an order for later", "order", "POST /v1/orders", body={}, headers=zoe)
    ask("a pending order", "order", "GET /v1/orders", headers=zoe)
