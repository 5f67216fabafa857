"""What the books of orders and of stock must agree on, and how to say in which way they do not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from core.order.model.records import Difference, HoldRecord, OrderRecord, StockRecord
from core.order.model.states import STATUS
from core.order.model.values import number_of, quantities
from core.shared.ids import is_id, made_at
from core.shared.money import total

DECIDED_WITHIN = timedelta(minutes=1)
"""How long past its deadline an order may be undecided before that is a difference."""
FINISHED_WITHIN = timedelta(minutes=15)
"""How long what follows from a decision may wait: twice as long as a worker ever puts an order off."""
HOLD_REMEMBERED = timedelta(hours=2)
"""For so long after an order was made the stock shows that its units were sold."""
_LEFT = {
    "subtract_cart": "what was bought is still in the cart",
    "settle_stock": "the units that were sent are still set aside, not counted as sold",
}
_SEE = "See whether an order service or `shop worker` runs, and what its log says of this order."


def in_stock(stock: StockRecord) -> Iterator[Difference]:
    """Every unit that was received is on sale, set aside or sold, and no number is less than nothing."""
    held = sum(hold.quantity for hold in stock.holds.values() if hold.state == "held")
    found = stock.available + held + stock.sold
    negative = min(stock.received, stock.available, stock.sold, *(hold.quantity for hold in stock.holds.values())) < 0
    if negative or found != stock.received:
        yield Difference(
            kind="wrong_stock",
            subject=stock.product_id,
            sentence=f"{stock.received} of {stock.product_id} were received, but {stock.available} on sale, {held} set "
            f"aside and {stock.sold} sold make {found}{', and something is less than nothing' if negative else ''}. "
            "Count what is there, and correct the stock.",
            products=(stock.product_id,),
        )


def in_order(order: OrderRecord, *, now: datetime) -> Iterator[Difference]:
    """An order can be read and adds up, and what it waits for is not long overdue."""
    name = f"Order {_name(order.id)}"
    if order.state == "UNREADABLE":
        yield Difference(
            kind="unreadable_order",
            subject=order.id,
            sentence=f"{name} is damaged and cannot be read: no list shows it, and nothing more is done for it. The "
            "order service's log says what is wrong; mend the document, or restore it from a backup.",
        )
        return
    lines = total((line.unit_price.times(line.quantity) for line in order.lines), order.total.currency)
    if lines != order.total:
        yield Difference(
            kind="wrong_total",
            subject=order.id,
            sentence=f"{name} says {order.total.amount}, but its lines add up to {lines.amount} (in the smallest unit "
            f"of {order.total.currency}). See what its customer was charged.",
        )
    if order.state in ("PENDING", "HELD") and now > order.deadline + DECIDED_WITHIN:
        yield Difference(
            kind="undecided_order",
            subject=order.id,
            sentence=f"{name} is neither confirmed nor cancelled, and should have been one of them by "
            f"{_time(order.deadline)}. {_SEE}",
        )
    left = [_LEFT[todo] for todo in order.todos]
    if order.state == "CANCELLING":
        left.append("its units are not given back")
    if left and now > order.changed_at + FINISHED_WITHIN:
        yield Difference(
            kind="unfinished_order",
            subject=order.id,
            sentence=f"{name} has been {STATUS[order.state]} since {_time(order.changed_at)}, but "
            f"{' and '.join(left)}. {_SEE}",
        )
    if order.untold_since and now > order.untold_since + FINISHED_WITHIN:
        yield Difference(
            kind="untold_event",
            subject=order.id,
            sentence=f"{name}: nobody was told what happened at {_time(order.untold_since)}, so its customer may have "
            "had no word. See whether an order service or `shop worker` runs, and whether its events can be published.",
        )


def in_takes(order: OrderRecord, taken: Mapping[str, HoldRecord], *, now: datetime) -> Iterator[Difference]:
    """Of each product an order has exactly its units set aside or sold, as far as it has come; of no other any.

    `taken` are its holds by product id, without those that were given back.
    """
    if order.state == "UNREADABLE":
        return
    wanted, expected = quantities(order.lines), _expected(order, now)
    for product_id in sorted({*wanted, *taken}):
        quantity, hold = wanted.get(product_id, 0), taken.get(product_id)
        as_it_should = (hold.state if hold else None) in expected and (hold is None or hold.quantity == quantity)
        if not as_it_should:
            is_left = hold is not None and hold.state == "held" and order.state == "CANCELLED"
            yield Difference(
                kind="hold_without_order" if is_left else "wrong_take",
                subject=order.id,
                sentence=f"Order {_name(order.id)} is {STATUS[order.state]}, "
                + _wrong_take(product_id, quantity, hold, sold="held" not in expected),
                products=(product_id,),
            )


def without_order(order_id: str, taken: Mapping[str, HoldRecord]) -> Iterator[Difference]:
    """Nothing is set aside for, or sold to, an order that does not exist."""
    for product_id, hold in taken.items():
        done = "set aside for" if hold.state == "held" else "counted as sold to"
        yield Difference(
            kind="hold_without_order",
            subject=order_id,
            sentence=f"{hold.quantity} of {product_id} are {done} order {_name(order_id)}, which does not exist, so "
            "that nobody can buy them. Count what is there, and correct the stock.",
            products=(product_id,),
        )


def of_one_cart(orders: Iterable[OrderRecord]) -> Iterator[Difference]:
    """No customer has two orders of one version of a cart; attempts that failed do not count."""
    first: dict[tuple[str, str, int], str] = {}
    for order in orders:
        if cart := cart_of(order):
            other = first.setdefault(cart, order.id)
            if other != order.id:
                yield Difference(
                    kind="doubled_order",
                    subject=order.id,
                    sentence=f"Orders {_name(other)} and {_name(order.id)} are one and the same purchase, of version "
                    f"{order.cart_version} of one cart. Ask the customer, and cancel one of them.",
                )


def cart_of(order: OrderRecord) -> tuple[str, str, int] | None:
    """The version of a cart that an order has used up; `None` if it failed."""
    failed = order.state in ("CANCELLING", "CANCELLED") and not order.ever_confirmed
    return None if failed or order.state == "UNREADABLE" else (order.customer_id, order.cart_id, order.cart_version)


def _expected(order: OrderRecord, now: datetime) -> set[str | None]:
    """In which states the holds of an order may be; `None` is no hold, or one that was given back."""
    match order.state:
        case "PENDING" | "CANCELLING":
            return {None, "held"}
        case "HELD" | "CONFIRMED":
            return {"held"}
        case "SHIPPED" | "DELIVERED" if "settle_stock" in order.todos:
            return {"held", "settled"}
        case "SHIPPED" | "DELIVERED":
            return {"settled", None} if is_id(order.id) and made_at(order.id) < now - HOLD_REMEMBERED else {"settled"}
    return {None}


def _wrong_take(product_id: str, quantity: int, hold: HoldRecord | None, *, sold: bool) -> str:
    """The rest of the sentence; `sold` if the units should be counted as sold by now."""
    wanted = f"{quantity} of {product_id}"
    if hold is None and sold:
        return f"but {wanted} were never counted as sold for it. Count what is there, and correct the stock."
    if hold is None:
        return f"but {wanted} are not set aside for it and may be sold to others. Set them aside, or cancel the order."
    done = "set aside" if hold.state == "held" else "counted as sold"
    if not quantity:
        return f"but {hold.quantity} of {product_id}, which it is not of, are {done} for it. Have them given back."
    if hold.quantity != quantity:
        return f"and of {wanted}, but {hold.quantity} are {done} for it. Correct the stock by the difference."
    if hold.state == "settled":
        return f"but {wanted} are counted as sold for it already. Count what is there, and correct the stock."
    return (
        f"but {wanted} are still set aside for it, where nobody can buy them. Have them counted as sold or given back."
    )


def _name(order_id: str) -> str:
    return f"{number_of(order_id)} (id {order_id})" if is_id(order_id) else order_id


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
