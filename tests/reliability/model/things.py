"""What a plain shop is made of: products, carts and orders, in dicts and whole numbers."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Answer = tuple[Any, ...]
"""What somebody is told: a word, and whose number or version goes with it."""
Steps = Generator[None, None, Answer]


class Away(Exception):
    """A neighbour does not answer; what it was asked to do is done or not."""


@dataclass
class Product:
    """`holds` are the units of each order, and whether these are held, void or settled."""

    price: int
    available: int
    received: int
    sold: int = 0
    version: int = 1
    for_sale: bool = True
    holds: dict[int, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cart:
    """`lines` are units and the price seen, by product; `counted` the orders and guest carts it has taken in."""

    version: int = 0
    lines: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    counted: tuple[object, ...] = ()
    given_to: str | None = None

    def having(self, lines: Mapping[int, tuple[int, int]], **changes: Any) -> "Cart":
        return replace(self, version=self.version + 1, lines=dict(lines), **changes)


@dataclass(frozen=True)
class Order:
    """`lines` are units and price by product; `keys` what was asked by each key; `open` while it has its cart."""

    number: int
    who: str
    lines: Mapping[int, tuple[int, int]]
    cart_version: int
    deadline: int
    keys: Mapping[str, object]
    state: str = "PENDING"
    revision: int = 1
    reason: str | None = None
    open: bool = True
    history: tuple[tuple[str, str], ...] = (("pending", "customer"),)
    todos: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.history[-1][0]

    @property
    def decided(self) -> bool:
        """Whether it was ever confirmed."""
        return any(status == "confirmed" for status, _ in self.history)

    def moved(self, state: str, status: str, by: str = "system", event: str | None = None, **changes: Any) -> "Order":
        history = self.history if status == self.status else (*self.history, (status, by))
        events = self.events if event is None else (*self.events, event)
        return replace(self, state=state, history=history, events=events, revision=self.revision + 1, **changes)

    def cancelling(self, reason: str, by: str = "system") -> "Order":
        """Before it was confirmed, its cart is free for another order."""
        if self.decided:
            return self.moved("CANCELLING", "cancelled", by, "order.cancelled", reason=reason)
        keys = {key: asked for key, asked in self.keys.items() if key != f"cart {self.cart_version}"}
        return self.moved("CANCELLING", "cancelled", by, "order.refused", reason=reason, keys=keys, open=False)

    def ticked(self, todo: str) -> "Order":
        todos = tuple(other for other in self.todos if other != todo)
        open = self.open and todo != "subtract_cart"
        return replace(self, todos=todos, open=open, revision=self.revision + 1)
