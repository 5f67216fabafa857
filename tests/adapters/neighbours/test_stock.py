"""How orders hold, give back and settle units."""

import pytest

from core.order.errors import HoldClosed, OutOfStock, ProductNotForSale, Shortage
from core.order.model import HoldRecord, StockRecord
from core.shared.errors import Unavailable
from tests.adapters.neighbours.ways import Neighbours, Shop, on_every_way, pages
from tests.builders import an_id, details


async def on_sale(shop: Shop, number: int = 1, *, units: int = 5) -> str:
    return (await shop.product.add_product(details=details(sku=f"SKU-{number}"), units=units)).product.id


async def available(shop: Shop, product_id: str) -> int:
    return (await shop.product.get_product(product_id=product_id)).available


@on_every_way("product")
async def test_a_hold_takes_each_line_once_however_often_it_is_asked_for(shop: Shop, neighbours: Neighbours) -> None:
    boots, socks, order = await on_sale(shop, 1), await on_sale(shop, 2), shop.new_id()
    for _ in range(3):
        await neighbours.stock.hold(order, {boots: 2, socks: 5})
    assert (await available(shop, boots), await available(shop, socks)) == (3, 0)


@on_every_way("product")
async def test_a_shortage_names_every_short_line_and_gives_nothing_back(shop: Shop, neighbours: Neighbours) -> None:
    boots, socks, hats, order = await on_sale(shop, 1), await on_sale(shop, 2), await on_sale(shop, 3), shop.new_id()
    with pytest.raises(OutOfStock) as caught:
        await neighbours.stock.hold(order, {boots: 5, socks: 6, hats: 999})
    assert sorted(caught.value.lines, key=lambda line: line.product_id) == [
        Shortage(product_id=socks, quantity=6, available=5),
        Shortage(product_id=hats, quantity=999, available=5),
    ]
    assert await available(shop, boots) == 0
    await neighbours.stock.release(order, {boots: 5, socks: 6, hats: 999})
    assert [await available(shop, product) for product in (boots, socks, hats)] == [5, 5, 5]


@on_every_way("product")
async def test_a_product_that_does_not_exist_is_not_for_sale(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    for unknown in (an_id(99), "no id"):
        with pytest.raises(ProductNotForSale):
            await neighbours.stock.hold(order, {boots: 1, unknown: 1})


@on_every_way("product")
async def test_an_order_of_what_does_not_exist_gives_the_rest_back(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    quantities = {an_id(0): 1, boots: 2, an_id(99): 1}
    with pytest.raises(ProductNotForSale):
        await neighbours.stock.hold(order, quantities)
    await neighbours.stock.release(order, quantities)
    assert await available(shop, boots) == 5


@on_every_way("product")
async def test_a_release_gives_back_once_and_closes_the_hold(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    await neighbours.stock.hold(order, {boots: 2})
    for _ in range(3):
        await neighbours.stock.release(order, {boots: 2})
    assert await available(shop, boots) == 5
    with pytest.raises(HoldClosed):
        await neighbours.stock.hold(order, {boots: 2})
    with pytest.raises(HoldClosed):
        await neighbours.stock.settle(order, {boots: 2})


@on_every_way("product")
async def test_a_release_that_overtakes_its_hold_closes_it_too(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    await neighbours.stock.release(order, {boots: 2})
    with pytest.raises(HoldClosed):
        await neighbours.stock.hold(order, {boots: 2})
    assert await available(shop, boots) == 5


@on_every_way("product")
async def test_what_is_settled_is_sold_once_and_for_good(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    await neighbours.stock.hold(order, {boots: 2})
    for _ in range(3):
        await neighbours.stock.settle(order, {boots: 2})
    with pytest.raises(HoldClosed):
        await neighbours.stock.release(order, {boots: 2})
    (record,), _ = await neighbours.stock_records.list(limit=10, after=None)
    assert (record.sold, record.available) == (2, 3)


@on_every_way("product")
async def test_what_was_never_held_cannot_be_settled(shop: Shop, neighbours: Neighbours) -> None:
    boots = await on_sale(shop)
    with pytest.raises(HoldClosed):
        await neighbours.stock.settle(shop.new_id(), {boots: 2})


@on_every_way("product")
async def test_an_order_of_another_quantity_or_of_long_ago_holds_nothing(shop: Shop, neighbours: Neighbours) -> None:
    boots, order = await on_sale(shop), shop.new_id()
    await neighbours.stock.hold(order, {boots: 2})
    with pytest.raises(HoldClosed):
        await neighbours.stock.hold(order, {boots: 3})
    late = shop.new_id()
    shop.clock.advance(3601)
    with pytest.raises(HoldClosed):
        await neighbours.stock.hold(late, {boots: 1})
    assert await available(shop, boots) == 3


@on_every_way("product")
async def test_a_full_order_is_held_at_once(shop: Shop, neighbours: Neighbours) -> None:
    products = [await on_sale(shop, number) for number in range(100)]
    await neighbours.stock.hold(shop.new_id(), dict.fromkeys(products, 5))
    assert {await available(shop, product) for product in products} == {0}


@pytest.mark.parametrize("verb", ["hold", "release", "settle"])
@on_every_way("product")
async def test_what_the_product_service_should_never_be_asked_is_no_answer(
    shop: Shop, neighbours: Neighbours, verb: str
) -> None:
    boots, nonsense = await on_sale(shop), getattr(neighbours.stock, verb)
    for order, quantities in ((shop.new_id(), {}), ("no id", {boots: 1}), (shop.new_id(), {boots: 0})):
        with pytest.raises(Unavailable):
            await nonsense(order, quantities)


@on_every_way("product")
async def test_the_books_tell_every_stock_with_its_holds_page_by_page(shop: Shop, neighbours: Neighbours) -> None:
    products = [await on_sale(shop, number) for number in range(5)]
    held, void, sold = shop.new_id(), shop.new_id(), shop.new_id()
    await neighbours.stock.hold(held, {products[0]: 1})
    await neighbours.stock.release(void, {products[0]: 1})
    await neighbours.stock.hold(sold, {products[4]: 3})
    await neighbours.stock.settle(sold, {products[4]: 3})
    first, second, third = await pages(neighbours.stock_records, limit=2)
    records = [*first, *second, *third]
    assert [record.product_id for record in records] == products
    assert records[0] == StockRecord(
        product_id=products[0],
        received=5,
        sold=0,
        available=4,
        holds={held: HoldRecord(quantity=1, state="held"), void: HoldRecord(quantity=0, state="void")},
    )
    assert records[1].holds == {}
    assert records[4].holds == {sold: HoldRecord(quantity=3, state="settled")}


@on_every_way("product")
async def test_the_books_of_an_empty_catalogue_are_empty(shop: Shop, neighbours: Neighbours) -> None:
    assert await neighbours.stock_records.list(limit=100, after=None) == ((), None)
