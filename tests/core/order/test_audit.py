"""The audit: books that agree have no difference, and each way to disagree is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.order.model import Difference, HoldRecord, Order, OrderRecord, StockRecord
from core.order.ports import OrderRecords, StockRecords
from core.order.use_cases.audit import Audit, lasting_differences
from core.shared.context import Caller
from tests.builders import NOW, an_id, usd
from tests.core.order.orders import ALICE, BOB, after, confirmed, placed, refused, shipped
from tests.core.order.shop import Shop
from tests.fakes import FixedClock


class Orders(OrderRecords):
    """A page holds one record."""

    def __init__(self, records: Sequence[OrderRecord]) -> None:
        self._records = records

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        start = int(after or 0)
        return tuple(self._records[start : start + 1]), str(start + 1) if start + 1 < len(self._records) else None


class Stocks(StockRecords):
    """A page holds one record."""

    def __init__(self, records: Sequence[StockRecord]) -> None:
        self._records = records

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        start = int(after or 0)
        return tuple(self._records[start : start + 1]), str(start + 1) if start + 1 < len(self._records) else None


def stock(product: int, **holds: Any) -> StockRecord:
    """Ten units received; `holds` are states with the quantity, by the order's number: `o31=("held", 2)`."""
    records = {an_id(int(name[1:])): HoldRecord(state=state, quantity=n) for name, (state, n) in holds.items()}
    held = sum(hold.quantity for hold in records.values() if hold.state == "held")
    sold = sum(hold.quantity for hold in records.values() if hold.state == "settled")
    return StockRecord(product_id=an_id(product), received=10, sold=sold, available=10 - held - sold, holds=records)


async def audit(
    orders: Sequence[Order | OrderRecord], *stocks: StockRecord, seconds: float = 10
) -> tuple[Difference, ...]:
    clock = FixedClock(NOW + timedelta(seconds=seconds))
    records = [order if isinstance(order, OrderRecord) else order.record() for order in orders]
    return await Audit(orders=Orders(records), stocks=Stocks(stocks), clock=clock)()


HELD = (stock(1, o31=("held", 2)), stock(2, o31=("held", 1)))
SETTLED = (stock(1, o31=("settled", 2)), stock(2, o31=("settled", 1)))
TWO_HOURS = timedelta(hours=2).total_seconds()
DELIVERED = shipped().ticked("settle_stock").moved_to("delivered", at=after(99), by="admin", note="")


@pytest.mark.parametrize(
    ("order", "stocks", "seconds"),
    [
        (placed(), HELD, 10),
        (placed(), (stock(1), stock(2)), 10),
        (placed(), (HELD[0], stock(2)), 10),
        (placed().held(at=after(1)), HELD, 10),
        (confirmed(), HELD, 10),
        (confirmed(), HELD, TWO_HOURS * 100),
        (shipped(), HELD, 10),
        (shipped(), SETTLED, 10),
        (shipped(), (HELD[0], SETTLED[1]), 10),
        (shipped().ticked("settle_stock"), SETTLED, 10),
        (DELIVERED, SETTLED, 10),
        (DELIVERED, (replace(stock(1), sold=2, available=8), replace(stock(2), sold=1, available=9)), TWO_HOURS + 1),
        (placed().cancelling("timed_out", at=after(1)), HELD, 10),
        (refused(), (stock(1, o31=("void", 2)), stock(2, o31=("void", 0))), 10),
        (refused(), (stock(1), stock(2)), TWO_HOURS + 1),
    ],
)
async def test_books_that_agree_have_no_difference(
    order: Order, stocks: tuple[StockRecord, ...], seconds: float
) -> None:
    assert await audit([order], *stocks, seconds=seconds) == ()


async def test_an_empty_shop_has_no_difference() -> None:
    assert await audit([]) == ()


@pytest.mark.parametrize("change", [{"available": 9}, {"received": 11}, {"sold": 1}, {"available": -1, "received": -1}])
async def test_a_stock_that_does_not_add_up(change: dict[str, Any]) -> None:
    (found,) = await audit([], replace(stock(1), **change))
    assert (found.kind, found.subject) == ("wrong_stock", an_id(1))


@pytest.mark.parametrize(
    ("order", "stocks", "count"),
    [
        (confirmed(), (stock(1), stock(2)), 2),
        (confirmed(), (HELD[0],), 1),
        (confirmed(), (HELD[0], stock(2, o31=("held", 2))), 1),
        (confirmed(), (HELD[0], stock(2, o31=("void", 1))), 1),
        (confirmed(), SETTLED, 2),
        (shipped(), (HELD[0], stock(2)), 1),
        (shipped().ticked("settle_stock"), HELD, 2),
        (DELIVERED, (SETTLED[0], stock(2, o31=("settled", 3))), 1),
    ],
)
async def test_an_order_without_exactly_its_takes(order: Order, stocks: tuple[StockRecord, ...], count: int) -> None:
    found = await audit([order], *stocks)
    assert [(difference.kind, difference.subject) for difference in found] == [("wrong_take", order.id)] * count


async def test_a_hold_of_an_order_that_does_not_exist() -> None:
    (found,) = await audit([], stock(1, o31=("held", 2)))
    assert (found.kind, found.subject) == ("hold_without_order", an_id(31))


async def test_a_hold_of_an_order_that_is_cancelled() -> None:
    (found,) = await audit([refused()], stock(1, o31=("held", 2)))
    assert (found.kind, found.subject) == ("hold_without_order", an_id(31))


async def test_two_orders_of_one_version_of_a_cart() -> None:
    cart = an_id(77)
    twins = [placed(number, cart_id=cart) for number in (31, 32)]
    (found,) = await audit(twins)
    assert (found.kind, found.subject) == ("doubled_order", an_id(32))
    assert await audit([twins[0], refused(32, cart_id=cart)]) == ()
    assert await audit([twins[0], placed(32, cart_id=cart, cart_version=4)]) == ()
    assert await audit([twins[0], placed(32, cart_id=cart, customer_id=BOB)]) == ()


async def test_a_total_that_is_not_the_sum_of_the_lines() -> None:
    record = replace(placed().record(), total=usd(1))
    (found,) = await audit([record])
    assert (found.kind, found.subject) == ("wrong_total", an_id(31))


async def test_an_order_that_is_undecided_long_past_its_deadline() -> None:
    assert await audit([placed()], seconds=90) == ()
    (found,) = await audit([placed()], seconds=91)
    assert (found.kind, found.subject) == ("undecided_order", an_id(31))


async def test_every_page_is_read() -> None:
    orders = [confirmed(number) for number in range(31, 36)]
    stocks = [stock(product) for product in (1, 2)]
    assert len(await audit(orders, *stocks)) == 10


async def test_a_shop_that_has_sold_and_cancelled_agrees_with_itself() -> None:
    shop = Shop()
    for turn in range(4):
        product = await shop.sell(5)
        await shop.put(product, 2)
        order = (await shop.calm.place()).order
        if turn % 2:
            await shop.calm.order.cancel_order(order_id=order.id, caller=Caller(id=ALICE, kind="customer"))
        else:
            await shop.calm.order.move_order(order_id=order.id, status="shipped", note="")
    assert await shop.calm.audit() == ()


async def test_a_difference_that_does_not_stay_is_none() -> None:
    passing = Difference(kind="wrong_take", subject="an order", sentence="It is being made just now.")
    lasting = Difference(kind="wrong_stock", subject="a product", sentence="A unit is missing.")
    looks = [(passing, lasting), (lasting,), (lasting, passing)]
    pauses = 0

    async def audit() -> tuple[Difference, ...]:
        return looks.pop(0)

    async def pause() -> None:
        nonlocal pauses
        pauses += 1

    assert await lasting_differences(audit, pause) == (lasting,)
    assert (looks, pauses) == ([], 2)


async def test_books_that_agree_are_looked_at_once() -> None:
    looks: list[tuple[Difference, ...]] = [()]

    async def audit() -> tuple[Difference, ...]:
        return looks.pop()

    async def pause() -> None:
        raise AssertionError("There is nothing to wait for.")

    assert await lasting_differences(audit, pause) == ()
