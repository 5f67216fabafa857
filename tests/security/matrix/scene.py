"""What an operation needs so that it has something to do: things that somebody owns, and what is sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from httpx import AsyncClient, Request

from tests.security.matrix.cast import Visitor
from tests.security.shops import Person, Shop, bearer

ADDRESS = {
    "name": "Sam Shopper",
    "line1": "12 Harbour Street",
    "city": "Bristol",
    "postal_code": "BS1 4RW",
    "country": "GB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is sent, beside the headers by which the caller is known; `names` is what a good answer has to tell of."""

    path: str
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    names: str = ""

    def request(self, http: AsyncClient, method: str, headers: Mapping[str, str]) -> Request:
        body = {"content": self.content} if self.content is not None else {"json": self.body}
        return http.build_request(method, self.path, headers={**self.headers, **headers}, **body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A shop, in which `owner` has the things that are asked for, and `subject` is who does it.

    The subject is the caller, if the rule lets them in; else somebody who might.
    """

    shop: Shop
    owner: Person
    subject: Visitor

    @property
    def account(self) -> Person:
        """The subject's account, or, if the subject has none, the owner's."""
        return self.subject.person or self.owner

    async def product(self) -> dict[str, Any]:
        return await self.shop.product(f"SKU-{self.new_id()}")

    async def address(self) -> str:
        """The id of a new address in the owner's book."""
        http = self.shop.client("user")
        made = await http.post("/v1/users/me/addresses", json=ADDRESS, headers=self.owner.headers)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def filled_cart(self, headers: Mapping[str, str]) -> str:
        """The id of the product that is in the cart now."""
        product = await self.product()
        body = {"product_id": product["id"], "quantity": 2}
        put = await self.shop.client("cart").post("/v1/cart/items", json=body, headers=headers)
        assert put.status_code == 201, put.text
        return str(product["id"])

    async def order(self) -> dict[str, Any]:
        """A confirmed order of the owner's."""
        await self.filled_cart(self.owner.headers)
        made = await self.shop.client("order").post("/v1/orders", json={}, headers=self.owner.headers)
        assert made.status_code == 201, made.text
        order: dict[str, Any] = made.json()
        return order

    async def hold(self) -> tuple[str, dict[str, Any]]:
        """The id of an order for which units are held, and its lines as they travel."""
        order_id = self.new_id()
        lines = {"lines": [{"product_id": (await self.product())["id"], "quantity": 1}]}
        headers = bearer(self.shop.service_token("order", "product"))
        put = await self.shop.client("product").put(f"/internal/v1/holds/{order_id}", json=lines, headers=headers)
        assert put.status_code == 204, put.text
        return order_id, lines

    def new_id(self) -> str:
        return self.shop.new_id()


Prepare = Callable[[Scene], Awaitable[Call]]
