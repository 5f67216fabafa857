"""Placing an order: what is refused, and what answers a request that was made before."""

from datetime import timedelta

import pytest

from core.order.errors import (
    AddressUnknown,
    CartChanged,
    CartEmpty,
    CheckoutInProgress,
    OrderCancelled,
    OrderInvalid,
    OutOfStock,
    PriceChanged,
    ProductNotForSale,
    Shortage,
)
from core.order.use_cases.place import Placement
from core.shared.context import REQUEST, Caller, RequestContext
from core.shared.errors import IdempotencyKeyReused, Unavailable
from tests.builders import an_id, usd
from tests.core.order.orders import ALICE, BOB, HOME, after
from tests.core.order.shop import HOME_ID, Shop

CUSTOMER = Caller(id=ALICE, kind="customer")


async def stocked(shop: Shop, *, units: int = 10, quantity: int = 2) -> str:
    """A product that is in the cart."""
    product = await shop.sell(units)
    await shop.put(product, quantity)
    return product


async def test_a_cart_becomes_a_confirmed_order() -> None:
    shop = Shop()
    product = await stocked(shop)
    placement = await shop.calm.place(key="k", address_id=HOME_ID)
    order = placement.order
    assert (order.status, placement.replayed) == ("confirmed", False)
    assert (order.customer_id, order.total, order.shipping_address) == (ALICE, usd(2_000), HOME)
    assert [(line.product_id, line.quantity, line.unit_price) for line in order.lines] == [(product, 2, usd(1_000))]
    assert [change.status for change in order.history] == ["pending", "confirmed"]
    stock = await shop.stock(product)
    assert (stock.available, stock.held, stock.sold) == (8, 2, 0)
    assert await shop.in_cart() == {}
    await shop.settle_down()
    assert await shop.violations() == []


async def test_an_order_goes_to_a_given_address_or_to_one_by_id() -> None:
    shop = Shop()
    await stocked(shop)
    with pytest.raises(OrderInvalid):
        await shop.calm.place(shipping_address=HOME, address_id=HOME_ID)
    with pytest.raises(AddressUnknown):
        await shop.calm.place(address_id=an_id(1))
    assert await shop.every_order() == []
    assert (await shop.calm.place(shipping_address=HOME)).order.shipping_address == HOME


async def test_an_empty_cart_is_not_ordered() -> None:
    with pytest.raises(CartEmpty):
        await Shop().calm.place(key="k")


async def test_a_product_that_is_no_longer_sold_is_named() -> None:
    shop = Shop()
    gone, kept = await stocked(shop), await stocked(shop)
    await shop.calm.product.archive_product(product_id=gone, version=1)
    with pytest.raises(ProductNotForSale) as refusal:
        await shop.calm.place()
    assert refusal.value.facts["lines"] == ({"product_id": gone},)
    assert kept not in str(refusal.value.facts)
    assert await shop.every_order() == []


async def test_every_line_that_is_short_is_named_before_there_is_an_order() -> None:
    shop = Shop()
    products = [await stocked(shop, units=3, quantity=3) for _ in range(3)]
    await shop.remove_units(products[0], 1)
    await shop.remove_units(products[2], 3)
    with pytest.raises(OutOfStock) as refusal:
        await shop.calm.place(key="k")
    assert refusal.value.lines == (
        Shortage(product_id=products[0], quantity=3, available=2),
        Shortage(product_id=products[2], quantity=3, available=0),
    )
    assert await shop.every_order() == []
    assert (await shop.stock(products[1])).available == 3


async def test_a_price_that_is_not_the_one_seen_is_told() -> None:
    shop = Shop()
    product = await stocked(shop)
    await shop.reprice(product, 1_200)
    with pytest.raises(PriceChanged) as refusal:
        await shop.calm.place()
    assert refusal.value.facts["lines"] == ({"product_id": product, "old": usd(1_000), "new": usd(1_200)},)
    assert (refusal.value.facts["old"], refusal.value.facts["new"]) == (usd(2_000), usd(2_400))
    assert await shop.every_order() == []


async def test_a_changed_price_is_accepted_by_its_total() -> None:
    shop = Shop()
    await shop.reprice(await stocked(shop), 1_200)
    with pytest.raises(PriceChanged) as refusal:
        await shop.calm.place(expected_total=usd(2_000))
    assert (refusal.value.facts["old"], refusal.value.facts["new"]) == (usd(2_000), usd(2_400))
    assert (await shop.calm.place(expected_total=usd(2_400))).order.total == usd(2_400)


async def test_the_price_is_that_of_the_moment_of_ordering() -> None:
    shop = Shop()
    product = await stocked(shop)
    order = (await shop.calm.place()).order
    await shop.reprice(product, 9_999)
    assert (await shop.the_order()).total == order.total == usd(2_000)


async def test_a_cart_of_another_version_is_not_the_one_meant() -> None:
    shop = Shop()
    await stocked(shop)
    seen = await shop.cart_version()
    await stocked(shop)
    with pytest.raises(CartChanged) as refusal:
        await shop.calm.place(cart_version=seen)
    assert refusal.value.facts["cart_version"] == seen + 1
    assert (await shop.calm.place(cart_version=seen + 1)).order.cart_version == seen + 1


async def test_the_same_key_answers_from_the_same_order() -> None:
    shop = Shop()
    await stocked(shop)
    first = await shop.calm.place(key="k")
    again = await shop.calm.place(key="k")
    assert again.order.id == first.order.id
    assert (first.replayed, again.replayed) == (False, True)
    await shop.the_order()


async def test_the_same_key_answers_with_what_the_order_has_become() -> None:
    shop = Shop()
    await stocked(shop)
    order = (await shop.calm.place(key="k")).order
    await shop.calm.order.cancel_order(order_id=order.id, caller=CUSTOMER)
    assert (await shop.calm.place(key="k")).order.status == "cancelled"


async def test_the_same_key_for_another_request_is_refused() -> None:
    shop = Shop()
    await stocked(shop)
    await shop.calm.place(key="k", address_id=HOME_ID)
    with pytest.raises(IdempotencyKeyReused):
        await shop.calm.place(key="k", shipping_address=HOME)


async def test_keys_belong_to_one_customer() -> None:
    shop = Shop()
    product = await stocked(shop)
    await shop.put(product, customer_id=BOB)
    first = await shop.calm.place(key="k")
    second = await shop.calm.place(key="k", customer_id=BOB)
    assert first.order.id != second.order.id


async def test_a_version_that_was_ordered_answers_from_its_order() -> None:
    shop = Shop()
    await stocked(shop)
    seen = await shop.cart_version()
    first = await shop.calm.place(cart_version=seen)
    await stocked(shop)
    again = await shop.calm.place(cart_version=seen)
    assert (again.order.id, again.replayed) == (first.order.id, True)
    assert (await shop.calm.place(key="other", cart_version=seen)).order.id == first.order.id
    assert (await shop.calm.place(key="other", cart_version=seen)).replayed


async def test_a_request_without_a_key_that_began_before_the_order_was_confirmed_is_answered_from_it() -> None:
    shop = Shop()
    await stocked(shop)
    began = shop.clock.now()
    shop.clock.advance(1)
    order = (await shop.calm.place()).order
    REQUEST.set(RequestContext(began_at=began))
    assert (await shop.calm.place()).order.id == order.id
    REQUEST.set(RequestContext(began_at=began + timedelta(seconds=2)))
    with pytest.raises(CartEmpty) as refusal:
        await shop.calm.place()
    assert refusal.value.facts["order_id"] == order.id


async def test_another_order_of_the_cart_is_in_progress() -> None:
    shop = Shop()
    product = await stocked(shop)
    first = (await shop.services(stock_is_down).place(key="one")).order
    assert first.status == "pending"
    await shop.put(product)
    with pytest.raises(CheckoutInProgress) as refusal:
        await shop.calm.place(key="two")
    assert refusal.value.facts["order_id"] == first.id
    assert (await shop.calm.place(key="one")).order.status == "confirmed"
    await shop.settle_down()
    assert await shop.in_cart() == {product: 1}
    assert (await shop.calm.place(key="two")).order.status == "confirmed"


async def stock_is_down(call: str) -> None:
    if call == "stock.hold:before":
        raise Unavailable("The product service is down.")


async def test_a_key_that_came_for_another_request_while_this_one_joined_stays_its_own() -> None:
    shop = Shop()
    await stocked(shop)
    order = (await shop.services(stock_is_down).place()).order
    twin: list[Placement] = []

    async def twin_first(call: str) -> None:
        if call == "orders.save:before" and not twin:
            twin.append(await shop.calm.place(key="k", address_id=HOME_ID))

    with pytest.raises(IdempotencyKeyReused):
        await shop.services(twin_first).place(key="k", shipping_address=HOME)
    assert (await shop.calm.place(key="k", address_id=HOME_ID)).order.id == twin[0].order.id == order.id


async def test_a_key_that_made_another_order_while_this_request_joined_answers_from_that() -> None:
    shop = Shop()
    await stocked(shop)
    first = (await shop.services(stock_is_down).place()).order
    twin: list[Placement] = []

    async def twin_first(call: str) -> None:
        if call == "orders.save:before" and not twin:
            await shop.calm.place(cart_version=first.cart_version)
            await stocked(shop)
            twin.append(await shop.calm.place(key="k"))

    placement = await shop.services(twin_first).place(key="k")
    assert placement.order.id == twin[0].order.id != first.id


async def test_an_order_that_failed_answers_its_key_and_frees_its_cart() -> None:
    shop = Shop()
    product = await stocked(shop, units=2)

    async def sold_meanwhile(call: str) -> None:
        if call == "orders.add:after":
            await shop.remove_units(product, 1)

    for attempt, services in enumerate((shop.services(sold_meanwhile), shop.calm)):
        with pytest.raises(OutOfStock) as refusal:
            await services.place(key="k")
        assert refusal.value.replayed == (attempt > 0)
        assert refusal.value.facts["order_id"] == (await shop.the_order()).id
        assert refusal.value.lines == (Shortage(product_id=product, quantity=2, available=1),)
    await shop.calm.product.adjust_stock(product_id=product, delta=5, reason="delivery", by="admin")
    assert (await shop.calm.place(key="a new one")).order.status == "confirmed"


async def test_without_a_key_a_version_whose_order_failed_may_be_tried_again() -> None:
    shop = Shop()
    await stocked(shop)

    async def too_late(call: str) -> None:
        if call == "orders.add:after":
            shop.clock.advance(31)

    with pytest.raises(OrderCancelled) as refusal:
        await shop.services(too_late).place()
    assert refusal.value.facts["reason"] == "timed_out"
    assert (await shop.calm.place()).order.status == "confirmed"


async def test_an_order_that_is_undecided_when_the_request_ends_is_answered_as_it_is() -> None:
    shop = Shop()
    await stocked(shop)
    REQUEST.set(RequestContext(deadline=shop.clock.monotonic() + 2))

    async def slow(call: str) -> None:
        if call == "stock.hold:before":
            shop.clock.advance(2)

    placement = await shop.services(slow).place(key="k")
    assert (placement.order.status, placement.order.state) == ("pending", "HELD")
    REQUEST.set(RequestContext())
    assert (await shop.calm.place(key="k")).order.status == "confirmed"
    assert (await shop.the_order()).confirmed_at == after(2)
