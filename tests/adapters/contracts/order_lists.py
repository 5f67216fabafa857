"""The contract of `core.order.ports.Orders`, where it lists orders."""

from dataclasses import replace

import pytest

from core.order.model import Order, Status
from core.order.ports import Orders
from core.shared.paging import Cursor, CursorInvalid, Page
from tests.builders import an_id
from tests.core.order.orders import (
    ALICE,
    BOB,
    LIVES,
    a_called_off_life,
    after,
    confirmed,
    placed,
    refused,
    shipped,
)

Numbers = list[int]


async def orders_are_listed_newest_first(orders: Orders) -> None:
    for number in (4, 1, 5, 2, 3):
        await orders.add(placed(number))
    assert await _listed(orders) == [5, 4, 3, 2, 1]


async def a_shop_without_orders_lists_none(orders: Orders) -> None:
    empty: Page[Order] = Page(items=(), next=None)
    assert await orders.list(customer_id=ALICE, status="pending", limit=20, after=None) == empty
    assert await orders.list(customer_id=None, status=None, limit=20, after=None) == empty
    assert await orders.list_all(limit=20, after=None) == empty
    assert await orders.due(after(10**6), limit=20) == ()
    assert await orders.with_events(after(90), limit=20) == ()


async def a_customers_orders_are_listed_alone(orders: Orders) -> None:
    for number in range(6):
        await orders.add(placed(number, customer_id=BOB if number % 3 else ALICE))
    assert await _listed(orders, customer_id=ALICE) == [3, 0]
    assert await _listed(orders, customer_id=BOB) == [5, 4, 2, 1]
    assert await _listed(orders, customer_id=an_id(999)) == []


async def orders_are_listed_by_status(orders: Orders) -> None:
    called_off = a_called_off_life(7)
    for order in (
        placed(1),
        placed(2).held(at=after(1)),
        confirmed(3),
        shipped(4),
        shipped(5).moved_to("delivered", at=after(99), by="admin", note=""),
        called_off[3],
        a_called_off_life(8)[5],
    ):
        await orders.add(order)
    lists: dict[Status, Numbers] = {
        "pending": [2, 1],
        "confirmed": [3],
        "shipped": [4],
        "delivered": [5],
        "cancelled": [8, 7],
    }
    for status, numbers in lists.items():
        assert await _listed(orders, status=status) == numbers
    assert await _listed(orders, customer_id=BOB, status="cancelled") == [8, 7]
    assert await _listed(orders, customer_id=BOB, status="pending") == []
    assert await _listed(orders) == [8, 7, 5, 4, 3, 2, 1]


async def an_order_moves_from_list_to_list(orders: Orders) -> None:
    life = LIVES[0]()
    await orders.add(life[0])
    for order in life[1:]:
        await orders.save(order)
        for status in ("pending", "confirmed", "shipped", "delivered", "cancelled"):
            page = await orders.list(customer_id=ALICE, status=status, limit=20, after=None)
            assert page.items == ((order,) if status == order.status else ())


async def attempts_that_failed_are_not_listed(orders: Orders) -> None:
    first, *others = LIVES[1]()
    await orders.add(first)
    await orders.add(refused(41))
    assert await _listed(orders) == [32]
    for order in others:
        await orders.save(order)
        for customer_id in (ALICE, None):
            for status in ("cancelled", "pending", None):
                assert await _listed(orders, customer_id=customer_id, status=status) == []


async def a_page_ends_where_the_next_begins(orders: Orders) -> None:
    for number in range(10):
        await orders.add(placed(number))
        await orders.add(refused(100 + number))
    for limit in (1, 3, 5, 9, 10, 11):
        pages = await _pages(orders, limit=limit)
        assert [number for page in pages for number in page] == list(range(9, -1, -1))
        assert all(len(page) == limit for page in pages[:-1])
        assert pages[-1]


async def pages_are_stable_while_orders_come_and_go(orders: Orders) -> None:
    for number in range(10, 30, 2):
        await orders.add(placed(number))
    met: Numbers = []
    cursor = None
    for turn in range(10):
        page = await orders.list(customer_id=ALICE, status=None, limit=3, after=cursor)
        met.extend(map(_number, page.items))
        await orders.add(placed(200 + turn))
        if turn == 0:
            gone = await orders.get(placed(met[-1]).id)
            await orders.save(gone.cancelling("timed_out", at=after(1)))
        if page.next is None:
            break
        cursor = page.next
    assert met == list(range(28, 8, -2))


async def a_cursor_of_another_list_is_refused(orders: Orders) -> None:
    await orders.add(placed())
    for cursor in (
        Cursor(order="id", key=(an_id(1),)),
        Cursor(order="-id", key=(1,)),
        Cursor(order="-id", key=()),
        Cursor(order="-id", key=(an_id(1), an_id(2))),
    ):
        with pytest.raises(CursorInvalid):
            await orders.list(customer_id=None, status=None, limit=20, after=cursor)
        with pytest.raises(CursorInvalid):
            await orders.list_all(limit=20, after=replace(cursor, order="-id" if cursor.order == "id" else "id"))


async def a_cursor_need_not_name_an_order(orders: Orders) -> None:
    for number in (1, 3, 5):
        await orders.add(placed(number))
    page = await orders.list(customer_id=None, status=None, limit=20, after=Cursor(order="-id", key=(an_id(4),)))
    assert [*map(_number, page.items)] == [3, 1]
    page = await orders.list_all(limit=20, after=Cursor(order="id", key=(an_id(2),)))
    assert [*map(_number, page.items)] == [3, 5]


async def the_audit_sees_every_order_by_id(orders: Orders) -> None:
    kept = {number: (refused(number) if number % 3 else confirmed(number)) for number in (5, 3, 8, 1, 2)}
    for order in kept.values():
        await orders.add(order)
    for limit in (1, 2, 5, 6):
        items: list[Order] = []
        cursor = None
        while True:
            page = await orders.list_all(limit=limit, after=cursor)
            items.extend(page.items)
            if page.next is None:
                break
            assert len(page.items) == limit
            cursor = page.next
        assert items == [kept[number] for number in sorted(kept)]


async def the_audit_meets_what_is_added_behind_its_page(orders: Orders) -> None:
    for number in (1, 2, 5):
        await orders.add(placed(number))
    page = await orders.list_all(limit=2, after=None)
    await orders.add(placed(0))
    await orders.add(placed(7))
    page = await orders.list_all(limit=9, after=page.next)
    assert [*map(_number, page.items)] == [5, 7]


async def orders_are_due_from_their_next_try_on(orders: Orders) -> None:
    await orders.add(placed(31))
    assert await orders.due(after(4.999), limit=20) == ()
    assert await orders.due(after(5), limit=20) == (placed(31),)


async def the_longest_due_comes_first(orders: Orders) -> None:
    for number, second in ((1, 30), (2, 10), (3, 20), (4, 10.001), (5, 99)):
        await orders.add(replace(placed(number), next_try=after(second)))
    assert [*map(_number, await orders.due(after(60), limit=20))] == [2, 4, 3, 1]
    assert [*map(_number, await orders.due(after(60), limit=2))] == [2, 4]
    assert [*map(_number, await orders.due(after(15), limit=20))] == [2, 4]


async def an_order_that_is_put_off_is_due_later(orders: Orders) -> None:
    for number in (1, 2):
        await orders.add(placed(number))
    await orders.save(placed(1).postponed(now=after(5)))
    assert [*map(_number, await orders.due(after(5), limit=20))] == [2]
    assert [*map(_number, await orders.due(after(60), limit=20))] == [2, 1]


async def an_order_with_nothing_left_to_do_is_not_due(orders: Orders) -> None:
    for life in LIVES:
        first, *others = life()
        await orders.add(first)
        for order in others:
            await orders.save(order)
            due = [kept.id for kept in await orders.due(after(10**6), limit=20)]
            assert (order.id in due) == (order.next_step(after(9)) is not None)
    assert await orders.due(after(10**6), limit=20) == ()


async def events_are_told_by_the_age_of_the_oldest(orders: Orders) -> None:
    for number, second in ((1, 30), (2, 10), (3, 20)):
        await orders.add(placed(number).held(at=after(1)).confirmed(at=after(second)))
    await orders.add(placed(4))
    assert [*map(_number, await orders.with_events(after(90), limit=20))] == [2, 3, 1]
    assert [*map(_number, await orders.with_events(after(90), limit=2))] == [2, 3]
    order = await orders.get(an_id(2))
    await orders.save(order.moved_to("shipped", at=after(90), by="admin", note=""))
    assert [*map(_number, await orders.with_events(after(90), limit=20))] == [2, 3, 1]
    order = await orders.get(an_id(2))
    await orders.save(order.sent(order.outbox[0].id))
    assert [*map(_number, await orders.with_events(after(90), limit=20))] == [3, 1, 2]


async def events_that_are_being_told_wait_for_their_turn(orders: Orders) -> None:
    order = confirmed()
    await orders.add(order)
    await orders.save(order.being_told(now=after(90)))
    assert await orders.with_events(after(99), limit=20) == ()
    assert [kept.id for kept in await orders.with_events(after(100), limit=20)] == [order.id]


async def an_order_whose_events_were_told_has_none(orders: Orders) -> None:
    order = confirmed()
    await orders.add(order)
    assert await orders.with_events(after(90), limit=20) == (order,)
    await orders.save(order.sent(order.outbox[0].id))
    assert await orders.with_events(after(90), limit=20) == ()


async def _listed(orders: Orders, *, customer_id: str | None = None, status: Status | None = None) -> Numbers:
    page = await orders.list(customer_id=customer_id, status=status, limit=100, after=None)
    assert page.next is None
    return [*map(_number, page.items)]


async def _pages(orders: Orders, *, limit: int) -> list[Numbers]:
    pages: list[Numbers] = []
    cursor = None
    while True:
        page = await orders.list(customer_id=None, status=None, limit=limit, after=cursor)
        pages.append([*map(_number, page.items)])
        if page.next is None:
            return pages
        cursor = page.next


def _number(order: Order) -> int:
    """The number that `placed` made the order of."""
    return int(order.id[-12:], 16)
