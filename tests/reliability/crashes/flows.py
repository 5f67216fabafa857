"""The flows that a process may die in: what was there before, what is done, who gets in the way, who comes after."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.core.order.shop import Hook
from tests.reliability.crashes import acts
from tests.reliability.crashes.acts import Act
from tests.reliability.crashes.faults import Killed
from tests.reliability.crashes.scene import QUANTITY, UNITS, Scene

Recoveries = Mapping[str, tuple[Act, ...]]
Happening = Callable[[Scene], Awaitable[None]]
WORKERS = {"worker": acts.worker, "late worker": acts.late_worker, "very late worker": acts.very_late_worker}


def by(**clients: Act) -> Recoveries:
    """Clients and workers that come after: each alone, and a client before and behind a worker in time and a late one.

    Behind each of them a worker comes by until nothing is left to do.
    """
    named = {name.replace("_", " "): act for name, act in clients.items()}
    pairs = [(f"{name}, then late worker", (act, acts.late_worker)) for name, act in named.items()]
    for work in ("worker", "late worker"):
        pairs += [(f"{work}, then {name}", (WORKERS[work], act)) for name, act in named.items()]
    return {name: (act,) for name, act in {**named, **WORKERS}.items()} | dict(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`run` is what fails, and `rival` gets in its way, once at each of the named calls."""

    name: str
    run: Act
    recoveries: Recoveries
    prepare: tuple[Happening, ...] = ()
    rival: Mapping[str, Happening] | None = None
    products: int = 2

    @property
    def who_comes_after(self) -> Mapping[str, Act]:
        """Each of those who come after, alone."""
        return {name: acts[0] for name, acts in self.recoveries.items() if len(acts) == 1}

    def hook(self, scene: Scene) -> Hook | None:
        """The rival, who comes once at each call."""
        left = dict(self.rival or {})

        async def hook(call: str) -> None:
            happening = left.pop(call, None)
            if happening is not None:
                await happening(scene)

        return hook if left else None


def left_by(run: Act, at: str, *, seconds: float = 6) -> Happening:
    """What is there after `run` ended at a call, so much later."""

    async def leave(scene: Scene) -> None:
        async def end(call: str) -> None:
            if call == at:
                raise Killed

        try:
            await run(scene, scene.shop.services(end))
        except Killed:
            scene.shop.clock.advance(seconds)
        else:
            raise AssertionError(f"{at} is not on the way")

    return leave


def done(run: Act) -> Happening:
    async def do(scene: Scene) -> None:
        await run(scene, scene.shop.calm)

    return do


async def second_runs_short(scene: Scene) -> None:
    await scene.shop.remove_units(sorted(scene.products)[1], UNITS - 1)


async def second_is_taken_out(scene: Scene) -> None:
    await scene.take_out(sorted(scene.products)[1])


async def more_is_added(scene: Scene) -> None:
    await scene.add(scene.products[0], 1)


async def first_costs_more(scene: Scene) -> None:
    await scene.shop.reprice(scene.products[0], 1_500)


async def guest_has_a_cart(scene: Scene) -> None:
    """Of a product that Alice has too, and of one that she has not."""
    other = await scene.shop.sell(UNITS)
    for product in [*scene.products[:1], other]:
        await scene.add_as_guest(product, QUANTITY)


IN_CHECKOUT = left_by(acts.order_with_a_key, "orders.add:after")
HELD = left_by(acts.order_with_a_key, "stock.hold:after")
CONFIRMED = left_by(acts.order_with_a_key, "carts.subtract:before")
SUBTRACTED = left_by(acts.order_with_a_key, "carts.subtract:after")
ORDERED = done(acts.order_with_a_key)
SHIPPED = done(acts.move_to("shipped"))

TABS = {
    "without_a_key": acts.order_the_cart_that_was_seen,
    "under_another_key": acts.order_under_another_key,
}
KEYED = by(same_key=acts.order_with_a_key, **TABS)
UNKEYED = by(same_request=acts.order_without_a_key, **TABS)
NAMED = by(same_request=acts.order_the_cart_that_was_seen, under_another_key=acts.order_under_another_key)
IN_FULL = by(same_key=acts.order_with_all_that_can_be_said, **TABS)

ORDERS = [
    Flow(name="order a product", run=acts.order_with_a_key, recoveries=KEYED, products=1),
    Flow(name="order two products", run=acts.order_with_a_key, recoveries=KEYED),
    Flow(name="order a product without a key", run=acts.order_without_a_key, recoveries=UNKEYED, products=1),
    Flow(name="order two products without a key", run=acts.order_without_a_key, recoveries=UNKEYED),
    Flow(name="order the cart that was seen", run=acts.order_the_cart_that_was_seen, recoveries=NAMED),
    Flow(name="order with all that can be said", run=acts.order_with_all_that_can_be_said, recoveries=IN_FULL),
    Flow(name="order again", run=acts.order_with_a_key, recoveries=KEYED, prepare=(IN_CHECKOUT,)),
    Flow(name="order from a second tab", run=acts.order_under_another_key, recoveries=KEYED, prepare=(IN_CHECKOUT,)),
    Flow(
        name="order what runs short at once",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        prepare=(second_runs_short,),
    ),
    Flow(
        name="order what runs short later",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival={"orders.add:after": second_runs_short},
    ),
    Flow(
        name="order a cart that has changed since it was seen",
        run=acts.order_the_cart_that_was_seen,
        recoveries=NAMED,
        prepare=(more_is_added,),
    ),
    Flow(
        name="order a cart that changes later",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival={"orders.add:after": second_is_taken_out},
    ),
    Flow(
        name="order a cart of which more is ordered than is there now",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival={"orders.add:before": second_is_taken_out},
    ),
    Flow(
        name="order a cart that is added to",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival=dict.fromkeys(("orders.add:after", "stock.hold:after", "carts.subtract:before"), more_is_added),
    ),
    Flow(
        name="order a cart that another checkout has open",
        run=acts.order_under_another_key_as_it_is,
        recoveries=by(same_key=acts.order_under_another_key_as_it_is, first_key=acts.order_with_a_key),
        prepare=(IN_CHECKOUT, more_is_added),
    ),
    Flow(
        name="order at a price that changes before",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival={"carts.get:after": first_costs_more},
    ),
    Flow(
        name="order at a price that changes later",
        run=acts.order_with_a_key,
        recoveries=KEYED,
        rival={"orders.add:after": first_costs_more},
    ),
    Flow(
        name="order while a guest's cart is merged",
        run=acts.order_with_a_key,
        recoveries=by(same_key=acts.order_with_a_key, under_another_key=acts.order_under_another_key, merge=acts.merge),
        prepare=(guest_has_a_cart,),
        rival={"stock.hold:after": done(acts.merge)},
    ),
]


def resumed(name: str, *prepare: Happening) -> Flow:
    return Flow(name=f"resume {name}", run=acts.resume, recoveries=KEYED, prepare=prepare)


async def an_hour_later(scene: Scene) -> None:
    scene.shop.clock.advance(3600)


WORK = [
    resumed("an order that was just made", IN_CHECKOUT),
    resumed("an order whose units were just held", HELD),
    resumed("an order that was just confirmed", CONFIRMED),
    resumed("an order whose cart was just subtracted", SUBTRACTED),
    resumed("an order past its deadline", HELD, an_hour_later),
    resumed("a cancellation", ORDERED, left_by(acts.cancel_as(acts.CUSTOMER), "stock.release:before")),
    resumed("a shipment", ORDERED, left_by(acts.move_to("shipped"), "stock.settle:before")),
    Flow(name="relay an event", run=acts.relay, recoveries=KEYED, prepare=(ORDERED,)),
    Flow(
        name="relay three events",
        run=acts.relay,
        recoveries=KEYED,
        prepare=(ORDERED, SHIPPED, done(acts.move_to("delivered"))),
    ),
]


def changed(name: str, run: Act, *prepare: Happening) -> Flow:
    return Flow(name=name, run=run, recoveries=by(again=run, order=acts.order_with_a_key), prepare=prepare)


CHANGES = [
    *(
        changed(f"cancel {what} as {who}", acts.cancel_as(caller), prepare)
        for who, caller in {"the customer": acts.CUSTOMER, "an admin": acts.ADMIN}.items()
        for what, prepare in {
            "what was just made": IN_CHECKOUT,
            "what was just held": HELD,
            "what is confirmed": ORDERED,
        }.items()
    ),
    changed("cancel what is confirmed, its cart not subtracted", acts.cancel_as(acts.CUSTOMER), CONFIRMED),
    changed("move an order to cancelled", acts.move_to("cancelled"), ORDERED),
    changed("ship", acts.move_to("shipped"), ORDERED),
    changed("ship what is in the cart yet", acts.move_to("shipped"), CONFIRMED),
    changed("deliver", acts.move_to("delivered"), ORDERED, SHIPPED),
]

MERGES = by(again=acts.merge, order=acts.order_with_a_key, another_customer=acts.merge_for_another)
CARTS = [
    Flow(name="merge", run=acts.merge, recoveries=MERGES, prepare=(guest_has_a_cart,)),
    Flow(name="merge into no cart", run=acts.merge, recoveries=MERGES, prepare=(guest_has_a_cart,), products=0),
    Flow(name="merge again", run=acts.merge, recoveries=MERGES, prepare=(guest_has_a_cart, done(acts.merge))),
    Flow(
        name="merge after another has",
        run=acts.merge,
        recoveries=MERGES,
        prepare=(guest_has_a_cart, done(acts.merge_for_another)),
    ),
    Flow(name="merge, then order", run=acts.merge_then_order, recoveries=MERGES, prepare=(guest_has_a_cart,)),
    Flow(
        name="merge while the cart is ordered",
        run=acts.merge,
        recoveries=MERGES,
        prepare=(guest_has_a_cart,),
        rival={"cart.carts.save:after": ORDERED},
    ),
]

FLOWS: Mapping[str, Sequence[Flow]] = {
    "checkout": ORDERS[:8],
    "checkout with somebody in the way": ORDERS[8:],
    "worker and relay": WORK,
    "cancel, ship, deliver": CHANGES,
    "merge": CARTS,
}
"""By theme."""
