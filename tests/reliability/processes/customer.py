"""A customer in a race for few units, who keeps a book of what they did and were told."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from tests.reliability.processes.persistent import Persistent, Tally

SETTLED_WITHIN = 90.0
"""Seconds in which a cart must come to be what it should: some rounds of the worker, also after a minute's outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Ids of products: few units of each that is scarce, many of all others."""

    scarce: Sequence[str]
    plenty: Sequence[str]
    late: Sequence[str]


class Racer:
    """Buys, round by round; `told` is what was last said of each order, `answers` the orders that answered each key."""

    def __init__(self, buyer: Persistent, shelf: Shelf, tally: Tally, chance: random.Random) -> None:
        self.buyer = buyer
        self.cart = Counter[str]()
        self.told: dict[str, str] = {}
        self.bought: dict[str, Mapping[str, int]] = {}
        self.answers: dict[str, set[str]] = {}
        self.refused = 0
        self._shelf = shelf
        self._tally = tally
        self._chance = chance
        self._numbers = count()

    async def buy(self) -> None:
        """One round: more goes into the cart than can be had, is ordered, and perhaps called off."""
        chance = self._chance
        for product in (chance.choice(self._shelf.scarce), chance.choice(self._shelf.plenty)):
            if not self.cart[product]:
                await self._put(product, chance.randint(1, 2))
        late = chance.choice(self._shelf.late)
        added: bool | None = False
        if chance.random() < 0.5 and not self.cart[late]:
            version = (await self.contents())["version"]
            order, answer = await asyncio.gather(self._order(), self._add(late, 1, version))
            added = None if answer is None else answer.status_code == 201
        else:
            order = await self._order()
        await self._settle(self.bought[order] if order else {}, late, added)
        if order and chance.random() < 0.3:
            await self._call_off(order)

    async def _put(self, product: str, quantity: int) -> None:
        """Once, however often it has to be asked for: only into the cart as it was when the product was not in it."""
        while True:
            cart = await self.contents()
            if product in cart["items"]:  # by an earlier try
                self.cart[product] = cart["items"][product]
                return
            answer = await self._add(product, quantity, cart["version"])
            if answer is not None and answer.status_code == 201:
                self.cart[product] = quantity
                return
            if answer is not None and answer.status_code == 409:
                return  # there is not so much of it

    async def _add(self, product: str, quantity: int, version: int) -> httpx.Response | None:
        item = {"product_id": product, "quantity": quantity}
        return await self.buyer.once("POST", "cart", "/v1/cart/items", json=item, If_Match=f'"{version}"')

    async def _order(self) -> str | None:
        """The order of what is in the cart, less what is short each time; sometimes by two clicks at once."""
        while +self.cart:
            key = f"{self.buyer.email}:{next(self._numbers)}"
            clicks = 2 if self._chance.random() < 0.2 else 1
            answers = await asyncio.gather(*(self._place(key) for _ in range(clicks)))
            if orders := [order for order, _ in answers if order]:
                return orders[0]
            for line in answers[0][1]:
                await self.buyer.ask("DELETE", "cart", f"/v1/cart/items/{line['product_id']}")
                self.cart[line["product_id"]] = 0
        return None

    async def _place(self, key: str) -> tuple[str | None, Sequence[Mapping[str, Any]]]:
        """The order that was made for the key; or none, and the lines that are short."""
        while True:
            answer = await self.buyer.ask("POST", "order", "/v1/orders", Idempotency_Key=key)
            body = answer.json()
            if answer.status_code == 201:
                return self._bought(key, body), ()
            if answer.status_code == 202:
                self._noted(key, body["id"], "kept")
                if (order := await self._decided(body["id"]))["status"] != "cancelled":
                    return self._bought(key, order), ()
            elif body["code"] == "checkout_in_progress":
                await asyncio.sleep(0.2)
            else:
                if "order_id" in body:
                    self._noted(key, body["order_id"], "cancelled")
                if body["code"] not in ("out_of_stock", "cart_changed", "order_cancelled"):
                    self._tally.violations.append(f"{key} was refused: {answer.text}")
                self.refused += 1
                return None, body.get("lines", ())

    def _noted(self, key: str, id: str, told: str) -> None:
        self.answers.setdefault(key, set()).add(id)
        self.told[id] = told

    def _bought(self, key: str, order: Mapping[str, Any]) -> str:
        id = str(order["id"])
        self._noted(key, id, "confirmed")
        self.bought[id] = {line["product_id"]: line["quantity"] for line in order["lines"]}
        return id

    async def _decided(self, id: str) -> Any:
        while True:
            order = (await self.buyer.ask("GET", "order", f"/v1/orders/{id}")).json()
            if order["status"] != "pending":
                return order
            await asyncio.sleep(0.2)

    async def _call_off(self, id: str) -> None:
        answer = await self.buyer.ask("POST", "order", f"/v1/orders/{id}/cancel")
        if answer.status_code == 200:
            self.told[id] = "cancelled"
        elif answer.json()["code"] != "illegal_transition":  # it is on its way already
            self._tally.violations.append(f"{id} was not called off: {answer.text}")

    async def _settle(self, bought: Mapping[str, int], late: str, added: bool | None) -> None:
        """Waits until the cart is what was put in less what was bought, to the unit.

        What was `added` during checkout is in it or was bought; if its answer was lost, it is so or not.
        """
        ways = []
        for way in (True, False) if added is None else (added,):
            cart = self.cart.copy()
            cart[late] += way
            cart.subtract(bought)
            ways.append(dict(cart.items() - {item for item in cart.items() if not item[1]}))
        contents: Mapping[str, int] = {}
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                while True:
                    contents = (await self.contents())["items"]
                    if contents in ways:
                        break
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"The cart of {self.buyer.email} is {contents}, not one of {ways}.") from None
        self.cart = Counter(contents)

    async def contents(self) -> Any:
        """The cart as it is answered, with its `items` as units by product id."""
        answer = await self.buyer.ask("GET", "cart", "/v1/cart")
        cart = answer.json()
        return {**cart, "items": {item["product_id"]: item["quantity"] for item in cart["items"]}}
