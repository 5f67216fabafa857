"""A shop of a few dozen lines that answers as the real one does where the command `shop` asks it."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

MUG = {"id": "mug-1", "name": "Mug", "price": {"amount": 500, "currency": "USD"}, "available": 9}
BIG_MUG = {"id": "mug-2", "name": "Big mug", "price": {"amount": 900, "currency": "USD"}, "available": 9}


class FakeShop:
    """Keeps accounts, two products, and one customer's cart and order. Its methods are there to be got wrong."""

    admins = frozenset({"admin@example.com"})

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.added: list[dict[str, Any]] = []
        self.products: dict[str, dict[str, Any]] = {"mug-1": {**MUG}, "mug-2": {**BIG_MUG}}
        self.cart: dict[str, int] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    def http(self) -> httpx.Client:
        return httpx.Client(base_url="http://shop.test", transport=httpx.MockTransport(self.answer))

    def async_http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url="http://shop.test", transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        asked = f"{request.method} {request.url.path}"
        self.asked.append(asked)
        answers: tuple[tuple[str, Callable[[re.Match[str]], httpx.Response]], ...] = (
            (r"POST /v1/users", lambda _: self.register(**json.loads(request.content))),
            (r"POST /v1/auth/login", lambda _: self.login(**json.loads(request.content))),
            (r"POST /v1/products", lambda _: self.add_product(request.content, request.headers["Authorization"])),
            (r"GET /v1/products", lambda _: httpx.Response(200, json={"items": list(self.products.values())})),
            (r"GET /v1/products/(.+)", lambda found: httpx.Response(200, json=self.products[found[1]])),
            (r"GET /v1/cart", lambda _: self.see_cart()),
            (r"POST /v1/cart/items", lambda _: self.add(**json.loads(request.content))),
            (r"POST /v1/orders", lambda _: self.order(request.headers["Idempotency-Key"])),
            (r"GET /v1/orders/.+", lambda _: httpx.Response(200, json=next(iter(self.orders.values())))),
            (r"POST /v1/orders/.+/cancel", lambda _: self.cancel(next(iter(self.orders.values())))),
        )
        for pattern, answer in answers:
            if found := re.fullmatch(pattern, asked):
                return answer(found)
        return httpx.Response(404, json={"code": "not_found"})

    def register(self, email: str, password: str, name: str) -> httpx.Response:
        if email in self.passwords:
            return httpx.Response(409, json={"code": "email_taken"})
        self.passwords[email] = password
        return httpx.Response(201, json={"id": str(uuid4()), "email": email, "name": name})

    def login(self, email: str, password: str) -> httpx.Response:
        if self.passwords.get(email) != password:
            return httpx.Response(401, json={"code": "credentials_wrong"})
        return httpx.Response(200, json={"access_token": f"token of {email}", "token_type": "Bearer"})

    def add_product(self, body: bytes, authorization: str) -> httpx.Response:
        if authorization.removeprefix("Bearer token of ") not in self.admins:
            return httpx.Response(403, json={"code": "forbidden"})
        product = json.loads(body)
        if any(known["sku"] == product["sku"] for known in self.added):
            return httpx.Response(409, json={"code": "sku_taken"})
        self.added.append(product)
        return httpx.Response(201, json=product)

    def see_cart(self) -> httpx.Response:
        items = [{"product_id": id, "quantity": quantity} for id, quantity in self.cart.items()]
        return httpx.Response(200, json={"items": items, "total": self.total()})

    def add(self, product_id: str, quantity: int) -> httpx.Response:
        self.cart[product_id] = quantity
        return httpx.Response(201, json={"total": self.total()})

    def order(self, key: str) -> httpx.Response:
        if key in self.orders:
            return httpx.Response(201, json=self.orders[key], headers={"Idempotent-Replayed": "true"})
        lines = [{"product_id": id, "quantity": quantity} for id, quantity in self.cart.items()]
        self.orders[key] = {"id": str(uuid4()), "status": "confirmed", "lines": lines, "total": self.total()}
        for id, quantity in self.cart.items():
            self.products[id]["available"] -= quantity
        self.cart = {}
        return httpx.Response(201, json=self.orders[key])

    def cancel(self, order: dict[str, Any]) -> httpx.Response:
        order["status"] = "cancelled"
        for line in order["lines"]:
            self.products[line["product_id"]]["available"] += line["quantity"]
        return httpx.Response(200, json=order)

    def total(self) -> dict[str, Any]:
        amount = sum(self.products[id]["price"]["amount"] * quantity for id, quantity in self.cart.items())
        return {"amount": amount, "currency": "USD"}
