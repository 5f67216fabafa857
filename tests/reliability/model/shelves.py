"""The part of a plain shop that customers walk through: products with their stock, and carts."""

from dataclasses import replace
from typing import Any, Self

from tests.reliability.model.things import Cart, Order, Product, Steps


class Shelves:
    def __init__(self) -> None:
        self.now = 0
        self.products: list[Product] = []
        self.carts: dict[object, Cart] = {}
        self.orders: dict[int, Order] = {}
        self.numbers = 0

    def copied(self) -> Self:
        """Another shop that is like this one now."""
        other = type(self)()
        other.now, other.numbers = self.now, self.numbers
        other.products = [replace(product, holds=dict(product.holds)) for product in self.products]
        other.carts, other.orders = dict(self.carts), dict(self.orders)
        return other

    def described(self, product: int, **changes: Any) -> Steps:
        """With another price, out of the catalogue or in it again, unless it has changed since it was looked at."""
        version = self.products[product].version
        yield
        found = self.products[product]
        yield
        if not found.version == version == self.products[product].version:
            return ("VersionStale", None, False)
        if found.for_sale or changes != {"for_sale": False}:
            self.products[product] = replace(found, **changes, version=version + 1)
        yield
        return ("done",)

    def adjust(self, product: int, units: int) -> Steps:
        yield
        stock = self.products[product]
        if stock.available + units < 0:
            return ("OutOfStock", None, False)
        stock.available += units
        stock.received += units
        yield
        return ("done",)

    def take(self, product: int, order: int, units: int) -> str | None:
        stock = self.products[product]
        if order not in stock.holds:
            if stock.available < units:
                return "out_of_stock"
            stock.available -= units
            stock.holds[order] = (units, "held")
        return None if stock.holds[order] == (units, "held") else "timed_out"

    def give_back(self, product: int, order: int) -> None:
        stock = self.products[product]
        units, state = stock.holds.get(order, (0, "held"))
        stock.available += units if state == "held" else 0
        stock.holds[order] = (units, "void")

    def settle(self, product: int, order: int) -> None:
        stock = self.products[product]
        units, state = stock.holds[order]
        stock.sold += units if state == "held" else 0
        stock.holds[order] = (units, "settled")

    def put(self, owner: object, product: int, units: int, *, beside: bool) -> Steps:
        """Add units to those in the cart, or set how many there are; none takes the product out."""
        if not units:
            return (yield from self.remove(owner, product))
        yield
        price, available = self.products[product].price, self.products[product].available
        for_sale = self.products[product].for_sale
        yield
        cart = self.carts[owner]
        wanted = units + (cart.lines.get(product, (0, 0))[0] if beside else 0)
        if not for_sale:
            return ("ProductNotForSale", None, False)
        if cart.given_to:
            return ("CartAlreadyMerged", None, False)
        if wanted > available:
            return ("OutOfStock", None, False)
        self.carts[owner] = cart.having({**cart.lines, product: (wanted, price)})
        yield
        return ("done",)

    def remove(self, owner: object, product: int | None) -> Steps:
        """One product, or all of them."""
        yield
        cart = self.carts[owner]
        if cart.given_to:
            return ("CartAlreadyMerged", None, False)
        left = {} if product is None else {id: line for id, line in cart.lines.items() if id != product}
        if left != cart.lines:
            self.carts[owner] = cart.having(left)
        yield
        return ("done",)

    def merge(self, guest: object, who: str) -> Steps:
        yield
        cart = self.carts[guest]
        if cart.given_to not in (None, who):
            return ("CartAlreadyMerged", None, False)
        if cart.given_to is None:
            cart = self.carts[guest] = cart.having(cart.lines, given_to=who)
        yield
        mine = self.carts[who]
        if guest not in mine.counted and cart.lines:
            lines = dict(mine.lines)
            for product, (units, price) in cart.lines.items():
                there, seen = lines.get(product, (0, price))
                lines[product] = (there + units, seen)
            self.carts[who] = mine.having(lines, counted=(*mine.counted, guest))
        yield
        if self.carts[guest].lines:
            self.carts[guest] = self.carts[guest].having({})
        yield
        return ("done",)
