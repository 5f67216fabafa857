"""The contract of `core.order.ports.Orders`, where it lists orders and finds those that are due."""

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

import pytest

from core.order.model import Order, Status, Unreadable
from core.order.ports import Orders
from core.shared.paging import Cursor, CursorInvalid, Page
from tests.adapters.contracts.pages import walked
from tests.adapters.contracts.values import MOMENTS
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
        await orders.add(placed(2 * number, customer_id=BOB if number % 3 else ALICE))
        await orders.add(refused(2 * number + 1))
    asked: list[tuple[str | None, Status | None, Numbers]] = [
        (None, None, list(range(18, -2, -2))),
        (None, "pending", list(range(18, -2, -2))),
        (ALICE, None, [18, 12, 6, 0]),
        (BOB, "pending", [16, 14, 10, 8, 4, 2]),
    ]
    for customer_id, status, numbers in asked:
        for limit in (1, 2, 3, 9, 10, 11):
            assert await _listed(orders, customer_id=customer_id, status=status, limit=limit) == numbers


async def an_order_is_met_once_whatever_comes_and_goes(orders: Orders) -> None:
    for number in range(10, 30, 2):
        await orders.add(placed(number))
    met: Numbers = []
    cursor = None
    for turn in range(5):
        page = await orders.list(customer_id=ALICE, status=None, limit=2, after=cursor)
        met += map(_number, page.items)
        for newcomer in (placed(40 + turn), placed(27 - 2 * turn)):
            await orders.add(newcomer)
        gone = await orders.get(placed(met[-1]).id)
        await orders.save(gone.cancelling("timed_out", at=after(1)))
        cursor = page.next
    assert [number for number in met if number % 2 == 0] == list(range(28, 8, -2))
    assert len(met) == len(set(met))


async def a_cursor_of_another_list_is_refused(orders: Orders) -> None:
    await orders.add(placed())
    for key in ((1,), (), (an_id(1), an_id(2))):
        with pytest.raises(CursorInvalid):
            await orders.list(customer_id=None, status=None, limit=20, after=Cursor(order="-id", key=key))
        with pytest.raises(CursorInvalid):
            await orders.list_all(limit=20, after=Cursor(order="id", key=key))
    for order in ("name", "-name", ""):
        with pytest.raises(CursorInvalid):
            await orders.list(customer_id=ALICE, status="pending", limit=20, after=Cursor(order=order, key=(an_id(1),)))
    with pytest.raises(CursorInvalid):
        await orders.list(customer_id=None, status=None, limit=20, after=Cursor(order="id", key=(an_id(1),)))
    with pytest.raises(CursorInvalid):
        await orders.list_all(limit=20, after=Cursor(order="-id", key=(an_id(1),)))


async def a_cursor_need_not_name_an_order(orders: Orders) -> None:
    for number in (1, 3, 5):
        await orders.add(placed(number))
    for id, below, above in (
        (an_id(4), [3, 1], [5]),
        (an_id(3), [1], [5]),
        ("$gt", [], [1, 3, 5]),
        ("", [], [1, 3, 5]),
    ):
        page = await orders.list(customer_id=None, status=None, limit=20, after=Cursor(order="-id", key=(id,)))
        assert ([*map(_number, page.items)], page.next) == (below, None)
        books = await orders.list_all(limit=20, after=Cursor(order="id", key=(id,)))
        assert ([*map(_number, books.items)], books.next) == (above, None)


async def the_audit_sees_every_order_by_id(orders: Orders) -> None:
    there = {number: (refused(number) if number % 3 else confirmed(number)) for number in (5, 3, 8, 1, 2)}
    for order in there.values():
        await orders.add(order)
    for limit in (1, 2, 4, 5, 6):
        page_behind = partial(_audited, orders, limit)
        assert await walked(page_behind, limit=limit) == [there[number] for number in sorted(there)]


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


async def orders_are_due_in_the_order_of_all_time(orders: Orders) -> None:
    for number, moment in reversed([*enumerate(MOMENTS)]):
        await orders.add(replace(placed(number), next_try=moment))
    for number, moment in enumerate(MOMENTS):
        assert [*map(_number, await orders.due(moment, limit=100))] == [*range(number + 1)]


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


async def _audited(orders: Orders, limit: int, after: Cursor | None) -> Page[Order | Unreadable]:
    return await orders.list_all(limit=limit, after=after)


async def _listed(
    orders: Orders, *, customer_id: str | None = None, status: Status | None = None, limit: int = 100
) -> Numbers:
    def page_behind(cursor: Cursor | None) -> Awaitable[Page[Order]]:
        return orders.list(customer_id=customer_id, status=status, limit=limit, after=cursor)

    return [*map(_number, await walked(page_behind, limit=limit))]


def _number(order: Order | Unreadable) -> int:
    """The number that `placed` made the order of."""
    return int(order.id[-12:], 16)
