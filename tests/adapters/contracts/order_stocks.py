"""The contract of `core.order.ports.Stock`: how orders hold, give back and settle units."""

import asyncio

import pytest

from core.order.errors import HoldClosed, OutOfStock, ProductNotForSale, Shortage
from core.order.ports import Stock
from core.shared.errors import ShopError, Unavailable
from tests.adapters.neighbours.shop import Shop
from tests.adapters.neighbours.ways import Stage
from tests.builders import an_id

VERBS = ("hold", "release", "settle")


async def _on_sale(shop: Shop, *units: int) -> list[str]:
    """The ids of new products, sorted, of which there are so many units each."""
    return [await shop.on_sale(number, units=each) for number, each in enumerate(units)]


async def _left(stage: Stage[Stock], *products: str) -> list[int]:
    return [await stage.shop.available(product) for product in products]


async def _sold(shop: Shop) -> list[int]:
    return [stock.sold for stock in (await shop.product.list_stock(limit=100, after=None)).items]


async def _short_of(stage: Stage[Stock], order: str, quantities: dict[str, int]) -> set[tuple[str, int, int]]:
    """The short lines as they are named: product, units wanted, units there."""
    with pytest.raises(OutOfStock) as caught:
        await stage.adapter.hold(order, quantities)
    assert all(isinstance(line, Shortage) for line in caught.value.lines)
    lines = [(line.product_id, line.quantity, line.available) for line in caught.value.lines]
    assert len({*lines}) == len(lines)
    return {*lines}


async def _is_refused(
    stage: Stage[Stock], verb: str, order: str, quantities: dict[str, int], by: type[ShopError] = HoldClosed
) -> None:
    with pytest.raises(by):
        await getattr(stage.adapter, verb)(order, quantities)


async def a_hold_takes_every_line(stage: Stage[Stock]) -> None:
    boots, socks, hats = await _on_sale(stage.shop, 5, 5, 5)
    await stage.adapter.hold(stage.shop.new_id(), {hats: 1, boots: 2, socks: 5})
    assert await _left(stage, boots, socks, hats) == [3, 0, 4]


async def a_hold_may_be_repeated(stage: Stage[Stock]) -> None:
    (boots, socks), order = await _on_sale(stage.shop, 5, 5), stage.shop.new_id()
    for _ in range(3):
        await stage.adapter.hold(order, {boots: 2, socks: 5})
    await asyncio.gather(*(stage.adapter.hold(order, {boots: 2, socks: 5}) for _ in range(4)))
    assert await _left(stage, boots, socks) == [3, 0]


async def each_order_holds_units_of_its_own(stage: Stage[Stock]) -> None:
    (boots,), order, other = await _on_sale(stage.shop, 5), stage.shop.new_id(), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    await stage.adapter.hold(other, {boots: 2})
    assert await _left(stage, boots) == [1]
    await stage.adapter.release(order, {boots: 2})
    await stage.adapter.settle(other, {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([3], [2])


async def a_shortage_names_every_short_line(stage: Stage[Stock]) -> None:
    products = await _on_sale(stage.shop, 5, 4, 9, 0, 3)
    boots, socks, hats, gloves, coats = products
    wanted = {coats: 4, gloves: 1, hats: 9, socks: 999, boots: 5}
    named = {(socks, 999, 4), (gloves, 1, 0), (coats, 4, 3)}
    order = stage.shop.new_id()
    assert await _short_of(stage, order, wanted) == named
    assert await _short_of(stage, order, wanted) == named


async def a_shortage_gives_nothing_back_until_it_is_released(stage: Stage[Stock]) -> None:
    (boots, socks, hats), order = await _on_sale(stage.shop, 5, 5, 5), stage.shop.new_id()
    wanted = {boots: 5, socks: 6, hats: 999}
    await _short_of(stage, order, wanted)
    assert await _left(stage, boots) == [0]
    await stage.adapter.release(order, wanted)
    assert await _left(stage, boots, socks, hats) == [5, 5, 5]


async def what_does_not_exist_is_not_for_sale(stage: Stage[Stock]) -> None:
    (boots,) = await _on_sale(stage.shop, 5)
    for unknown in (an_id(0), an_id(99), boots.upper(), "no id"):
        await _is_refused(stage, "hold", stage.shop.new_id(), {boots: 1, unknown: 1}, ProductNotForSale)


async def an_order_of_what_does_not_exist_gives_the_rest_back(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    quantities = {an_id(0): 1, boots: 2, an_id(99): 1}
    await _is_refused(stage, "hold", order, quantities, ProductNotForSale)
    await stage.adapter.hold(order, {boots: 2})
    await stage.adapter.release(order, quantities)
    assert await _left(stage, boots) == [5]


async def a_release_gives_back_every_line(stage: Stage[Stock]) -> None:
    (boots, socks, hats), order = await _on_sale(stage.shop, 5, 5, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 1, socks: 2, hats: 3})
    await stage.adapter.release(order, {boots: 1, socks: 2})
    assert await _left(stage, boots, socks, hats) == [5, 5, 2]
    await stage.adapter.release(order, {hats: 3})
    assert await _left(stage, hats) == [5]


async def a_release_may_be_repeated(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    for _ in range(3):
        await stage.adapter.release(order, {boots: 2})
    await asyncio.gather(*(stage.adapter.release(order, {boots: 2}) for _ in range(4)))
    stage.shop.clock.advance(10 * 3600)
    await stage.adapter.release(order, {boots: 2})
    assert await _left(stage, boots) == [5]


async def what_was_given_back_is_held_and_sold_no_more(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    await stage.adapter.release(order, {boots: 2})
    await _is_refused(stage, "hold", order, {boots: 2})
    await _is_refused(stage, "settle", order, {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([5], [0])


async def a_release_that_overtakes_its_hold_closes_it_too(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.release(order, {boots: 2})
    await _is_refused(stage, "hold", order, {boots: 2})
    assert await _left(stage, boots) == [5]


async def a_settlement_counts_every_line_as_sold(stage: Stage[Stock]) -> None:
    (boots, socks, hats), order = await _on_sale(stage.shop, 5, 5, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 1, socks: 2, hats: 3})
    await stage.adapter.settle(order, {boots: 1, socks: 2})
    assert (await _sold(stage.shop), await _left(stage, boots, socks, hats)) == ([1, 2, 0], [4, 3, 2])


async def a_settlement_may_be_repeated(stage: Stage[Stock]) -> None:
    (boots,), order, other = await _on_sale(stage.shop, 5), stage.shop.new_id(), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    await stage.adapter.hold(other, {boots: 1})
    for _ in range(3):
        await stage.adapter.settle(order, {boots: 2})
    await asyncio.gather(*(stage.adapter.settle(order, {boots: 2}) for _ in range(4)))
    stage.shop.clock.advance(10 * 3600)
    await stage.adapter.settle(other, {boots: 1})
    await stage.adapter.settle(order, {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([2], [3])


async def what_is_sold_is_not_given_back(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    await stage.adapter.settle(order, {boots: 2})
    await _is_refused(stage, "release", order, {boots: 2})
    await _is_refused(stage, "hold", order, {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([3], [2])


async def what_was_never_held_cannot_be_settled(stage: Stage[Stock]) -> None:
    (boots,) = await _on_sale(stage.shop, 5)
    await _is_refused(stage, "settle", stage.shop.new_id(), {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([5], [0])


async def an_order_holds_no_other_quantity_than_before(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    for other in (1, 3, 999):
        await _is_refused(stage, "hold", order, {boots: other})
    assert await _left(stage, boots) == [3]


async def an_order_of_long_ago_holds_nothing(stage: Stage[Stock]) -> None:
    (boots,), early, late = await _on_sale(stage.shop, 5), stage.shop.new_id(), stage.shop.new_id()
    stage.shop.clock.advance(3599)
    await stage.adapter.hold(early, {boots: 1})
    stage.shop.clock.advance(2)
    await _is_refused(stage, "hold", late, {boots: 1})
    assert await _left(stage, boots) == [4]


async def a_full_order_is_held_at_once(stage: Stage[Stock]) -> None:
    products = await _on_sale(stage.shop, *[5] * 100)
    await stage.adapter.hold(stage.shop.new_id(), dict.fromkeys(products, 5))
    assert {*await _left(stage, *products)} == {0}


async def what_no_order_can_ask_for_is_no_answer(stage: Stage[Stock]) -> None:
    (boots,) = await _on_sale(stage.shop, 5)
    for verb in VERBS:
        for order, quantities in ((stage.shop.new_id(), {}), ("no id", {boots: 1}), (stage.shop.new_id(), {boots: 0})):
            await _is_refused(stage, verb, order, quantities, Unavailable)
    assert await _left(stage, boots) == [5]


async def the_quantities_stay_the_callers(stage: Stage[Stock]) -> None:
    (boots, socks), order = await _on_sale(stage.shop, 5, 5), stage.shop.new_id()
    quantities = {socks: 2, boots: 1}
    for verb in ("hold", "settle"):
        await getattr(stage.adapter, verb)(order, quantities)
        assert list(quantities.items()) == [(socks, 2), (boots, 1)]
    await stage.adapter.release(stage.shop.new_id(), quantities)
    assert list(quantities.items()) == [(socks, 2), (boots, 1)]


async def what_was_done_without_an_answer_may_be_repeated(stage: Stage[Stock]) -> None:
    (boots, socks), sold, back = await _on_sale(stage.shop, 5, 5), stage.shop.new_id(), stage.shop.new_id()
    for verb, order, left in (
        ("hold", sold, [3, 4]),
        ("settle", sold, [3, 4]),
        ("hold", back, [1, 3]),
        ("release", back, [3, 4]),
    ):
        with stage.shop.losing_answers():
            await _is_refused(stage, verb, order, {boots: 2, socks: 1}, Unavailable)
        for _ in range(2):
            await getattr(stage.adapter, verb)(order, {boots: 2, socks: 1})
            assert await _left(stage, boots, socks) == left
    assert await _sold(stage.shop) == [2, 1]


async def what_could_not_be_held_is_when_it_is_repeated(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    with stage.shop.away():
        await _is_refused(stage, "hold", order, {boots: 2}, Unavailable)
    await stage.adapter.hold(order, {boots: 2})
    assert await _left(stage, boots) == [3]


async def what_could_not_be_given_back_is_when_it_is_repeated(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    with stage.shop.away():
        await _is_refused(stage, "release", order, {boots: 2}, Unavailable)
    await stage.adapter.release(order, {boots: 2})
    assert await _left(stage, boots) == [5]


async def what_could_not_be_settled_is_when_it_is_repeated(stage: Stage[Stock]) -> None:
    (boots,), order = await _on_sale(stage.shop, 5), stage.shop.new_id()
    await stage.adapter.hold(order, {boots: 2})
    with stage.shop.away():
        await _is_refused(stage, "settle", order, {boots: 2}, Unavailable)
    await stage.adapter.settle(order, {boots: 2})
    assert (await _left(stage, boots), await _sold(stage.shop)) == ([3], [2])
