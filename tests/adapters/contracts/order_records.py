"""The contract of `core.order.ports.OrderRecords`: how the audit sees the books of orders."""

from datetime import timedelta

import pytest

from core.order.model import Order, OrderRecord
from core.order.ports import OrderRecords
from core.shared.errors import Unavailable
from core.shared.money import Money
from tests.adapters.neighbours.books import pages
from tests.adapters.neighbours.ways import Stage
from tests.builders import an_id
from tests.core.order.orders import BOB, a_called_off_life, a_line, after, confirmed, placed, refused, shipped


async def _kept(stage: Stage[OrderRecords], *orders: Order) -> list[OrderRecord]:
    for order in orders:
        await stage.shop.orders.add(order)
    return [order.record() for order in sorted(orders, key=lambda order: order.id)]


def _met(found: list[tuple[OrderRecord, ...]]) -> list[str]:
    return [record.id for page in found for record in page]


async def the_books_of_a_new_shop_are_empty(stage: Stage[OrderRecords]) -> None:
    for limit in (1, 100):
        assert await stage.adapter.list(limit=limit, after=None) == ((), None)


async def every_order_is_told_in_every_state(stage: Stage[OrderRecords]) -> None:
    expected = await _kept(
        stage,
        placed(1),
        placed(2).held(at=after(1)),
        confirmed(3),
        shipped(4),
        shipped(5).moved_to("delivered", at=after(99), by="admin", note=""),
        placed(6).cancelling("timed_out", at=after(1)),
        refused(7),
        *(a_called_off_life(8)[-1:]),
    )
    (page,) = await pages(stage.adapter, limit=100)
    assert list(page) == expected
    assert {record.state for record in page} >= {"PENDING", "HELD", "CONFIRMED", "SHIPPED", "CANCELLING", "CANCELLED"}
    assert {(record.state, record.ever_confirmed) for record in page} >= {("CANCELLED", True), ("CANCELLED", False)}
    assert len({record.todos for record in page}) > 1


async def a_record_says_what_was_ordered(stage: Stage[OrderRecords]) -> None:
    lines = (a_line(2, quantity=3, price=0), a_line(1, quantity=999, price=10**9), a_line(3, quantity=1, price=7))
    order = placed(1, lines=lines, customer_id=BOB, cart_version=17, cart_id=an_id(77))
    await _kept(stage, order)
    (record,), _ = await stage.adapter.list(limit=1, after=None)
    assert record == order.record()
    assert [(line.product_id, line.quantity, line.unit_price.amount) for line in record.lines] == [
        (an_id(2), 3, 0),
        (an_id(1), 999, 10**9),
        (an_id(3), 1, 7),
    ]
    assert (record.customer_id, record.cart_id, record.cart_version) == (BOB, an_id(77), 17)
    assert record.total == Money(amount=999 * 10**9 + 7, currency="USD")


async def deadlines_are_told_in_utc_to_the_millisecond(stage: Stage[OrderRecords]) -> None:
    moments = [after(milliseconds / 1000) for milliseconds in (30_000, 30_001, 30_123, 30_500, 30_999)]
    await _kept(stage, *(placed(number, deadline=moment) for number, moment in enumerate(moments)))
    (page,) = await pages(stage.adapter, limit=100)
    assert [record.deadline for record in page] == moments
    assert {record.deadline.utcoffset() for record in page} == {timedelta(0)}


async def a_page_ends_where_the_next_begins(stage: Stage[OrderRecords]) -> None:
    expected = await _kept(stage, *(placed(number) for number in (4, 1, 5, 2, 3, 6)))
    for limit in (1, 2, 4, 5, 6, 7, 100):
        found = await pages(stage.adapter, limit=limit)
        assert [record for page in found for record in page] == expected
        assert all(len(page) == limit for page in found[:-1])
        assert 0 < len(found[-1]) <= limit


async def a_page_may_be_asked_for_again(stage: Stage[OrderRecords]) -> None:
    await _kept(stage, *(placed(number) for number in range(5)))
    first, behind = await stage.adapter.list(limit=2, after=None)
    assert behind
    second = await stage.adapter.list(limit=2, after=behind)
    assert await stage.adapter.list(limit=2, after=behind) == second
    assert await stage.adapter.list(limit=2, after=None) == (first, behind)


async def orders_are_met_once_whatever_is_added_meanwhile(stage: Stage[OrderRecords]) -> None:
    await _kept(stage, *(placed(number) for number in (10, 20, 30, 40)))
    first, behind = await stage.adapter.list(limit=2, after=None)
    await _kept(stage, placed(5), placed(35), placed(50))
    rest, end = await stage.adapter.list(limit=100, after=behind)
    assert _met([first, rest]) == [an_id(number) for number in (10, 20, 30, 35, 40, 50)]
    assert end is None


async def an_order_is_told_as_it_is_now(stage: Stage[OrderRecords]) -> None:
    order = placed(1)
    await _kept(stage, order)
    await stage.adapter.list(limit=1, after=None)
    held = order.held(at=after(1))
    await stage.shop.orders.save(held)
    assert (await stage.adapter.list(limit=1, after=None))[0] == (held.record(),)


async def books_that_cannot_be_opened_are_unavailable(stage: Stage[OrderRecords]) -> None:
    expected = await _kept(stage, placed(1), placed(2))
    for _ in range(2):
        with stage.shop.away(), pytest.raises(Unavailable):
            await stage.adapter.list(limit=1, after=None)
    first, behind = await stage.adapter.list(limit=1, after=None)
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.list(limit=1, after=behind)
    rest, _ = await stage.adapter.list(limit=1, after=behind)
    assert [*first, *rest] == expected
