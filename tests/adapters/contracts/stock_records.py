"""The contract of `core.order.ports.StockRecords`: how the audit sees the books of stock."""

from collections.abc import Mapping

import pytest

from core.order.model import HoldRecord, StockRecord
from core.order.ports import StockRecords
from core.product.model import Line
from core.shared.errors import Unavailable
from tests.adapters.neighbours.books import pages
from tests.adapters.neighbours.ways import Stage


async def _stocks(stage: Stage[StockRecords], count: int) -> list[str]:
    """The ids of new products, of which there are 1, 2, 3 and so on units."""
    return [await stage.shop.on_sale(number, units=number) for number in range(1, count + 1)]


async def _settle(stage: Stage[StockRecords], order: str, quantities: Mapping[str, int]) -> None:
    lines = [Line(product_id=id, quantity=quantity) for id, quantity in quantities.items()]
    await stage.shop.hold(order, quantities)
    await stage.shop.product.settle_hold(order_id=order, lines=lines)


async def _release(stage: Stage[StockRecords], order: str, product: str) -> None:
    await stage.shop.product.release_hold(order_id=order, lines=[Line(product_id=product, quantity=1)])


async def the_books_of_an_empty_catalogue_are_empty(stage: Stage[StockRecords]) -> None:
    for limit in (1, 100):
        assert await stage.adapter.list(limit=limit, after=None) == ((), None)


async def a_stock_nobody_has_touched_is_all_available(stage: Stage[StockRecords]) -> None:
    boots = await stage.shop.on_sale(units=7)
    untouched = StockRecord(product_id=boots, received=7, sold=0, available=7, holds={})
    assert await stage.adapter.list(limit=1, after=None) == ((untouched,), None)


async def a_stock_is_told_with_its_holds_of_every_state(stage: Stage[StockRecords]) -> None:
    boots, shop = await stage.shop.on_sale(units=20), stage.shop
    held, other, void, early, sold = [shop.new_id() for _ in range(5)]
    await shop.hold(held, {boots: 1})
    await shop.hold(other, {boots: 2})
    await shop.hold(void, {boots: 4})
    await _release(stage, void, boots)
    await _release(stage, early, boots)
    await _settle(stage, sold, {boots: 8})
    await shop.product.adjust_stock(product_id=boots, delta=-3, reason="damaged", by="admin")
    (record,), _ = await stage.adapter.list(limit=1, after=None)
    assert record == StockRecord(
        product_id=boots,
        received=17,
        sold=8,
        available=6,
        holds={
            held: HoldRecord(quantity=1, state="held"),
            other: HoldRecord(quantity=2, state="held"),
            void: HoldRecord(quantity=4, state="void"),
            early: HoldRecord(quantity=0, state="void"),
            sold: HoldRecord(quantity=8, state="settled"),
        },
    )


async def each_stock_has_its_own_holds(stage: Stage[StockRecords]) -> None:
    boots, socks, hats = [await stage.shop.on_sale(number) for number in range(3)]
    order, other = stage.shop.new_id(), stage.shop.new_id()
    await stage.shop.hold(order, {boots: 1, hats: 2})
    await stage.shop.hold(other, {hats: 3})
    (page,) = await pages(stage.adapter, limit=100)
    assert {record.product_id: {id: hold.quantity for id, hold in record.holds.items()} for record in page} == {
        boots: {order: 1},
        socks: {},
        hats: {order: 2, other: 3},
    }


async def archived_products_are_told_too(stage: Stage[StockRecords]) -> None:
    boots = await stage.shop.on_sale()
    await stage.shop.change(boots, status="archived")
    assert [record.product_id for record in (await stage.adapter.list(limit=1, after=None))[0]] == [boots]


async def a_page_ends_where_the_next_begins(stage: Stage[StockRecords]) -> None:
    products = await _stocks(stage, 6)
    for limit in (1, 2, 4, 5, 6, 7, 100):
        found = await pages(stage.adapter, limit=limit)
        assert [record.product_id for page in found for record in page] == products
        assert [record.received for page in found for record in page] == [1, 2, 3, 4, 5, 6]
        assert all(len(page) == limit for page in found[:-1])
        assert 0 < len(found[-1]) <= limit


async def a_page_may_be_asked_for_again(stage: Stage[StockRecords]) -> None:
    await _stocks(stage, 5)
    first, behind = await stage.adapter.list(limit=2, after=None)
    assert behind
    second = await stage.adapter.list(limit=2, after=behind)
    assert await stage.adapter.list(limit=2, after=behind) == second
    assert await stage.adapter.list(limit=2, after=None) == (first, behind)


async def stocks_are_met_once_whatever_is_added_meanwhile(stage: Stage[StockRecords]) -> None:
    clock = stage.shop.clock
    clock.advance(60)
    products = await _stocks(stage, 4)
    first, behind = await stage.adapter.list(limit=2, after=None)
    clock.advance(-60)
    early = await stage.shop.on_sale("early")
    clock.advance(60)
    products.append(await stage.shop.on_sale("late"))
    rest, end = await stage.adapter.list(limit=100, after=behind)
    assert [record.product_id for record in (*first, *rest)] == products
    assert (early < products[0], end) == (True, None)


async def a_stock_is_told_as_it_is_now(stage: Stage[StockRecords]) -> None:
    boots, order = await stage.shop.on_sale(units=5), stage.shop.new_id()
    (before,), _ = await stage.adapter.list(limit=1, after=None)
    await stage.shop.hold(order, {boots: 2})
    (after,), _ = await stage.adapter.list(limit=1, after=None)
    assert (before.available, before.holds) == (5, {})
    assert (after.available, after.holds) == (3, {order: HoldRecord(quantity=2, state="held")})


async def books_that_cannot_be_opened_are_unavailable(stage: Stage[StockRecords]) -> None:
    products = await _stocks(stage, 2)
    for _ in range(2):
        with stage.shop.away(), pytest.raises(Unavailable):
            await stage.adapter.list(limit=1, after=None)
    first, behind = await stage.adapter.list(limit=1, after=None)
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.list(limit=1, after=behind)
    rest, _ = await stage.adapter.list(limit=1, after=behind)
    assert [record.product_id for record in (*first, *rest)] == products
