"""A shop with the people in it: what they do, one call of a store at a time, and what is wrong when all is done."""

import random
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from core.cart.model import Owner
from core.order.model import Order
from core.order.use_cases.place import Placement
from core.product.model import Changes
from core.shared.context import REQUEST, Caller, RequestContext
from core.shared.errors import ShopError
from tests.core.order.orders import ALICE
from tests.core.order.shop import CHECKOUT_SECONDS, Shop
from tests.reliability.interleavings.books import Books, in_answers, in_lives
from tests.reliability.interleavings.scheduler import Actor, before_stores, run, turn

Check = Callable[[], Iterable[str]]
"""What is wrong in the end, as sentences."""
Scenario = Callable[["Scene"], Check]
"""Sets the scene and brings in the actors; its name says what it is about."""
PRICE = 1_000


class Scene:
    """`disturbed` is set where something came in that may change how the scenario ends."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.services = shop.services(before_stores)
        self.actors: list[Actor] = []
        self.placing: list[tuple[Actor, str | None]] = []
        self.products: list[str] = []
        self.disturbed = False
        self.waited = 0.0
        self._retries: list[tuple[str, dict[str, Any]]] = []
        self._books = Books()
        self._afterwards: list[tuple[Actor, Callable[[Actor], None]]] = []

    def sell(self, units: int) -> str:
        product: str = run(self.shop.sell(units, price=PRICE))
        self.products.append(product)
        self._books.received[product].add(units)
        return product

    def fill(self, product: str, quantity: int = 1, *, customer: str = ALICE) -> None:
        run(self.shop.put(product, quantity, customer_id=customer))
        self._books.put[customer, product].add(quantity)

    def enter(
        self, name: str, deed: Coroutine[Any, Any, Any], afterwards: Callable[[Actor], None] | None = None
    ) -> Actor:
        """Someone comes in; `afterwards` writes down in the books what came of it."""
        context = RequestContext(began_at=self.shop.clock.now())
        actor = Actor(name, deed, lambda: REQUEST.set(context))
        self.actors.append(actor)
        if afterwards is not None:
            self._afterwards.append((actor, afterwards))
        return actor

    def place(self, name: str = "alice", **request: Any) -> Actor:
        """Someone orders what is in the cart."""
        if "key" in request:
            self._retries.append((name, request))
        return self._placing(name, self.services.place(**request), request.get("key"))

    def add_and_place(self, product: str, *, key: str) -> Actor:
        """Alice puts one more unit into the cart, and then orders it all."""

        async def both() -> Placement:
            await self.services.cart.add_item(owner=Owner.customer(ALICE), product_id=product, quantity=1)
            return await self.services.place(key=key)

        self._books.put[ALICE, product].add(1, surely=False)
        return self._placing("alice with more", both(), key)

    def _placing(self, name: str, deed: Coroutine[Any, Any, Placement], key: str | None) -> Actor:
        actor = self.enter(name, deed)
        self.placing.append((actor, key))
        return actor

    def place_again(self, chance: random.Random) -> None:
        """One of those who order with a key asks again, perhaps before there is an answer."""
        if self._retries:
            name, request = chance.choice(self._retries)
            self._placing(f"{name} again", self.services.place(**request), request["key"])

    def add(self, product: str, quantity: int = 1, *, customer: str = ALICE, name: str = "adder") -> Actor:
        deed = self.services.cart.add_item(owner=Owner.customer(customer), product_id=product, quantity=quantity)

        def count(actor: Actor) -> None:
            if not isinstance(actor.outcome, ShopError):
                self._books.put[customer, product].add(quantity, surely=not actor.stopped)

        return self.enter(name, deed, count)

    def remove(self, product: str, *, customer: str = ALICE) -> Actor:
        self._books.taken_out.add((customer, product))
        deed = self.services.cart.remove_item(owner=Owner.customer(customer), product_id=product)
        return self.enter("remover", deed)

    def guest(self, product: str, quantity: int) -> str:
        """A guest's cart, as its token."""
        token: str = run(self.shop.calm.cart.start_guest_cart())
        run(self.shop.calm.cart.add_item(owner=Owner.guest(token), product_id=product, quantity=quantity))
        return token

    def merge(
        self, token: str, product: str, quantity: int, *, customer: str = ALICE, name: str = "signing in"
    ) -> Actor:
        """Of a guest's cart with so many units of one product. Whoever is stopped asks again in the end."""

        def count(actor: Actor) -> None:
            if actor.stopped:
                again = Actor(name, self.shop.calm.cart.merge_carts(customer_id=customer, token=token))
                actor.outcome = again.outcome
            if not isinstance(actor.outcome, ShopError):
                self._books.put[customer, product].add(quantity)

        return self.enter(name, self.services.cart.merge_carts(customer_id=customer, token=token), count)

    def adjust(self, product: str, delta: int) -> Actor:
        def count(actor: Actor) -> None:
            if not isinstance(actor.outcome, ShopError):
                self._books.received[product].add(delta, surely=not actor.stopped)

        deed = self.services.product.adjust_stock(product_id=product, delta=delta, reason="counted", by="admin")
        return self.enter("stock taker", deed, count)

    def reprice(self, product: str, price: int) -> Actor:
        async def change() -> None:
            listing = await self.services.product.get_product(product_id=product)
            version = listing.product.version
            changes = Changes(amount=price)
            await self.services.product.change_product(product_id=product, version=version, changes=changes)

        return self.enter("pricer", change())

    def cancel(self, order: Order, *, name: str = "canceller") -> Actor:
        caller = Caller(id=order.customer_id, kind="customer")
        return self.enter(name, self.services.order.cancel_order(order_id=order.id, caller=caller))

    def ship(self, order: Order) -> Actor:
        return self.enter("shipper", self.services.order.move_order(order_id=order.id, status="shipped", note=""))

    def work(self, *, later: float = 0, name: str = "worker") -> Actor:
        """A worker's round, so many seconds later."""

        async def round_() -> None:
            await turn(f"{later} s later")
            self.pass_time(later)
            await self.services.order.resume_orders()

        return self.enter(name, round_())

    def relay(self, *, later: float = 0, name: str = "relay") -> Actor:
        async def round_() -> None:
            await turn(f"{later} s later")
            self.pass_time(later)
            await self.services.order.relay_events()

        return self.enter(name, round_())

    def wait(self, seconds: float) -> Actor:
        async def pass_time() -> None:
            await turn(f"{seconds} s pass")
            self.pass_time(seconds)

        return self.enter("clock", pass_time())

    def pass_time(self, seconds: float) -> None:
        self.shop.clock.advance(seconds)
        self.waited += seconds
        self.disturbed |= self.waited >= CHECKOUT_SECONDS

    def ordered(self, **request: Any) -> Order:
        """An order that is confirmed before anyone comes in."""
        placement: Placement = run(self.shop.calm.place(**request))
        return placement.order

    def left_at(self, call: str, *, times: int = 1, **request: Any) -> Order:
        """An order whose request has ended before that call of a store, the so manyth."""
        actor = Actor("ended", self.services.place(**request))
        while actor.next_call is not None:
            times -= actor.next_call == call
            if not times:
                actor.stop()
            else:
                actor.step()
        assert actor.stopped
        return self.orders()[-1]

    def orders(self) -> list[Order]:
        return list(run(self.shop.every_order()))

    def bought(self) -> list[Order]:
        return [order for order in self.orders() if order.status not in ("pending", "cancelled")]

    def in_cart(self, customer: str = ALICE) -> dict[str, int]:
        return dict(run(self.shop.in_cart(customer)))

    def cart_version(self) -> int:
        return int(run(self.shop.cart_version()))

    def available(self, product: str) -> int:
        return int(run(self.shop.stock(product)).available)

    def violations(self, check: Check) -> list[str]:
        """What is wrong when all is done that is left to do."""
        for actor, write_down in self._afterwards:
            write_down(actor)
        run(self.shop.settle_down())
        orders = self.orders()
        return [
            *run(self.shop.violations()),
            *in_answers(self.actors, self.placing, orders),
            *self._books.in_stock(self.shop, orders),
            *self._books.in_carts(self.shop, orders),
            *in_lives(self.shop, orders),
            *check(),
        ]
