"""How the audit sees the books of orders."""

from dataclasses import replace
from datetime import timedelta

from core.order.model import Line, Order
from tests.adapters.neighbours.ways import Neighbours, Shop, on_every_way, pages
from tests.builders import usd


def an_order(shop: Shop, *, lines: int = 1) -> Order:
    now = shop.clock.now()
    return Order.placed(
        id=shop.new_id(),
        customer_id=shop.new_id(),
        lines=tuple(
            Line(product_id=shop.new_id(), sku="SKU", name="Boots", unit_price=usd(4_900 + line), quantity=line + 1)
            for line in range(lines)
        ),
        shipping_address=None,
        key=None,
        cart_id=shop.new_id(),
        cart_version=7,
        at=now,
        deadline=now + timedelta(seconds=30, milliseconds=123),
    )


@on_every_way("order")
async def test_the_books_tell_every_order_in_every_state_page_by_page(shop: Shop, neighbours: Neighbours) -> None:
    now = shop.clock.now()
    orders = [an_order(shop, lines=number) for number in range(1, 6)]
    for order in orders:
        await shop.orders.add(order)
    orders[1] = orders[1].held(at=now)
    orders[2] = orders[2].cancelling("timed_out", at=now)
    for order in orders[1:3]:
        await shop.orders.save(order)
    confirmed = orders[1].confirmed(at=now)
    await shop.orders.save(confirmed)
    expected = [order.record() for order in (orders[0], confirmed, *orders[2:])]
    assert await pages(neighbours.order_records, limit=2) == [
        tuple(expected[:2]),
        tuple(expected[2:4]),
        tuple(expected[4:]),
    ]
    assert {record.state for record in expected} == {"PENDING", "CONFIRMED", "CANCELLING"}
    assert expected[1].todos == ("subtract_cart",)


@on_every_way("order")
async def test_a_page_of_just_the_rest_is_the_last(shop: Shop, neighbours: Neighbours) -> None:
    assert await neighbours.order_records.list(limit=1, after=None) == ((), None)
    order = an_order(shop)
    await shop.orders.add(replace(order, deadline=order.placed_at))
    (record,), after = await neighbours.order_records.list(limit=1, after=None)
    assert (record.deadline, after) == (order.placed_at, None)
