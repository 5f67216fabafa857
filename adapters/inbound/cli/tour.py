"""`shop tour`: one customer's visit to a running shop, from registering to cancelling an order, each step checked."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.transcript import Transcript

PATIENCE = 10.0
"""Seconds within which what follows a decision (a cart emptied, units given back) must be seen."""
_ADDRESS = {
    "name": "Terry Tourist",
    "line1": "1 Harbour Street",
    "city": "Portsmouth",
    "postal_code": "PO1 3AX",
    "country": "GB",
}


class Tour:
    """The steps in order; each raises CommandFailed at the first answer that is not as it should be."""

    def __init__(
        self, http: httpx.Client, console: Console, *, program: str = "shop", patience: float = PATIENCE
    ) -> None:
        """`program` is what a person types for the command `shop`."""
        self._http = http
        self._transcript = Transcript(console)
        self._program = program
        self._patience = patience
        self._title = ""
        self._token = ""

    def play(self) -> None:
        self._knock()
        self._sign_up()
        products = self._choose()
        total = self._fill_cart(products)
        order_id = self._order(total)
        self._look_back(order_id, products, total)
        self._cancel(order_id, products)

    def _knock(self) -> None:
        """Raises: CommandFailed if no shop answers."""
        answer = self._send("GET", "/v1/products?limit=1", headers={})
        try:
            shop = answer.status_code == 200 and "items" in answer.json()
        except ValueError:
            shop = False
        if not shop:
            raise CommandFailed(
                f"No shop that is well answers at {self._http.base_url}: GET /v1/products got {answer.status_code}."
                f" Start one by `{self._program} up`, or name it by --url."
            )

    def _sign_up(self) -> None:
        email, password = f"tourist-{uuid4().hex[:12]}@example.com", f"a tour of {uuid4().hex[:8]}"
        self._step("Register")
        account = {"email": email, "password": password, "name": "Terry Tourist"}
        user = self._call("POST", "/v1/users", body=account, status=201)
        self._same("email", email, user["email"])
        self._step("Log in")
        session = self._call("POST", "/v1/auth/login", body={"email": email, "password": password}, status=200)
        self._same("token_type", "Bearer", session["token_type"])
        self._token = session["access_token"]
        self._transcript.remember("TOKEN", self._token, member="access_token")

    def _choose(self) -> list[tuple[dict[str, Any], int]]:
        """Two products, and how many of each."""
        self._step("Search for a mug that is in stock, the cheapest first")
        found = self._call("GET", "/v1/products?q=mug&in_stock=true&sort=price&limit=5", status=200)["items"]
        found = [product for product in found if product["available"] >= 2]
        if len(found) < 2:
            raise self._wrong(
                "two products for `mug` with two units each",
                f"{len(found)}; the tour needs the demo catalogue, which `shop up` makes unless told --no-seed",
            )
        prices = [product["price"]["amount"] for product in found]
        self._same("the order of prices", sorted(prices), prices)
        self._step("Look at one of them")
        product = self._call("GET", f"/v1/products/{found[0]['id']}", status=200)
        self._same("name", found[0]["name"], product["name"])
        return [(product, 2), (found[1], 1)]

    def _fill_cart(self, products: list[tuple[dict[str, Any], int]]) -> dict[str, Any]:
        """What the cart comes to."""
        for product, quantity in products:
            self._step(f"Put {quantity} of {product['name']} into the cart")
            self._call("POST", "/v1/cart/items", body={"product_id": product["id"], "quantity": quantity}, status=201)
        self._step("See the cart")
        cart = self._call("GET", "/v1/cart", status=200)
        amount = sum(product["price"]["amount"] * quantity for product, quantity in products)
        total = {"amount": amount, "currency": products[0][0]["price"]["currency"]}
        self._same("total", total, cart["total"])
        return total

    def _order(self, total: dict[str, Any]) -> str:
        key = f"tour-{uuid4()}"
        body = {"shipping_address": _ADDRESS, "expected_total": total}
        self._step("Order what is in it")
        order = self._call("POST", "/v1/orders", body=body, headers={"Idempotency-Key": key}, status=201)
        self._same("status", "confirmed", order["status"])
        self._same("total", total, order["total"])
        self._step("Order again by the same key, as after a lost answer: it is the same order")
        again = self._call(
            "POST",
            "/v1/orders",
            body=body,
            headers={"Idempotency-Key": key},
            status=201,
            answered={"Idempotent-Replayed": "true"},
        )
        self._same("id", order["id"], again["id"])
        return str(order["id"])

    def _look_back(self, order_id: str, products: list[tuple[dict[str, Any], int]], total: dict[str, Any]) -> None:
        self._step("See the order")
        order = self._call("GET", f"/v1/orders/{order_id}", status=200)
        lines = {line["product_id"]: line["quantity"] for line in order["lines"]}
        self._same("lines", {product["id"]: quantity for product, quantity in products}, lines)
        self._same("total", total, order["total"])
        self._step("The cart is empty again")
        self._until("GET", "/v1/cart", "items", [], lambda cart: cart["items"])
        product, quantity = products[0]
        self._step(f"{quantity} fewer of {product['name']} are available")
        left = product["available"] - quantity
        self._until("GET", f"/v1/products/{product['id']}", "available", left, lambda now: now["available"])

    def _cancel(self, order_id: str, products: list[tuple[dict[str, Any], int]]) -> None:
        self._step("Cancel the order")
        order = self._call("POST", f"/v1/orders/{order_id}/cancel", status=200)
        self._same("status", "cancelled", order["status"])
        for product, _ in products:
            self._step(f"The units of {product['name']} came back")
            path = f"/v1/products/{product['id']}"
            self._until("GET", path, "available", product["available"], lambda now: now["available"])

    def _step(self, title: str) -> None:
        self._title = title
        self._transcript.step(title)

    def _call(
        self,
        method: str,
        path: str,
        *,
        status: int,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        answered: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer's JSON. Raises: CommandFailed if its status or a header in `answered` is another."""
        shown = {**self._authorization(), **(headers or {})}
        answer = self._send(method, path, body=body, headers=shown)
        self._transcript.call(answer, body, shown, show=tuple(answered or ()))
        if answer.status_code != status:
            raise self._wrong(f"status {status}", answer.status_code)
        for name, value in (answered or {}).items():
            self._same(name, value, answer.headers.get(name))
        return answer.json()

    def _until(self, method: str, path: str, what: str, expected: object, got: Callable[[Any], object]) -> None:
        """Asks until the answer is as expected, and shows the last."""
        until = time.monotonic() + self._patience
        while True:
            answer = self._send(method, path, headers=self._authorization())
            if time.monotonic() > until or (answer.is_success and got(answer.json()) == expected):
                break
            time.sleep(0.1)
        self._same(what, expected, got(self._call(method, path, status=200)))

    def _send(self, method: str, path: str, *, headers: Mapping[str, str], body: object = None) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body, headers=dict(headers))
        except httpx.TransportError as error:
            raise CommandFailed(
                f"No shop answers at {self._http.base_url} ({error}). Start one by `{self._program} up`,"
                " or name it by --url."
            ) from error

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _same(self, what: str, expected: object, got: object) -> None:
        if got != expected:
            raise self._wrong(f"{what} {expected}", got)

    def _wrong(self, expected: str, got: object) -> CommandFailed:
        return CommandFailed(f"The tour stopped at '{self._title}': expected {expected}, got {got}.")


def tour(url: str, console: Console, program: str) -> None:
    """Plays the tour against the shop at `url`. Raises: CommandFailed."""
    # No proxy of the environment: the shop to tour is one's own.
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
        Tour(http, console, program=program).play()
    console.print("\nEvery step was as it should be.", style="bold green")
