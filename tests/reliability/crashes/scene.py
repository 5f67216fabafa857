"""A shop in which something happens: what customers put into carts, what they were answered, and what lasts."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.cart.errors import CartNotFound
from core.cart.model import Cart, Owner
from core.order.errors import CartChanged, OrderCancelled, OutOfStock
from core.order.model import Order
from core.order.use_cases.place import Placement
from core.shared.errors import ShopError
from tests.core.order.orders import ALICE, BOB
from tests.core.order.shop import Services, Shop

UNITS, QUANTITY, PRICE = 10, 2, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client was told: `key` is that of a request for an order."""

    key: str | None
    outcome: object

    @property
    def order_id(self) -> str | None:
        """The order it was answered from; `None` if there was none yet."""
        match self.outcome:
            case Placement(order=order) | (Order() as order):
                return order.id
            case OutOfStock() | CartChanged() | OrderCancelled() as refusal:
                return str(refusal.facts["order_id"]) if "order_id" in refusal.facts else None
        return None


class Scene:
    """One shop with its people: `put` is what each has put into a cart, less what they took out themselves."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.products: list[str] = []
        self.put: dict[str, Counter[str]] = {ALICE: Counter(), BOB: Counter()}
        self.guest: Counter[str] = Counter()
        self.token: str | None = None
        self.version = 0
        self.answers: list[Answer] = []

    async def fill(self, products: int) -> None:
        """Sell so many products, and put some of each into Alice's cart, which she looks at."""
        for _ in range(products):
            self.products.append(await self.shop.sell(UNITS, price=PRICE))
            await self.add(self.products[-1], QUANTITY)
        await self.look()

    async def look(self) -> None:
        """Alice sees her cart, at its version."""
        self.version = await self.shop.cart_version()

    async def add(self, product_id: str, quantity: int) -> None:
        await self.shop.put(product_id, quantity)
        self.put[ALICE][product_id] += quantity

    async def take_out(self, product_id: str) -> None:
        await self.shop.calm.cart.remove_item(owner=Owner.customer(ALICE), product_id=product_id)
        del self.put[ALICE][product_id]

    async def add_as_guest(self, product_id: str, quantity: int) -> None:
        if self.token is None:
            self.token = await self.shop.calm.cart.start_guest_cart()
        await self.shop.calm.cart.add_item(owner=Owner.guest(self.token), product_id=product_id, quantity=quantity)
        self.guest[product_id] += quantity

    async def place(self, services: Services, *, key: str | None = None, **request: Any) -> None:
        try:
            outcome: object = await services.place(key=key, **request)
        except ShopError as refusal:
            outcome = refusal
        self.answers.append(Answer(key=key, outcome=outcome))

    async def merge(self, services: Services, *, customer_id: str = ALICE) -> None:
        assert self.token is not None
        try:
            outcome: object = await services.cart.merge_carts(customer_id=customer_id, token=self.token)
        except ShopError as refusal:
            outcome = refusal
        self.answers.append(Answer(key=None, outcome=outcome))

    async def cart(self, owner: Owner) -> Cart | None:
        try:
            return await self.shop.carts.get(owner)
        except CartNotFound:
            return None

    async def carts(self) -> list[Cart]:
        owners = [Owner.customer(ALICE), Owner.customer(BOB), *([Owner.guest(self.token)] if self.token else [])]
        return [cart for owner in owners if (cart := await self.cart(owner)) is not None]

    async def lasting(self) -> str:
        """All that what comes next can depend on: the stores, the time, what was told, and what clients know."""
        stocks = await self.shop.products.stocks.list(limit=100, after=None)
        answers = [(answer.key, answer.order_id, repr(answer.outcome)) for answer in self.answers]
        orders, carts = await self.shop.every_order(), await self.carts()
        told = self.shop.publisher.told
        return repr((orders, carts, stocks, told, self.shop.clock.now(), answers, self.put, self.guest))
