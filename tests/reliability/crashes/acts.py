"""What people and workers do in a shop; each of it may end anywhere, and may be done again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from core.cart.model import CartView
from core.order.model import Status
from core.shared.context import Caller
from core.shared.errors import ShopError
from tests.builders import usd
from tests.core.order.orders import ALICE, BOB
from tests.core.order.shop import HOME_ID, Services
from tests.reliability.crashes.scene import PRICE, QUANTITY, Answer, Scene

Act = Callable[[Scene, Services], Awaitable[None]]
CUSTOMER = Caller(id=ALICE, kind="customer")
ADMIN = Caller(id=BOB, kind="customer", roles=frozenset({"admin"}))


async def order_with_a_key(scene: Scene, services: Services) -> None:
    await scene.place(services, key="k")


async def order_without_a_key(scene: Scene, services: Services) -> None:
    await scene.place(services)


async def order_the_cart_that_was_seen(scene: Scene, services: Services) -> None:
    await scene.place(services, cart_version=scene.version)


async def order_under_another_key(scene: Scene, services: Services) -> None:
    """From a second tab, of the same cart."""
    await scene.place(services, key="other", cart_version=scene.version)


async def order_under_another_key_as_it_is(scene: Scene, services: Services) -> None:
    """From a second tab, of whatever is in the cart by now."""
    await scene.place(services, key="other")


async def order_with_all_that_can_be_said(scene: Scene, services: Services) -> None:
    total = usd(PRICE * QUANTITY * len(scene.products))
    await scene.place(services, key="k", cart_version=scene.version, address_id=HOME_ID, expected_total=total)


def cancel_as(caller: Caller) -> Act:
    async def cancel(scene: Scene, services: Services) -> None:
        order_id = (await scene.shop.the_order()).id
        await _changed(scene, services.order.cancel_order(order_id=order_id, caller=caller))

    return cancel


def move_to(status: Status) -> Act:
    async def move(scene: Scene, services: Services) -> None:
        order_id = (await scene.shop.the_order()).id
        await _changed(scene, services.order.move_order(order_id=order_id, status=status, note=""))

    return move


async def _changed(scene: Scene, change: Awaitable[object]) -> None:
    try:
        outcome = await change
    except ShopError as refusal:
        outcome = refusal
    scene.answers.append(Answer(key=None, outcome=outcome))


async def merge(scene: Scene, services: Services) -> None:
    """Alice signs in, and brings what she had put into a cart as a guest."""
    await scene.merge(services)


async def merge_for_another(scene: Scene, services: Services) -> None:
    await scene.merge(services, customer_id=BOB)


async def merge_then_order(scene: Scene, services: Services) -> None:
    await scene.merge(services)
    if isinstance(scene.answers[-1].outcome, CartView):
        await scene.place(services, key="k")


async def resume(scene: Scene, services: Services) -> None:
    await _unless_unavailable(services.order.resume_orders())


async def relay(scene: Scene, services: Services) -> None:
    await _unless_unavailable(services.order.relay_events())


async def _unless_unavailable(round: Awaitable[object]) -> None:
    """One round of a worker, which goes on with the next whatever becomes of this one."""
    with suppress(ShopError):
        await round


def worker_after(seconds: float) -> Act:
    """A worker comes by, that much later."""

    async def work(scene: Scene, services: Services) -> None:
        scene.shop.clock.advance(seconds)
        await resume(scene, services)
        await relay(scene, services)

    return work


worker = worker_after(6)
"""In time: the order may still be confirmed."""
late_worker = worker_after(90)
"""When the order's deadline has passed."""
very_late_worker = worker_after(3 * 3600)
"""When the stock has forgotten all holds that are closed."""
