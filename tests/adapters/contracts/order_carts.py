"""The contract of `core.order.ports.Carts`: how orders see carts, and take out of them what was bought."""

import asyncio

import pytest

from core.cart.model import Owner
from core.order.model import CartLine
from core.order.ports import Carts
from core.shared.errors import Unavailable
from tests.adapters.neighbours.shop import Shop, francs
from tests.adapters.neighbours.ways import Stage


async def _filled(shop: Shop, customer: str, *quantities: int) -> list[str]:
    """The products in the customer's cart, which has so many of each; their prices are 100 and less."""
    products = []
    for number, quantity in enumerate(quantities):
        product = await shop.on_sale(f"{customer}-{number}", units=1_000, price=100 - number)
        await _add(shop, customer, product, quantity)
        products.append(product)
    return products


async def _add(shop: Shop, customer: str, product: str, quantity: int = 1) -> None:
    await shop.cart.add_item(owner=Owner.customer(customer), product_id=product, quantity=quantity)


async def _units(stage: Stage[Carts], customer: str) -> dict[str, int]:
    return {line.product_id: line.quantity for line in (await stage.adapter.get(customer)).lines}


async def a_cart_is_told_with_the_prices_that_the_customer_saw(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    boots, socks = await _filled(stage.shop, customer, 2, 999)
    await stage.shop.change(boots, amount=1)
    cart = await stage.adapter.get(customer)
    assert cart.lines == (
        CartLine(product_id=boots, quantity=2, price=francs(100)),
        CartLine(product_id=socks, quantity=999, price=francs(99)),
    )
    assert (cart.id, cart.version) == ((await stage.shop.cart.get_cart(customer_id=customer)).id, 2)


async def lines_come_in_the_order_of_adding(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    first, second, third = [await stage.shop.on_sale(number) for number in range(3)]
    for product in (second, third, first, second):
        await _add(stage.shop, customer, product)
    assert list(await _units(stage, customer)) == [second, third, first]


async def a_cart_is_told_as_it_is_now(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 1)
    for quantity in (1, 2, 3):
        cart = await stage.adapter.get(customer)
        assert (cart.version, cart.lines[0].quantity) == (quantity, quantity)
        await _add(stage.shop, customer, boots)
    await stage.shop.cart.empty_cart(owner=Owner.customer(customer))
    assert (await stage.adapter.get(customer)).lines == ()


async def a_customer_without_a_cart_has_an_empty_one(stage: Stage[Carts]) -> None:
    cart = await stage.adapter.get(stage.shop.new_id())
    assert (cart.version, cart.lines) == (0, ())
    assert cart.id


async def each_customer_has_a_cart_of_their_own(stage: Stage[Carts]) -> None:
    customer, other = stage.shop.new_id(), stage.shop.new_id()
    (boots,), (socks,) = await _filled(stage.shop, customer, 5), await _filled(stage.shop, other, 7)
    assert await _units(stage, customer) == {boots: 5}
    assert await _units(stage, other) == {socks: 7}
    assert (await stage.adapter.get(customer)).id != (await stage.adapter.get(other)).id


async def what_was_bought_is_taken_out_and_the_rest_stays(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    boots, socks, hats = await _filled(stage.shop, customer, 5, 2, 1)
    before = await stage.adapter.get(customer)
    await stage.adapter.subtract(customer, stage.shop.new_id(), {boots: 2, socks: 2})
    after = await stage.adapter.get(customer)
    assert after.lines == (
        CartLine(product_id=boots, quantity=3, price=francs(100)),
        CartLine(product_id=hats, quantity=1, price=francs(98)),
    )
    assert (after.id, after.version) == (before.id, before.version + 1)


async def what_an_order_bought_may_be_subtracted_again(stage: Stage[Carts]) -> None:
    customer, order = stage.shop.new_id(), stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 9)
    for _ in range(3):
        await stage.adapter.subtract(customer, order, {boots: 2})
    await _add(stage.shop, customer, boots, 2)
    stage.shop.clock.advance(86_400)
    await stage.adapter.subtract(customer, order, {boots: 2})
    cart = await stage.adapter.get(customer)
    assert (cart.lines[0].quantity, cart.version) == (9, 3)


async def it_may_be_subtracted_many_times_at_once(stage: Stage[Carts]) -> None:
    customer, order = stage.shop.new_id(), stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 9)
    await asyncio.gather(*(stage.adapter.subtract(customer, order, {boots: 2}) for _ in range(8)))
    assert await _units(stage, customer) == {boots: 7}


async def each_order_is_subtracted(stage: Stage[Carts]) -> None:
    customer, orders = stage.shop.new_id(), [stage.shop.new_id() for _ in range(4)]
    (boots,) = await _filled(stage.shop, customer, 9)
    await asyncio.gather(*(stage.adapter.subtract(customer, order, {boots: 2}) for order in orders))
    assert await _units(stage, customer) == {boots: 1}


async def of_what_there_is_less_of_all_is_taken(stage: Stage[Carts]) -> None:
    customer, absent = stage.shop.new_id(), await stage.shop.on_sale()
    boots, socks = await _filled(stage.shop, customer, 5, 2)
    await stage.adapter.subtract(customer, stage.shop.new_id(), {boots: 999, absent: 1})
    assert await _units(stage, customer) == {socks: 2}


async def one_customers_order_takes_nothing_from_another(stage: Stage[Carts]) -> None:
    customer, other = stage.shop.new_id(), stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 5)
    await stage.adapter.get(customer)
    await stage.adapter.subtract(other, stage.shop.new_id(), {boots: 5})
    assert await _units(stage, customer) == {boots: 5}
    assert await _units(stage, other) == {}


async def a_full_cart_is_told_and_emptied(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    products = await _filled(stage.shop, customer, *[1] * 100)
    assert list(await _units(stage, customer)) == products
    await stage.adapter.subtract(customer, stage.shop.new_id(), dict.fromkeys(products, 1))
    assert await _units(stage, customer) == {}


async def the_quantities_stay_the_callers(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    boots, socks = await _filled(stage.shop, customer, 5, 5)
    quantities = {boots: 1, socks: 2}
    await stage.adapter.subtract(customer, stage.shop.new_id(), quantities)
    assert quantities == {boots: 1, socks: 2}


async def a_cart_that_cannot_be_asked_for_is_unavailable(stage: Stage[Carts]) -> None:
    customer = stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 5)
    for _ in range(2):
        with stage.shop.away(), pytest.raises(Unavailable):
            await stage.adapter.get(customer)
        assert await _units(stage, customer) == {boots: 5}


async def what_could_not_be_subtracted_is_when_it_is_repeated(stage: Stage[Carts]) -> None:
    customer, order = stage.shop.new_id(), stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 5)
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.subtract(customer, order, {boots: 2})
    await stage.adapter.subtract(customer, order, {boots: 2})
    assert await _units(stage, customer) == {boots: 3}


async def what_was_subtracted_without_an_answer_may_be_repeated(stage: Stage[Carts]) -> None:
    customer, order = stage.shop.new_id(), stage.shop.new_id()
    (boots,) = await _filled(stage.shop, customer, 5)
    with stage.shop.losing_answers(), pytest.raises(Unavailable):
        await stage.adapter.subtract(customer, order, {boots: 2})
    for _ in range(2):
        await stage.adapter.subtract(customer, order, {boots: 2})
        assert await _units(stage, customer) == {boots: 3}
