"""Each way in which the books can disagree, made by hand, and the sentence that tells of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.order.model import Order, StockRecord, Unreadable
from tests.builders import an_id, usd
from tests.core.order.books import AnyOrder, stock
from tests.core.order.orders import after, confirmed, placed, refused, shipped


def told(order: Order) -> Order:
    return replace(order, outbox=())


HELD = (stock(1, o31=("held", 2)), stock(2, o31=("held", 1)))
SETTLED = (stock(1, o31=("settled", 2)), stock(2, o31=("settled", 1)))
VOID = (stock(1, o31=("void", 2)), stock(2, o31=("void", 0)))
TWO_HOURS = timedelta(hours=2).total_seconds()
CALM = shipped().ticked("settle_stock")
TOLD = replace(CALM, outbox=())
DELIVERED = TOLD.moved_to("delivered", at=after(99), by="admin", note="")
_ORDER = f"Order 360102-0000000Z (id {an_id(31)})"
_BOOT, _SOCK = "'Walking boot' (BOOT-41)", "'Sock' (SOCK-1)"
_COUNT = "Count what is there, and correct the stock."
_SEE = "See whether an order service or `shop worker` runs, and"
_LOG = f"{_SEE} what its log says of this order."


def way(
    name: str, orders: Sequence[AnyOrder], stocks: Sequence[StockRecord], *sentence: str, seconds: float = 10
) -> Any:
    """Books in which something is wrong, when they are looked at, and what is said of it."""
    return pytest.param(orders, stocks, seconds, "".join(sentence), id=name)


STOCK_WAYS = [
    way(
        "units that are nowhere",
        [],
        [replace(stock(1), available=9)],
        f"wrong_stock: 10 of {_BOOT} were received, but 9 on sale, 0 set aside and 0 sold make 9. {_COUNT}",
    ),
    way(
        "units from nowhere",
        [],
        [replace(stock(1), received=9)],
        f"wrong_stock: 9 of {_BOOT} were received, but 10 on sale, 0 set aside and 0 sold make 10. {_COUNT}",
    ),
    way(
        "units sold to nobody",
        [],
        [replace(stock(1), sold=1)],
        f"wrong_stock: 10 of {_BOOT} were received, but 10 on sale, 0 set aside and 1 sold make 11. {_COUNT}",
    ),
    way(
        "less than nothing on sale",
        [],
        [replace(stock(1), available=-1, received=-1)],
        f"wrong_stock: -1 of {_BOOT} were received, but -1 on sale, 0 set aside and 0 sold make -1, and something is ",
        f"less than nothing. {_COUNT}",
    ),
    way(
        "less than nothing sold",
        [],
        [replace(stock(1), sold=-1, received=9)],
        f"wrong_stock: 9 of {_BOOT} were received, but 10 on sale, 0 set aside and -1 sold make 9, and something is ",
        f"less than nothing. {_COUNT}",
    ),
    way(
        "less than nothing set aside",
        [placed()],
        [replace(stock(1, o31=("held", -2)), available=12)],
        f"wrong_stock: 10 of {_BOOT} were received, but 12 on sale, -2 set aside and 0 sold make 10, and something is ",
        f"less than nothing. {_COUNT}\n",
        f"wrong_take: {_ORDER} is pending, and of 2 of {_BOOT}, but -2 are set aside for it. Correct the stock by the ",
        "difference.",
    ),
]
TAKE_WAYS = [
    way(
        "a hold of no order",
        [],
        [stock(1, o31=("held", 2))],
        f"hold_without_order: 2 of {_BOOT} are set aside for {_ORDER.replace('O', 'o', 1)}, which does not exist, so ",
        f"that nobody can buy them. {_COUNT}",
    ),
    way(
        "units sold to no order",
        [],
        [stock(1, o31=("settled", 2))],
        f"hold_without_order: 2 of {_BOOT} are counted as sold to {_ORDER.replace('O', 'o', 1)}, which does not ",
        f"exist, so that nobody can buy them. {_COUNT}",
    ),
    way(
        "a hold of a cancelled order",
        [refused()],
        [stock(1, o31=("held", 2))],
        f"hold_without_order: {_ORDER} is cancelled, but 2 of {_BOOT} are still set aside for it, where nobody can ",
        "buy them. Have them counted as sold or given back.",
    ),
    way(
        "a cancelled order that was sold",
        [refused()],
        [stock(1, o31=("settled", 2))],
        f"wrong_take: {_ORDER} is cancelled, but 2 of {_BOOT} are counted as sold for it already. {_COUNT}",
    ),
    way(
        "a held order without its hold",
        [placed().held(at=after(1))],
        [HELD[0], stock(2)],
        f"wrong_take: {_ORDER} is pending, but 1 of {_SOCK} are not set aside for it and may be sold to others. Set ",
        "them aside, or cancel the order.",
    ),
    way(
        "a confirmed order without its hold",
        [confirmed()],
        [stock(1), HELD[1]],
        f"wrong_take: {_ORDER} is confirmed, but 2 of {_BOOT} are not set aside for it and may be sold to others. Set ",
        "them aside, or cancel the order.",
    ),
    way(
        "a confirmed order of a product that is gone",
        [confirmed()],
        [HELD[1]],
        f"wrong_take: {_ORDER} is confirmed, but 2 of {_BOOT} are not set aside for it and may be sold to others. Set ",
        "them aside, or cancel the order.",
    ),
    way(
        "a confirmed order whose hold was given back",
        [confirmed()],
        [HELD[0], stock(2, o31=("void", 1))],
        f"wrong_take: {_ORDER} is confirmed, but 1 of {_SOCK} are not set aside for it and may be sold to others. Set ",
        "them aside, or cancel the order.",
    ),
    way(
        "a hold of too many units",
        [confirmed()],
        [HELD[0], stock(2, o31=("held", 2))],
        f"wrong_take: {_ORDER} is confirmed, and of 1 of {_SOCK}, but 2 are set aside for it. Correct the stock by ",
        "the difference.",
    ),
    way(
        "a hold of too few units",
        [placed()],
        [stock(1, o31=("held", 1))],
        f"wrong_take: {_ORDER} is pending, and of 2 of {_BOOT}, but 1 are set aside for it. Correct the stock by the ",
        "difference.",
    ),
    way(
        "a hold of what was not ordered",
        [confirmed()],
        [*HELD, stock(3, o31=("held", 1))],
        f"wrong_take: {_ORDER} is confirmed, but 1 of {an_id(3)}, which it is not of, are set aside for it. Have them ",
        "given back.",
    ),
    way(
        "sold before it was decided",
        [placed()],
        [SETTLED[0]],
        f"wrong_take: {_ORDER} is pending, but 2 of {_BOOT} are counted as sold for it already. {_COUNT}",
    ),
    way(
        "sold before it was shipped",
        [confirmed()],
        [SETTLED[0], HELD[1]],
        f"wrong_take: {_ORDER} is confirmed, but 2 of {_BOOT} are counted as sold for it already. {_COUNT}",
    ),
    way(
        "sold while it is being cancelled",
        [placed().cancelling("timed_out", at=after(1))],
        [SETTLED[0]],
        f"wrong_take: {_ORDER} is cancelled, but 2 of {_BOOT} are counted as sold for it already. {_COUNT}",
    ),
    way(
        "never sold though it was shipped",
        [CALM],
        [SETTLED[0], HELD[1]],
        f"wrong_take: {_ORDER} is shipped, but 1 of {_SOCK} are still set aside for it, where nobody can buy them. ",
        "Have them counted as sold or given back.",
    ),
    way(
        "shipped out of nothing",
        [CALM],
        [SETTLED[0], stock(2)],
        f"wrong_take: {_ORDER} is shipped, but 1 of {_SOCK} were never counted as sold for it. {_COUNT}",
    ),
    way(
        "shipped and given back",
        [shipped()],
        [HELD[0], stock(2, o31=("void", 1))],
        f"wrong_take: {_ORDER} is shipped, but 1 of {_SOCK} are not set aside for it and may be sold to others. Set ",
        "them aside, or cancel the order.",
    ),
    way(
        "sold in another number",
        [told(DELIVERED)],
        [SETTLED[0], stock(2, o31=("settled", 3))],
        f"wrong_take: {_ORDER} is delivered, and of 1 of {_SOCK}, but 3 are counted as sold for it. Correct the stock ",
        "by the difference.",
        seconds=TWO_HOURS + 1,
    ),
]
ORDER_WAYS = [
    way(
        "two orders of one cart",
        [placed(number, cart_id=an_id(77)) for number in (31, 32)],
        [],
        f"doubled_order: Orders{_ORDER.removeprefix('Order')} and 360102-00000010 (id {an_id(32)}) are one and the ",
        "same purchase, of version 3 of one cart. Ask the customer, and cancel one of them.",
    ),
    way(
        "a total that is no sum",
        [replace(placed().record(), total=usd(1))],
        [],
        f"wrong_total: {_ORDER} says 1, but its lines add up to 4498 (in the smallest unit of USD). See what its ",
        "customer was charged.",
    ),
    way(
        "undecided past its deadline",
        [placed()],
        [],
        f"undecided_order: {_ORDER} is neither confirmed nor cancelled, and should have been one of them by ",
        f"2036-01-02 03:04:35 UTC. {_LOG}",
        seconds=91,
    ),
    way(
        "set aside, and undecided",
        [placed().held(at=after(1))],
        HELD,
        f"undecided_order: {_ORDER} is neither confirmed nor cancelled, and should have been one of them by ",
        f"2036-01-02 03:04:35 UTC. {_LOG}",
        seconds=91,
    ),
    way(
        "never given back",
        [told(placed().cancelling("timed_out", at=after(1)))],
        HELD,
        f"unfinished_order: {_ORDER} has been cancelled since 2036-01-02 03:04:06 UTC, but its units are not given ",
        f"back. {_LOG}",
        seconds=902,
    ),
    way(
        "never out of the cart",
        [told(confirmed())],
        HELD,
        f"unfinished_order: {_ORDER} has been confirmed since 2036-01-02 03:04:07 UTC, but what was bought is still ",
        f"in the cart. {_LOG}",
        seconds=903,
    ),
    way(
        "never settled",
        [told(shipped())],
        HELD,
        f"unfinished_order: {_ORDER} has been shipped since 2036-01-02 03:05:05 UTC, but the units that were sent are ",
        f"still set aside, not counted as sold. {_LOG}",
        seconds=961,
    ),
    way(
        "never told",
        [confirmed().ticked("subtract_cart")],
        HELD,
        f"untold_event: {_ORDER}: nobody was told what happened at 2036-01-02 03:04:07 UTC, so its customer may have ",
        f"had no word. {_SEE} whether its events can be published.",
        seconds=903,
    ),
    way(
        "damaged",
        [Unreadable(id=an_id(31))],
        HELD,
        f"unreadable_order: {_ORDER} is damaged and cannot be read: no list shows it, and nothing more is done for ",
        "it. The order service's log says what is wrong; mend the document, or restore it from a backup.",
    ),
    way(
        "damaged to its name",
        [Unreadable(id="?")],
        [],
        "unreadable_order: Order ? is damaged and cannot be read: no list shows it, and nothing more is done for it. ",
        "The order service's log says what is wrong; mend the document, or restore it from a backup.",
    ),
]
