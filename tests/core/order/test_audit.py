"""The audit: books that agree have no difference, and each way to disagree is told in a sentence of its own."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.order.model import Order, StockRecord
from core.order.use_cases.audit import Audited
from tests.builders import an_id
from tests.core.order.books import AnyOrder, audit, look, stock
from tests.core.order.disagreements import (
    CALM,
    DELIVERED,
    HELD,
    ORDER_WAYS,
    SETTLED,
    STOCK_WAYS,
    TAKE_WAYS,
    TWO_HOURS,
    VOID,
    told,
)
from tests.core.order.orders import BOB, a_called_off_life, after, confirmed, placed, refused, shipped


@pytest.mark.parametrize(
    ("order", "stocks", "seconds"),
    [
        (placed(), HELD, 10),
        (placed(), (stock(1), stock(2)), 10),
        (placed(), (HELD[0], stock(2)), 10),
        (placed().held(at=after(1)), HELD, 10),
        (confirmed(), HELD, 10),
        (told(confirmed().ticked("subtract_cart")), HELD, TWO_HOURS * 100),
        (shipped(), HELD, 10),
        (shipped(), SETTLED, 10),
        (shipped(), (HELD[0], SETTLED[1]), 10),
        (CALM, SETTLED, 10),
        (DELIVERED, SETTLED, 10),
        (told(DELIVERED), (replace(stock(1), sold=2, available=8), stock(3)), TWO_HOURS + 1),
        (placed().cancelling("timed_out", at=after(1)), HELD, 10),
        (placed().cancelling("timed_out", at=after(1)), VOID, 10),
        (refused(), VOID, 10),
        (told(refused()), (stock(1), stock(2)), TWO_HOURS + 1),
        (a_called_off_life(31)[-1], VOID, 10),
    ],
)
async def test_books_that_agree_have_no_difference(
    order: Order, stocks: tuple[StockRecord, ...], seconds: float
) -> None:
    assert await look([order], *stocks, seconds=seconds) == Audited(differences=(), orders=1, products=len(stocks))


async def test_an_empty_shop_has_no_difference() -> None:
    assert await look([]) == Audited(differences=(), orders=0, products=0)


@pytest.mark.parametrize(
    ("orders", "stocks", "seconds", "sentences"),
    [*STOCK_WAYS, *TAKE_WAYS, *ORDER_WAYS],
)
async def test_each_way_to_differ_is_told_in_a_sentence(
    orders: Sequence[AnyOrder], stocks: Sequence[StockRecord], seconds: float, sentences: str
) -> None:
    found = await audit(orders, *stocks, seconds=seconds)
    assert "\n".join(f"{difference.kind}: {difference.sentence}" for difference in found) == sentences


async def test_a_difference_is_about_an_order_or_a_product() -> None:
    (about_stock,) = await audit([], replace(stock(1), available=9))
    (about_order,) = await audit([confirmed()], HELD[0])
    assert (about_stock.subject, about_order.subject, about_order.products) == (an_id(1), an_id(31), (an_id(2),))


@pytest.mark.parametrize(
    ("order", "seconds"),
    [
        (placed(), 90),
        (told(placed().cancelling("timed_out", at=after(1))), 901),
        (told(confirmed()), 902),
        (told(shipped()), 960),
        (confirmed().ticked("subtract_cart"), 902),
    ],
)
async def test_what_may_still_be_in_time_is_no_difference(order: Order, seconds: float) -> None:
    assert await audit([order], *HELD, seconds=seconds) == ()


async def test_attempts_that_failed_and_other_carts_are_no_second_order() -> None:
    order, cart = placed(cart_id=an_id(77)), an_id(77)
    for other in (refused(32, cart_id=cart), placed(32, cart_id=cart, cart_version=4), placed(32, cart_id=an_id(78))):
        assert await audit([order, other]) == ()
    assert await audit([order, placed(32, cart_id=cart, customer_id=BOB)]) == ()
    assert len(await audit([order, *(placed(number, cart_id=cart) for number in (32, 33))])) == 2


async def test_without_the_catalogue_products_go_by_their_ids() -> None:
    found = await look([], replace(stock(1), available=9), answers=False)
    assert [difference.sentence[:43] for difference in found.differences] == [f"10 of {an_id(1)} "]


async def test_every_page_is_read_and_counted() -> None:
    found = await look([confirmed(number) for number in range(31, 36)], stock(1), stock(2))
    assert (len(found.differences), found.orders, found.products) == (10, 5, 2)
