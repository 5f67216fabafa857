"""Drives the plain shop and a real one together, as Hypothesis has it, with faults and others coming in between."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from core.shared.errors import ShopError, Unavailable
from tests.core.order.shop import Hook, Services, Shop
from tests.reliability.model import operations as does
from tests.reliability.model.choices import (
    ANYTHING,
    BEHIND,
    CALL,
    GUESTS,
    ORDERS,
    PLACING,
    PRODUCT,
    PRODUCTS,
    SECONDS,
    SHOPKEEPING,
    SHOPPING,
)
from tests.reliability.model.operations import PEOPLE, Operation, Scene
from tests.reliability.model.plain import PlainShop
from tests.reliability.model.seen import Promises, seen_plainly, seen_really
from tests.reliability.model.things import Answer, Cart, Product
from tests.reliability.model.worlds import Way, World, difference, failed, overtaken_by, stopped, worlds

UNDONE = ("PENDING", "HELD", "CANCELLING")


class Different(AssertionError):
    """The real shop is not what the plain one may be, or not what every shop must be."""


class Stopped(BaseException):
    """The process has ended; nothing after the `await` runs."""


@dataclass
class At:
    """Does something at one call of a port, counted from 0, before it and after it being two."""

    call: int
    act: Hook
    reached: bool = False

    async def __call__(self, call: str) -> None:
        self.call -= 1
        if self.call == -1:
            self.reached = True
            await self.act(call)


class ShopMachine(RuleBasedStateMachine):
    """A subclass says by `opened` what shop it is about; `runs`, `steps` and those `disturbed` are counted."""

    opened: Callable[[], AbstractAsyncContextManager[Shop]]
    runs = steps = disturbed = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self._runner = asyncio.Runner()
        self._opened = type(self).opened()
        self._scene = Scene(self._runner.run(self._opened.__aenter__()))
        self._plain = PlainShop()
        self._promises = Promises()
        self._last: Operation = does.Relay()
        self._different = False

    @initialize(units=st.lists(st.integers(2, 15), min_size=PRODUCTS, max_size=PRODUCTS))
    def open(self, units: list[int]) -> None:
        self._plain.products = [Product(price=100, available=n, received=n) for n in units]
        self._plain.carts = {**dict.fromkeys(PEOPLE, Cart()), **dict.fromkeys(GUESTS, Cart(version=1))}
        self._runner.run(self._stocked(units))
        self._compare([], [(self._plain, [])])

    async def _stocked(self, units: list[int]) -> None:
        shop = self._scene.shop
        self._scene.products.extend([await shop.sell(count, price=100) for count in units])
        for name in GUESTS:
            self._scene.guests[name] = await shop.calm.cart.start_guest_cart()

    @rule(one=st.one_of(SHOPPING, SHOPPING, SHOPKEEPING))
    def shop(self, one: Operation) -> None:
        self._do(self._named(one))

    @rule(one=PLACING, product=PRODUCT, units=st.integers(1, 2))
    def buy(self, one: does.Place, product: int, units: int) -> None:
        self._do(does.Put(one.who, product, units, beside=True))
        self._do(self._named(one))

    @rule(one=st.one_of(ORDERS, BEHIND))
    def handle(self, one: Operation) -> None:
        self._do(self._named(one))

    @rule()
    def repeat(self) -> None:
        """What a client does that has had no answer to its order."""
        self._do(self._last)

    @rule(one=ANYTHING, call=CALL)
    def stop(self, one: Operation, call: int) -> None:
        """The process ends at a call of a port."""
        self._fill_cart_for(one)

        async def end(_: str) -> None:
            raise Stopped

        self._do(self._named(one), At(call, end), stopped)

    @rule(one=ANYTHING, call=CALL)
    def fail(self, one: Operation, call: int) -> None:
        """A neighbour, or a store, does not answer at a call of a port: before it has done anything, or after."""
        self._fill_cart_for(one)

        async def fail(_: str) -> None:
            raise Unavailable("It does not answer.")

        self._do(self._named(one), At(call, fail), failed)

    @rule(one=ANYTHING, other=ANYTHING, call=CALL)
    def overtake(self, one: Operation, other: Operation, call: int) -> None:
        """Somebody does another thing, from beginning to end, while the one has come to a call of a port."""
        self._fill_cart_for(one)
        other, answers = self._named(other), list[Answer]()

        async def come_in(_: str) -> None:
            answers.append(await self._answer(other, self._scene.shop.calm))

        self._do(self._named(one), At(call, come_in), overtaken_by(other), answers)

    @rule(product=PRODUCT, call=CALL)
    def race(self, product: int, call: int) -> None:
        """Both order the same, the one while the other is at it."""
        self._do(does.Adjust(product, 2))
        for who in ("ada", "bob"):
            self._do(does.Put(who, product, 1, beside=True))
        self.overtake(does.Place("ada"), does.Place("bob"), call)

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        type(self).steps += 1
        self._scene.shop.clock.advance(seconds)
        self._plain.now += seconds

    @rule()
    def settle(self) -> None:
        """All that was left undone is done in the end, and then the books agree."""
        for _ in range(60):
            if not any(order.todos or order.state in UNDONE for order in self._plain.orders.values()):
                break
            self.wait(6)
            self._do(does.Work())
        self.wait(11)
        self._do(does.Relay())
        violations = self._runner.run(self._scene.shop.violations())
        self._different = bool(violations)
        if violations:
            raise Different(violations)

    def teardown(self) -> None:
        try:
            if not self._different:
                self.settle()
        finally:
            self._runner.run(self._opened.__aexit__(None, None, None))
            self._runner.close()

    def _fill_cart_for(self, one: Operation) -> None:
        """Most that can go wrong with an order does so where there is something to order."""
        if isinstance(one, does.Place) and not self._plain.carts[one.who].lines:
            self._do(does.Put(one.who, 0, 1, beside=True))

    def _named(self, one: Operation) -> Operation:
        """The operation with what it says of the shop as it is now, which Hypothesis cannot know."""
        match one:
            case does.Work() | does.Relay():
                return type(one)()
            case does.Cancel(order=rank) | does.Move(order=rank) | does.Look(order=rank):
                orders = len(self._plain.orders)
                return replace(one, order=rank % orders) if orders else does.Relay()
            case does.Place(who=who, expected_total=off, cart_version=back):
                cart, products = self._plain.carts[who], self._plain.products
                total = sum(units * products[id].price for id, (units, _) in cart.lines.items())
                return replace(
                    one,
                    expected_total=None if off is None else total + off,
                    cart_version=None if back is None else max(0, cart.version - back),
                )
        return one

    def _do(
        self, one: Operation, at: At | None = None, disturbed: Way | None = None, others: Sequence[Answer] = ()
    ) -> None:
        """The one thing, in both shops; and then they are as alike as they were."""
        type(self).steps += 1
        if isinstance(one, does.Place):
            self._last = one
        shop = self._scene.shop
        answer = self._runner.run(self._answer(one, shop.calm if at is None else shop.services(at)))
        reached = at is not None and at.reached
        type(self).disturbed += reached
        self._compare([answer, *others], worlds(self._plain, one, disturbed if reached else None))

    async def _answer(self, one: Operation, services: Services) -> Answer:
        try:
            return await one.really(self._scene, services)
        except ShopError as error:
            return (type(error).__name__, error.facts.get("order_id"), error.replayed)
        except Stopped:
            return ("Stopped",)

    def _compare(self, answers: Sequence[Answer], may_be: Iterable[World]) -> None:
        """The plain shop is one of those that may be now. Raises: Different if none is like the real one."""
        self._different = True
        seen, orders = self._runner.run(seen_really(self._scene))
        for answer in answers:
            self._promises.answered(answer)
        try:
            self._promises.check(seen, orders, self._scene)
        except AssertionError as broken:
            raise Different(broken) from broken
        ids = {order.id: rank for rank, order in enumerate(orders)}
        now = {"answers": [_with_rank(answer, ids) for answer in answers], **seen}
        expected: list[object] = []
        for plain, plain_answers in may_be:
            ranks = {number: rank for rank, number in enumerate(sorted(plain.orders))}
            other = {"answers": [_with_rank(answer, ranks) for answer in plain_answers], **seen_plainly(plain)}
            if other == now:
                self._plain, self._different = plain, False
                return
            expected.append(other)
        raise Different(difference(now, expected))


def _with_rank(answer: Answer, ranks: Mapping[Any, int]) -> Answer:
    """An answer in which the order, by its id or number, is by its rank among all."""
    if len(answer) < 3 or answer[0] == "round" or answer[1] is None:
        return answer
    return (answer[0], ranks.get(answer[1], answer[1]), *answer[2:])
