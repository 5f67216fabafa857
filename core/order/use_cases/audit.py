"""The audit: whether the books of stock and of orders agree, to the unit."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from core.order.model import Difference, HoldRecord, OrderRecord, StockRecord, quantities
from core.order.ports import OrderRecords, StockRecords
from core.shared.ids import made_at
from core.shared.money import total
from core.shared.ports import Clock

PAGE = 100
DECIDED_WITHIN = timedelta(minutes=1)
"""How long past its deadline an order may be undecided before that is a difference."""
HOLD_REMEMBERED = timedelta(hours=2)
"""For so long after an order was made the stock shows that its units were sold."""
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Compare the books, and name every difference.

    On a live shop what is just happening can look like a difference: `lasting_differences` are what is left.
    """

    orders: OrderRecords
    stocks: StockRecords
    clock: Clock

    async def __call__(self) -> tuple[Difference, ...]:
        """Raises: Unavailable."""
        orders = {order.id: order for order in await _all(self.orders.list)}
        stocks = {stock.product_id: stock for stock in await _all(self.stocks.list)}
        return (
            *self._in_orders(orders),
            *_in_carts(orders),
            *(difference for stock in stocks.values() for difference in _in_stock(stock, orders)),
            *(difference for order in orders.values() for difference in self._in_takes(order, stocks)),
        )

    def _in_orders(self, orders: dict[str, OrderRecord]) -> Iterator[Difference]:
        for order in orders.values():
            lines = total((line.unit_price.times(line.quantity) for line in order.lines), order.total.currency)
            if lines != order.total:
                yield Difference(
                    kind="wrong_total",
                    subject=order.id,
                    sentence=f"Order {order.id} says {order.total.amount}, but its lines add up to {lines.amount}.",
                )
            if order.state in ("PENDING", "HELD") and self.clock.now() > order.deadline + DECIDED_WITHIN:
                yield Difference(
                    kind="undecided_order",
                    subject=order.id,
                    sentence=f"Order {order.id} is neither confirmed nor cancelled; it was due at {order.deadline}.",
                )

    def _in_takes(self, order: OrderRecord, stocks: dict[str, StockRecord]) -> Iterator[Difference]:
        """Every confirmed or shipped order has exactly one take of each of its products."""
        if order.state not in ("CONFIRMED", "SHIPPED", "DELIVERED"):
            return
        settled = order.state != "CONFIRMED" and "settle_stock" not in order.todos
        forgotten = settled and made_at(order.id) < self.clock.now() - HOLD_REMEMBERED
        for product_id, quantity in quantities(order.lines).items():
            stock = stocks.get(product_id)
            hold = stock.holds.get(order.id) if stock else None
            expected = HoldRecord(quantity=quantity, state="settled" if settled else "held")
            in_between = order.state != "CONFIRMED" and not settled
            if hold == expected or (hold is None and stock and forgotten):
                continue
            if in_between and hold == HoldRecord(quantity=quantity, state="settled"):
                continue
            yield Difference(
                kind="wrong_take",
                subject=order.id,
                sentence=f"Order {order.id} ({order.state.lower()}) should have {quantity} units of product "
                f"{product_id} {expected.state}, but the stock has {_said(hold)}.",
            )


async def lasting_differences(
    audit: Callable[[], Awaitable[tuple[Difference, ...]]], pause: Callable[[], Awaitable[None]], *, looks: int = 3
) -> tuple[Difference, ...]:
    """The differences that are there at every one of several looks, with a pause before each but the first.

    Raises: Unavailable.
    """
    lasting = await audit()
    for _ in range(looks - 1):
        if lasting:
            await pause()
            now = {(difference.kind, difference.subject) for difference in await audit()}
            lasting = tuple(difference for difference in lasting if (difference.kind, difference.subject) in now)
    return lasting


def _in_stock(stock: StockRecord, orders: dict[str, OrderRecord]) -> Iterator[Difference]:
    held = sum(hold.quantity for hold in stock.holds.values() if hold.state == "held")
    if stock.available < 0 or stock.available + held + stock.sold != stock.received:
        yield Difference(
            kind="wrong_stock",
            subject=stock.product_id,
            sentence=f"Product {stock.product_id} received {stock.received} units, but {stock.available} available, "
            f"{held} held and {stock.sold} sold make {stock.available + held + stock.sold}.",
        )
    for order_id, hold in stock.holds.items():
        order = orders.get(order_id)
        if hold.state == "held" and (order is None or order.state == "CANCELLED"):
            yield Difference(
                kind="hold_without_order",
                subject=order_id,
                sentence=f"{hold.quantity} units of product {stock.product_id} are held for order {order_id}, "
                + ("which does not exist." if order is None else "which is cancelled."),
            )


def _in_carts(orders: dict[str, OrderRecord]) -> Iterator[Difference]:
    """No customer has two orders of one version of a cart; attempts that failed do not count."""
    seen: dict[tuple[str, str, int], str] = {}
    for order in orders.values():
        if order.state in ("CANCELLING", "CANCELLED") and not order.ever_confirmed:
            continue
        cart = (order.customer_id, order.cart_id, order.cart_version)
        first = seen.setdefault(cart, order.id)
        if first != order.id:
            yield Difference(
                kind="doubled_order",
                subject=order.id,
                sentence=f"Orders {first} and {order.id} were both made of version {order.cart_version} of cart "
                f"{order.cart_id}.",
            )


def _said(hold: HoldRecord | None) -> str:
    return "nothing of it" if hold is None else f"{hold.quantity} units {hold.state}"


async def _all(
    page: Callable[..., Awaitable[tuple[tuple[_Record, ...], str | None]]],
) -> list[_Record]:
    """Every record of a paged list."""
    records: list[_Record] = []
    after = None
    while True:
        items, after = await page(limit=PAGE, after=after)
        records.extend(items)
        if after is None:
            return records
