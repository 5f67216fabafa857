"""The shop as plain Python, in dicts and whole numbers: what whatever anyone does must come to, and what it answers.

Everything someone does is a generator. At each `yield` its process may end for good, a neighbour may be `Away`, or
somebody else may do something; between two of them nothing comes in. So the generators say what may happen, too, when
things go wrong: whatever can be reached by breaking off, failing or being overtaken at one of the `yield`s, no more.
"""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace

from tests.reliability.model.shelves import Shelves
from tests.reliability.model.things import Away, Cart, Order, Steps

REFUSALS = {"out_of_stock": "OutOfStock", "cart_changed": "CartChanged", "timed_out": "OrderCancelled"}
CHECKOUT_SECONDS = 30
NEXT = {"PENDING": "hold_stock", "HELD": "confirm", "CANCELLING": "release_stock"}
ALLOWED = {"CONFIRMED": ("shipped", "cancelled"), "SHIPPED": ("delivered",)}


class PlainShop(Shelves):
    def place(self, who: str, key: str | None, expected_total: int | None, cart_version: int | None) -> Steps:
        asked = (expected_total, cart_version)
        yield
        order = self._by_key(who, key)
        if order is None:
            yield
            cart = self.carts[who]
            yield
            refusal = self._refusal(cart, expected_total, cart_version)
            if refusal is None:
                return (yield from self._ordered(who, cart, key, asked))
            yield
            order = self._by_key(who, key)
            if order is None:
                yield
                order = self._by_key(who, f"cart {cart.version if cart_version is None else cart_version}")
                yield
                if order is None:
                    bought = self._by_key(who, f"cart {cart.version - 1}") if refusal == "CartEmpty" else None
                    return (refusal, bought and bought.number, False)
                order = yield from self._joined(order, key, asked)
        return (yield from self._answered(order, key, asked, again=True))

    def _ordered(self, who: str, cart: Cart, key: str | None, asked: object) -> Steps:
        """One order for a key, one for a version of a cart, and one at a time of a cart."""
        lines = {product: (units, self.products[product].price) for product, (units, _) in cart.lines.items()}
        yield
        keys = {f"cart {cart.version}": None, **({} if key is None else {key: asked})}
        order = Order(self.numbers, who, lines, cart.version, self.now + CHECKOUT_SECONDS, keys)
        self.numbers += 1
        while True:
            yield
            same_cart = self._by_key(who, f"cart {cart.version}")
            if not self._by_key(who, key) and not same_cart and not self._open(who):
                self.orders[order.number] = order
                yield
                return (yield from self._answered(order, key, asked, again=False))
            yield
            if same_key := self._by_key(who, key):
                return (yield from self._answered(same_key, key, asked, again=True))
            yield
            if same_cart := self._by_key(who, f"cart {cart.version}"):
                winner = yield from self._joined(same_cart, key, asked)
                return (yield from self._answered(winner, key, asked, again=True))
            yield
            if other := self._open(who):
                return ("CheckoutInProgress", other.number, False)

    def _refusal(self, cart: Cart, expected_total: int | None, cart_version: int | None) -> str | None:
        """What a customer pays is what they were told: the total they name, or else the prices they saw."""
        products = {product: self.products[product] for product in cart.lines}
        if cart_version not in (None, cart.version):
            return "CartChanged"
        if not cart.lines:
            return "CartEmpty"
        if not all(product.for_sale for product in products.values()):
            return "ProductNotForSale"
        total = sum(units * products[id].price for id, (units, _) in cart.lines.items())
        same_prices = all(seen == products[id].price for id, (_, seen) in cart.lines.items())
        if not (same_prices if expected_total is None else total == expected_total):
            return "PriceChanged"
        short = any(products[id].available < units for id, (units, _) in cart.lines.items())
        return "OutOfStock" if short else None

    def _by_key(self, who: str, key: str | None) -> Order | None:
        return next((order for order in self.orders.values() if order.who == who and key in order.keys), None)

    def _open(self, who: str) -> Order | None:
        return next((order for order in self.orders.values() if order.who == who and order.open), None)

    def _joined(self, order: Order, key: str | None, asked: object) -> Generator[None, None, Order]:
        while key is not None and key not in order.keys:
            joined = replace(order, keys={**order.keys, key: asked}, revision=order.revision + 1)
            yield
            order = joined if self._saved(joined) else self.orders[order.number]
            yield
        return order

    def _answered(self, order: Order, key: str | None, asked: object, *, again: bool) -> Steps:
        if key is not None and order.keys.get(key, asked) != asked:
            return ("IdempotencyKeyReused", order.number, False)
        order = yield from self._driven(order)
        if order.status == "cancelled" and not order.decided:
            return (REFUSALS.get(order.reason or "", "OrderCancelled"), order.number, again)
        return ("placed", order.number, order.status, again)

    def cancel(self, number: int, who: str) -> Steps:
        """Only its customer and the shopkeeper; to others there is no such order."""
        yield
        order = self.orders[number]
        if who not in (order.who, "admin"):
            return ("OrderNotFound", None, False)
        while order.status != "cancelled":
            if order.state in ("SHIPPED", "DELIVERED"):
                return ("IllegalTransition", None, False)
            by = "customer" if who == order.who else "admin"
            after = order.cancelling(f"{by}_request", by)
            yield
            order = after if self._saved(after) else self.orders[number]
            yield
        order = yield from self._driven(order)
        return ("order", number, order.status)

    def move(self, number: int, status: str) -> Steps:
        yield
        while True:
            order = self.orders[number]
            if status not in ALLOWED.get(order.state, ()):
                return ("IllegalTransition", None, False)
            if status == "cancelled":
                after = order.cancelling("admin_request", "admin")
            else:
                todos = (*order.todos, "settle_stock") if status == "shipped" else order.todos
                after = order.moved(status.upper(), status, "admin", f"order.{status}", todos=todos)
            yield
            saved = self._saved(after)
            yield
            if saved:
                return ("order", number, (yield from self._driven(after)).status)

    def look(self, number: int, who: str) -> Steps:
        """An attempt that failed is not listed."""
        yield
        mine = [order for order in self.orders.values() if who in (order.who, "admin")]
        listed = [order for order in mine if order.status != "cancelled" or order.decided]
        yield
        order = self.orders[number]
        yield
        return ("order", number, order.status, len(listed)) if order in mine else ("OrderNotFound", None, False)

    def work(self, due: list[int]) -> Steps:
        """The worker takes up the orders that are `due`; one that fails does not stop the others."""
        yield
        found = [self.orders[number] for number in due]
        done = failed = 0
        for order in found:
            claimed = replace(order, revision=order.revision + 1)
            try:
                yield
                if self._saved(claimed):
                    yield
                    yield from self._driven(claimed, tolerant=False)
                    done += 1
            except Away:
                failed += 1
        return ("round", done, failed)

    def tell(self, telling: list[int]) -> Steps:
        """A relay saves the orders whose events it tells, so that whoever has read them before reads them again."""
        with suppress(Away):
            yield
            for number in telling:
                self.orders[number] = replace(self.orders[number], revision=self.orders[number].revision + 1)
            yield
        return ("done",)

    def _saved(self, order: Order) -> bool:
        """Whether it was: nobody has saved it since it was read."""
        unchanged = self.orders[order.number].revision == order.revision - 1
        if unchanged:
            self.orders[order.number] = order
        return unchanged

    def _next(self, order: Order) -> str | None:
        if order.state in ("PENDING", "HELD") and self.now >= order.deadline:
            return "give_up"
        return NEXT.get(order.state) or next(iter(order.todos), None)

    def _driven(self, order: Order, *, tolerant: bool = True) -> Generator[None, None, Order]:
        """The order as far as it is known to have come."""
        while step := self._next(order):
            try:
                yield
                after = yield from self._after(step, order)
                yield
                saved = self._saved(after)
                yield
                order = after if saved else self.orders[order.number]
            except Away:
                if not tolerant:
                    raise
                break
        return order

    def _after(self, step: str, order: Order) -> Generator[None, None, Order]:
        match step:
            case "give_up":
                return order.cancelling("timed_out")
            case "hold_stock":
                cart = self.carts[order.who]
                yield
                if any(cart.lines.get(id, (0, 0))[0] < units for id, (units, _) in order.lines.items()):
                    return order.cancelling("cart_changed")
                for product, (units, _) in sorted(order.lines.items()):
                    reason = self.take(product, order.number, units)
                    yield
                    if reason:
                        return order.cancelling(reason)
                return order.moved("HELD", "pending")
            case "confirm":
                todos = (*order.todos, "subtract_cart")
                return order.moved("CONFIRMED", "confirmed", event="order.confirmed", todos=todos)
            case "release_stock":
                for product in sorted(order.lines):
                    self.give_back(product, order.number)
                    yield
                return order.moved("CANCELLED", "cancelled")
            case "subtract_cart":
                cart = self.carts[order.who]
                if order.number not in cart.counted:
                    rest = {id: (n - order.lines.get(id, (0, 0))[0], seen) for id, (n, seen) in cart.lines.items()}
                    left = {id: line for id, line in rest.items() if line[0] > 0}
                    self.carts[order.who] = cart.having(left, counted=(*cart.counted, order.number))
                return order.ticked("subtract_cart")
            case _:
                for product in sorted(order.lines):
                    self.settle(product, order.number)
                    yield
                return order.ticked("settle_stock")
