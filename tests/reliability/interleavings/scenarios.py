"""Who meets whom in the shop, and how it must end; what must always be true is in the scene's own books."""

from collections.abc import Iterator

from core.cart.errors import CartAlreadyMerged
from core.cart.model import CartView
from core.order.errors import CartChanged, IllegalTransition, OutOfStock, PriceChanged
from core.order.use_cases.place import Placement
from core.product.errors import OutOfStock as StockTooLow
from core.shared.errors import IdempotencyKeyReused
from tests.builders import usd
from tests.core.order.orders import ALICE, BOB, HOME
from tests.core.order.shop import HOME_ID
from tests.reliability.interleavings.endings import kinds, names, unless_disturbed
from tests.reliability.interleavings.scene import PRICE, Check, Scenario, Scene
from tests.reliability.interleavings.scheduler import Actor


def two_customers_for_the_last_unit(scene: Scene) -> Check:
    product = scene.sell(1)
    for customer in (ALICE, BOB):
        scene.fill(product, customer=customer)
    buyers = scene.place("alice", key="a"), scene.place("bob", key="b", customer_id=BOB)
    return unless_disturbed(scene, (lambda: kinds(*buyers), names(Placement, OutOfStock)))


def crossed_carts_on_the_last_units(scene: Scene) -> Check:
    one, two = scene.sell(1), scene.sell(1)
    for customer, products in ((ALICE, (one, two)), (BOB, (two, one))):
        for product in products:
            scene.fill(product, customer=customer)
    buyers = scene.place("alice", key="a"), scene.place("bob", key="b", customer_id=BOB)
    return unless_disturbed(scene, (lambda: kinds(*buyers), names(Placement, OutOfStock)))


def _one_order_of(scene: Scene, *posts: Actor) -> Check:
    def once() -> Iterator[str]:
        alive = [order for order in scene.orders() if order.status != "cancelled"]
        if len(alive) > 1:
            yield f"one cart was ordered {len(alive)} times"
        yield from strict()

    strict = unless_disturbed(
        scene,
        (lambda: kinds(*posts), names(Placement, Placement)),
        (lambda: len(scene.orders()), 1),
        (lambda: {post.outcome.order.id for post in posts} == {order.id for order in scene.orders()}, True),
        (lambda: [actor.outcome.replayed for actor, _ in scene.placing].count(False), 1),
    )
    return once


def one_cart_posted_twice_with_one_key(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 3)
    return _one_order_of(scene, scene.place("one tab", key="k"), scene.place("other tab", key="k"))


def one_cart_posted_twice_with_two_keys(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 3)
    version = scene.cart_version()
    posts = (scene.place(f"tab {key}", key=key, cart_version=version) for key in "ab")
    return _one_order_of(scene, *posts)


def one_cart_posted_twice_with_no_key(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 3)
    return _one_order_of(scene, scene.place("one tab"), scene.place("other tab"))


def one_key_for_two_requests(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 3)
    posts = scene.place("home", key="k", address_id=HOME_ID), scene.place("there", key="k", shipping_address=HOME)
    return unless_disturbed(
        scene,
        (lambda: kinds(*posts), names(Placement, IdempotencyKeyReused)),
        (lambda: len(scene.bought()), 1),
    )


def checkout_against_an_addition(scene: Scene) -> Check:
    product = scene.sell(9)
    scene.fill(product, 2)
    post, adder = scene.place(key="k"), scene.add(product)
    return unless_disturbed(scene, (lambda: kinds(post, adder), names(Placement, CartView)))


def checkout_against_a_removal(scene: Scene) -> Check:
    kept, removed = scene.sell(9), scene.sell(9)
    scene.fill(kept)
    scene.fill(removed, 2)
    post, _ = scene.place(key="k"), scene.remove(removed)
    return unless_disturbed(
        scene,
        (lambda: isinstance(post.outcome, Placement | CartChanged), True),
        (lambda: scene.in_cart() == ({} if isinstance(post.outcome, Placement) else {kept: 1}), True),
    )


def checkout_against_a_merge(scene: Scene) -> Check:
    product, other = scene.sell(9), scene.sell(9)
    scene.fill(product, 2)
    token = scene.guest(other, 3)
    post, merger = scene.place(key="k"), scene.merge(token, other, 3)
    return unless_disturbed(scene, (lambda: kinds(post, merger), names(Placement, CartView)))


def checkout_against_a_worker(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 2)
    post, _ = scene.place(key="k"), scene.work(later=6)
    return unless_disturbed(scene, (lambda: kinds(post), names(Placement)), (lambda: len(scene.bought()), 1))


def two_workers_and_a_retry_for_an_order_left_half_way(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 2)
    order = scene.left_at("cart.carts.get", times=2, key="k")
    post = scene.place(key="k")
    scene.work(later=6)
    scene.work(name="second worker")
    return unless_disturbed(scene, (lambda: post.outcome.order.id, order.id), (lambda: len(scene.bought()), 1))


def cancel_against_ship(scene: Scene) -> Check:
    scene.fill(scene.sell(9), 2)
    order = scene.ordered()
    both = scene.cancel(order), scene.ship(order)
    return unless_disturbed(
        scene, (lambda: [isinstance(actor.outcome, IllegalTransition) for actor in both].count(True), 1)
    )


def cancel_against_a_worker(scene: Scene) -> Check:
    product = scene.sell(9)
    scene.fill(product, 2)
    order = scene.left_at("cart.carts.get", times=2, key="k")
    scene.cancel(order)
    scene.work(later=6)
    return unless_disturbed(
        scene,
        (lambda: [order.status for order in scene.orders()], ["cancelled"]),
        (lambda: scene.available(product), 9),
    )


def ship_against_a_worker(scene: Scene) -> Check:
    product = scene.sell(9)
    scene.fill(product, 2)
    order = scene.left_at("cart.carts.save", key="k")
    scene.ship(order)
    scene.work(later=6)
    return unless_disturbed(
        scene, (lambda: [order.status for order in scene.orders()], ["shipped"]), (lambda: scene.available(product), 7)
    )


def checkout_against_a_price_change(scene: Scene) -> Check:
    product = scene.sell(9)
    scene.fill(product, 2)
    expecting = scene.place("alice", key="a", expected_total=usd(2 * PRICE))
    scene.fill(product, 2, customer=BOB)
    seeing = scene.place("bob", key="b", customer_id=BOB)
    scene.reprice(product, PRICE + 1)

    def check() -> Iterator[str]:
        yield from (f"{order.total} was charged" for order in scene.orders() if order.total != usd(2 * PRICE))
        for actor in (expecting, seeing):
            if not scene.disturbed and not isinstance(actor.outcome, Placement | PriceChanged):
                yield f"{actor.name} was told {actor.outcome!r}"

    return check


def checkout_against_a_stock_adjustment(scene: Scene) -> Check:
    product = scene.sell(3)
    scene.fill(product, 2)
    post, taker = scene.place(key="k"), scene.adjust(product, -2)
    return unless_disturbed(
        scene,
        (lambda: isinstance(post.outcome, OutOfStock) != isinstance(taker.outcome, StockTooLow), True),
        (lambda: isinstance(post.outcome, Placement | OutOfStock), True),
    )


def _additions(scene: Scene, number: int) -> Check:
    product = scene.sell(2 * number)
    adders = [scene.add(product, name=f"adder {count}") for count in range(number)]
    return unless_disturbed(scene, (lambda: kinds(*adders), names(*[CartView] * number)))


def three_additions_at_once(scene: Scene) -> Check:
    return _additions(scene, 3)


def thirty_two_additions_at_once(scene: Scene) -> Check:
    return _additions(scene, 32)


def two_customers_merge_one_guest_cart(scene: Scene) -> Check:
    product = scene.sell(9)
    scene.fill(product, customer=BOB)
    token = scene.guest(product, 3)
    both = scene.merge(token, product, 3), scene.merge(token, product, 3, customer=BOB, name="bob signing in")

    def check() -> Iterator[str]:
        if kinds(*both) != names(CartView, CartAlreadyMerged):
            yield f"the merges came out as {kinds(*both)}"

    return check


def two_relays(scene: Scene) -> Check:
    for customer in (ALICE, BOB):
        scene.fill(scene.sell(9), customer=customer)
        scene.ordered(customer_id=customer)
    scene.relay()
    scene.relay(name="second relay")

    def check() -> Iterator[str]:
        told = [event.id for event in scene.shop.publisher.told]
        if len(told) != len(set(told)) and scene.waited < 10 and not scene.disturbed:
            yield f"told twice: {told}"

    return check


def two_attempts_on_one_cart_and_a_rival(scene: Scene) -> Check:
    """One attempt may fail late, short of what the rival took; it does not give back what the other attempt holds."""
    product, scarce = scene.sell(4), scene.sell(1)
    scene.fill(product)
    version = scene.cart_version()
    scene.place("one tab", key="a", cart_version=version)
    scene.fill(scarce)
    scene.place("other tab", key="b")
    scene.fill(scarce, customer=BOB)
    scene.place("bob", key="c", customer_id=BOB)
    return unless_disturbed(scene, (lambda: len(scene.bought()) > 0, True))


def two_attempts_on_a_cart_that_grows(scene: Scene) -> Check:
    """What one attempt has bought is not in the cart that the other has seen."""
    product, more = scene.sell(9), scene.sell(9)
    scene.fill(product)
    scene.place("alice", key="a")
    scene.add_and_place(more, key="b")
    return unless_disturbed(scene, (lambda: len(scene.bought()) > 0, True))


def an_order_that_waits_to_be_shipped(scene: Scene) -> Check:
    """Nobody else gets its units, however long it takes."""
    product = scene.sell(1)
    scene.fill(product)
    scene.fill(product, customer=BOB)
    order = scene.ordered()
    scene.wait(3_000)
    scene.place("bob", key="b", customer_id=BOB)
    scene.ship(order)
    return unless_disturbed(scene)


ALL = 1_000
"""More preemptions than there are steps: every schedule there is."""
SCENARIOS: dict[Scenario, int | None] = {
    two_customers_for_the_last_unit: 3,
    crossed_carts_on_the_last_units: 3,
    one_cart_posted_twice_with_one_key: 3,
    one_cart_posted_twice_with_two_keys: 3,
    one_cart_posted_twice_with_no_key: 3,
    one_key_for_two_requests: 3,
    checkout_against_an_addition: ALL,
    checkout_against_a_removal: ALL,
    checkout_against_a_merge: 3,
    checkout_against_a_worker: 3,
    two_workers_and_a_retry_for_an_order_left_half_way: 2,
    cancel_against_ship: ALL,
    cancel_against_a_worker: 3,
    ship_against_a_worker: 3,
    checkout_against_a_price_change: 2,
    checkout_against_a_stock_adjustment: ALL,
    three_additions_at_once: 3,
    thirty_two_additions_at_once: None,
    two_customers_merge_one_guest_cart: ALL,
    two_relays: ALL,
    two_attempts_on_one_cart_and_a_rival: 2,
    two_attempts_on_a_cart_that_grows: 3,
    an_order_that_waits_to_be_shipped: 3,
}
"""How many preemptions are tried in every way; `None` where even those without any are too many."""
