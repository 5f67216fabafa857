"""Ways to see carts as one could get them wrong."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from adapters.outbound.in_process.order import InProcessCarts
from core.cart.use_cases import CartUseCases
from core.order.model import CartContents
from core.shared.errors import Unavailable
from core.shared.money import Money
from tests.builders import an_id


class LastLineDropped(InProcessCarts):
    """Stops one line too early."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        return replace(cart, lines=cart.lines[:-1])


class FirstPageOnly(InProcessCarts):
    """Tells twenty lines, as lists do."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        return replace(cart, lines=cart.lines[:20])


class SortedLines(InProcessCarts):
    """Brings the lines into an order of its own."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        return replace(cart, lines=tuple(sorted(cart.lines, key=lambda line: line.product_id)))


class TodaysPrices(InProcessCarts):
    """Tells what the products cost now, not what the customer saw."""

    def __init__(self, cart: CartUseCases) -> None:
        super().__init__(cart)
        self.catalog = cart.view_cart.shelf.catalog

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        offers = await self.catalog.offers([line.product_id for line in cart.lines])
        return replace(cart, lines=tuple(replace(line, price=offers[line.product_id].price) for line in cart.lines))


class AlwaysDollars(InProcessCarts):
    """Takes the amounts, and its own idea of the currency."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        dollars = (Money(amount=line.price.amount, currency="USD") for line in cart.lines)
        lines = (replace(line, price=price) for line, price in zip(cart.lines, dollars, strict=True))
        return replace(cart, lines=tuple(lines))


class UnitsCapped(InProcessCarts):
    """Tells no more units of a line than would fit a byte."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        return replace(cart, lines=tuple(replace(line, quantity=min(255, line.quantity)) for line in cart.lines))


class NewCartEachTime(InProcessCarts):
    """Gives a cart the id of its customer's question."""

    async def get(self, customer_id: str) -> CartContents:
        return replace(await super().get(customer_id), id=an_id(int(customer_id[-12:], 16) + 10_000))


class VersionFromOne(InProcessCarts):
    """Takes a cart in which nothing was ever put for its first version."""

    async def get(self, customer_id: str) -> CartContents:
        cart = await super().get(customer_id)
        return replace(cart, version=max(1, cart.version))


class Remembered(InProcessCarts):
    """Asks once for each customer's cart, until it changes it itself."""

    def __init__(self, cart: CartUseCases) -> None:
        super().__init__(cart)
        self.known: dict[str, CartContents] = {}

    async def get(self, customer_id: str) -> CartContents:
        if customer_id not in self.known:
            self.known[customer_id] = await super().get(customer_id)
        return self.known[customer_id]

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(customer_id, order_id, quantities)
        self.known.pop(customer_id, None)


class LastCustomersCart(InProcessCarts):
    """Subtracts from the cart that was looked at last."""

    last = ""

    async def get(self, customer_id: str) -> CartContents:
        self.last = customer_id
        return await super().get(customer_id)

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(self.last or customer_id, order_id, quantities)


class SubtractedEachTime(InProcessCarts):
    """Makes a new request of each repeat."""

    asked = 0

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        self.asked += 1
        await super().subtract(customer_id, an_id(1_000_000 + self.asked), quantities)


class SubtractedOnceACart(InProcessCarts):
    """Lets only a cart's first order take anything."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(customer_id, customer_id, quantities)


class CheckedBefore(InProcessCarts):
    """Knows an order again only when it was subtracted before the repeat began."""

    asked = 0

    def __init__(self, cart: CartUseCases) -> None:
        super().__init__(cart)
        self.done: set[str] = set()

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        if order_id in self.done:
            return
        await asyncio.sleep(0)
        self.asked += 1
        await super().subtract(customer_id, an_id(2_000_000 + self.asked), quantities)
        self.done.add(order_id)


class RepeatsForgottenNextDay(InProcessCarts):
    """Knows an order again for an hour."""

    def __init__(self, cart: CartUseCases) -> None:
        super().__init__(cart)
        self.clock = cart.view_cart.shelf.clock

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        hour = int(self.clock.monotonic() // 3600)
        await super().subtract(customer_id, f"{order_id} {hour}", quantities)


class Emptied(InProcessCarts):
    """Takes everything out."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        cart = await self.get(customer_id)
        everything = {line.product_id: line.quantity for line in cart.lines}
        await super().subtract(customer_id, order_id, everything)


class WholeLines(InProcessCarts):
    """Takes the line out, however many units were bought."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(customer_id, order_id, dict.fromkeys(quantities, 999))


class OneUnitEach(InProcessCarts):
    """Loses the quantities."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(customer_id, order_id, dict.fromkeys(quantities, 1))


class OnlyWhatIsThere(InProcessCarts):
    """Takes nothing of a line that has fewer units than were bought."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        there = {line.product_id: line.quantity for line in (await self.get(customer_id)).lines}
        enough = {id: quantity for id, quantity in quantities.items() if quantity <= there.get(id, 0)}
        await super().subtract(customer_id, order_id, enough)


class TickedOff(InProcessCarts):
    """Ticks off what was bought in the caller's own quantities."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        await super().subtract(customer_id, order_id, dict(quantities))
        if isinstance(quantities, dict):
            quantities.clear()


class EmptyWithoutAnAnswer(InProcessCarts):
    """Takes a cart that cannot be had for an empty one."""

    async def get(self, customer_id: str) -> CartContents:
        try:
            return await super().get(customer_id)
        except Unavailable:
            return CartContents(id=customer_id, version=0, lines=())


class NewRequestWithoutAnAnswer(InProcessCarts):
    """Repeats under another id what may have been done."""

    unanswered = 0

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        try:
            await super().subtract(customer_id, order_id if not self.unanswered else an_id(3_000_000), quantities)
        except Unavailable:
            self.unanswered += 1
            raise


class DoneWithoutAnAnswer(InProcessCarts):
    """Takes what could not be asked for as done."""

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        try:
            await super().subtract(customer_id, order_id, quantities)
        except Unavailable:
            return


class DoneOnceAskedFor(InProcessCarts):
    """Does not ask again, although there was no answer."""

    def __init__(self, cart: CartUseCases) -> None:
        super().__init__(cart)
        self.asked: set[str] = set()

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        if order_id not in self.asked:
            self.asked.add(order_id)
            await super().subtract(customer_id, order_id, quantities)
