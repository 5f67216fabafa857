"""What a checkout, a cancellation and a shipment do to stock and cart, also where others act in between."""

from collections.abc import Callable

import pytest

from core.cart.model import Owner
from core.order.errors import (
    CartChanged,
    IllegalTransition,
    OrderCancelled,
    OrderNotFound,
    OutOfStock,
    ProductNotForSale,
    Shortage,
)
from core.order.model import Order
from core.shared.context import Caller
from core.shared.errors import Unavailable, VersionStale
from tests.core.order.orders import ALICE, BOB, after
from tests.core.order.shop import Hook, Services, Shop

CUSTOMER = Caller(id=ALICE, kind="customer")
ADMIN = Caller(id=BOB, kind="customer", roles=frozenset({"admin"}))


def at(place: str, act: Callable[[], object]) -> Hook:
    """A hook that acts once, at that place."""
    left = [act]

    async def hook(call: str) -> None:
        if call == place and left:
            result = left.pop()()
            if hasattr(result, "__await__"):
                await result

    return hook


async def ordered(shop: Shop, *, units: int = 10, quantity: int = 2) -> tuple[Order, str]:
    product = await shop.sell(units)
    await shop.put(product, quantity)
    return (await shop.calm.place()).order, product


async def ship(services: Services, order: Order) -> Order:
    return await services.order.move_order(order_id=order.id, status="shipped", note="")


async def test_nothing_is_touched_before_the_order_is_kept() -> None:
    shop = Shop()
    product = await shop.sell(5)
    await shop.put(product)
    calls: list[str] = []

    async def write_down(call: str) -> None:
        calls.append(call)

    await shop.services(write_down).place()
    writes = ("orders.add", "orders.save", "stock.hold", "carts.subtract", "cart.carts.save", "product.stocks.take")
    done = [call.removesuffix(":after") for call in calls if call.endswith(":after") and call[:-6] in writes]
    assert done == [
        "orders.add",
        "product.stocks.take",
        "stock.hold",
        "orders.save",
        "orders.save",
        "cart.carts.save",
        "carts.subtract",
        "orders.save",
    ]


async def test_a_cart_that_changed_before_the_stock_was_held_is_not_ordered() -> None:
    shop = Shop()
    product = await shop.sell(5)
    await shop.put(product, 2)

    async def take_out() -> None:
        await shop.calm.cart.set_item(owner=Owner.customer(ALICE), product_id=product, quantity=1)

    with pytest.raises(CartChanged) as refusal:
        await shop.services(at("orders.add:after", take_out)).place(key="k")
    order = await shop.the_order()
    assert (order.state, order.cancel_reason) == ("CANCELLED", "cart_changed")
    assert refusal.value.facts["order_id"] == order.id
    assert (await shop.stock(product)).available == 5
    assert await shop.in_cart() == {product: 1}


async def test_what_is_added_during_checkout_stays_in_the_cart() -> None:
    calls: list[str] = []

    async def write_down(call: str) -> None:
        calls.append(call)

    trial = Shop()
    await trial.put(await trial.sell(5), 2)
    await trial.services(write_down).place()
    for place in calls:
        shop = Shop()
        product, other = await shop.sell(5), await shop.sell(5)
        await shop.put(product, 2)

        async def add(shop: Shop = shop, other: str = other) -> None:
            await shop.put(other, 3)

        order = (await shop.services(at(place, add)).place()).order
        assert order.status == "confirmed", place
        bought = {line.product_id: line.quantity for line in order.lines}
        assert bought == ({product: 2, other: 3} if other in bought else {product: 2}), place
        assert await shop.in_cart() == ({} if other in bought else {other: 3}), place
        await shop.settle_down()
        assert await shop.violations() == []


async def test_a_shortage_met_after_the_order_was_kept_gives_back_what_was_taken() -> None:
    shop = Shop()
    plenty, short, gone = [await shop.sell(5) for _ in range(3)]
    for product in (plenty, short, gone):
        await shop.put(product, 4)

    async def sold_meanwhile() -> None:
        await shop.remove_units(short, 2)
        await shop.remove_units(gone, 5)

    with pytest.raises(OutOfStock) as refusal:
        await shop.services(at("stock.hold:before", sold_meanwhile)).place()
    assert refusal.value.lines == (
        Shortage(product_id=short, quantity=4, available=3),
        Shortage(product_id=gone, quantity=4, available=0),
    )
    assert [(await shop.stock(product)).available for product in (plenty, short, gone)] == [5, 3, 0]
    assert await shop.in_cart() == {plenty: 4, short: 4, gone: 4}
    await shop.settle_down()
    assert await shop.violations() == []


async def test_a_product_that_is_gone_when_it_is_to_be_held_cancels_the_order() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))

    def gone() -> None:
        raise ProductNotForSale("There is no such product.")

    with pytest.raises(OrderCancelled) as refusal:
        await shop.services(at("stock.hold:before", gone)).place()
    assert refusal.value.facts["reason"] == "product_not_for_sale"
    await shop.settle_down()
    assert await shop.violations() == []


async def test_a_slow_hold_never_outlives_the_cancellation() -> None:
    """The units are asked for, nothing comes back, the order is given up; then the old request arrives after all."""
    shop = Shop()
    product = await shop.sell(5)
    await shop.put(product, 2)

    async def given_up() -> None:
        shop.clock.advance(60)
        await shop.calm.order.resume_orders()
        assert (await shop.the_order()).state == "CANCELLED"

    with pytest.raises(OrderCancelled) as refusal:
        await shop.services(at("stock.hold:before", given_up)).place()
    assert refusal.value.facts["reason"] == "timed_out"
    stock = await shop.stock(product)
    assert (stock.available, stock.held) == (5, 0)


async def test_a_cancelled_order_gives_its_units_back_once() -> None:
    shop = Shop()
    order, product = await ordered(shop)
    for _ in range(3):
        cancelled = await shop.calm.order.cancel_order(order_id=order.id, caller=CUSTOMER)
        assert (cancelled.state, cancelled.cancel_reason) == ("CANCELLED", "customer_request")
        stock = await shop.stock(product)
        assert (stock.available, stock.held, stock.sold) == (10, 0, 0)
    cancelled = await shop.the_order()
    assert [change.status for change in cancelled.history] == ["pending", "confirmed", "cancelled"]
    assert [change.by for change in cancelled.history] == ["customer", "system", "customer"]


async def test_a_cancellation_lasts_though_the_stock_cannot_answer() -> None:
    shop = Shop()
    order, product = await ordered(shop)

    def down() -> None:
        raise Unavailable("The product service is down.")

    services = shop.services(at("stock.release:before", down))
    cancelled = await services.order.cancel_order(order_id=order.id, caller=ADMIN)
    assert (cancelled.state, cancelled.status) == ("CANCELLING", "cancelled")
    assert (await shop.stock(product)).available == 8
    await shop.settle_down()
    assert (await shop.stock(product)).available == 10
    assert await shop.violations() == []


async def test_a_shipped_order_is_sold_once_and_cannot_be_cancelled() -> None:
    shop = Shop()
    order, product = await ordered(shop)
    shipped = await ship(shop.calm, order)
    assert (shipped.status, shipped.todos) == ("shipped", ())
    stock = await shop.stock(product)
    assert (stock.available, stock.held, stock.sold) == (8, 0, 2)
    with pytest.raises(IllegalTransition):
        await shop.calm.order.cancel_order(order_id=order.id, caller=CUSTOMER)
    with pytest.raises(IllegalTransition):
        await ship(shop.calm, order)
    delivered = await shop.calm.order.move_order(order_id=order.id, status="delivered", note="At the door")
    assert delivered.history[-1].note == "At the door"
    await shop.settle_down()
    assert await shop.violations() == []


async def test_a_cancellation_and_a_shipment_at_once_are_one_of_both() -> None:
    for place in ("orders.get:after", "orders.save:before", "orders.save:after"):
        shop = Shop()
        order, product = await ordered(shop)

        async def cancel(shop: Shop = shop, order: Order = order) -> None:
            try:
                await shop.calm.order.cancel_order(order_id=order.id, caller=CUSTOMER)
            except IllegalTransition:
                return

        try:
            await ship(shop.services(at(place, cancel)), order)
            shipped = True
        except IllegalTransition:
            shipped = False
        await shop.settle_down()
        stock = await shop.stock(product)
        assert (await shop.the_order()).status == ("shipped" if shipped else "cancelled")
        assert (stock.available, stock.held, stock.sold) == ((8, 0, 2) if shipped else (10, 0, 0))
        assert await shop.violations() == []


async def test_a_change_for_another_version_is_refused() -> None:
    shop = Shop()
    order, _ = await ordered(shop)
    for change in (
        shop.calm.order.cancel_order(order_id=order.id, caller=CUSTOMER, version=order.version - 1),
        shop.calm.order.move_order(order_id=order.id, status="shipped", note="", version=order.version + 1),
    ):
        with pytest.raises(VersionStale):
            await change
    assert await shop.the_order() == order


async def test_another_customers_order_does_not_exist() -> None:
    shop = Shop()
    order, _ = await ordered(shop)
    stranger = Caller(id=BOB, kind="customer")
    with pytest.raises(OrderNotFound):
        await shop.calm.order.get_order(order_id=order.id, caller=stranger)
    with pytest.raises(OrderNotFound):
        await shop.calm.order.cancel_order(order_id=order.id, caller=stranger)
    assert (await shop.calm.order.get_order(order_id=order.id, caller=ADMIN)).id == order.id


async def test_an_order_in_the_making_can_be_called_off() -> None:
    shop = Shop()
    product = await shop.sell(5)
    await shop.put(product)

    async def call_off() -> None:
        await shop.calm.order.cancel_order(order_id=(await shop.the_order()).id, caller=CUSTOMER)

    with pytest.raises(OrderCancelled) as refusal:
        await shop.services(at("stock.hold:after", call_off)).place()
    assert refusal.value.facts["reason"] == "customer_request"
    stock = await shop.stock(product)
    assert (stock.available, stock.held) == (5, 0)
    listed = await shop.calm.order.list_orders(caller=CUSTOMER, customer_id=None, status=None, limit=20, after=None)
    assert listed.items == ()
    assert (await shop.the_order()).placed_at == after(0)


async def test_an_order_that_is_kept_when_the_time_is_up_is_answered_as_undecided() -> None:
    """Even if the store, too, says that there is no time left to ask it."""
    shop = Shop()
    await shop.put(await shop.sell(5))
    spent: list[str] = []

    async def time_runs_out(call: str) -> None:
        if spent or call == "stock.hold:before":
            spent.append(call)
            raise Unavailable("There is no time left.")

    answer = await shop.services(time_runs_out).place()
    assert (answer.order.status, answer.order.id) == ("pending", (await shop.the_order()).id)


async def test_cancelling_again_by_a_version_that_was_right_the_first_time_changes_nothing() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))
    order = (await shop.calm.place()).order
    caller = Caller(id=order.customer_id, kind="customer")
    first = await shop.calm.order.cancel_order(order_id=order.id, caller=caller, version=order.version)
    again = await shop.calm.order.cancel_order(order_id=order.id, caller=caller, version=order.version)
    assert (again.status, again.version) == ("cancelled", first.version)
