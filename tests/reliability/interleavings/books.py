"""The books that a test keeps beside the shop: what must be true of it, whoever went first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from core.order.errors import CartChanged, OrderCancelled, OutOfStock
from core.order.model import Order
from core.order.model.states import ALLOWED, STATUS
from core.order.use_cases.place import Placement
from core.shared.errors import ShopError, Unavailable
from tests.core.order.shop import Shop
from tests.reliability.interleavings.scheduler import Actor, run

LEGAL = {("pending", "confirmed"), ("pending", "cancelled")} | {
    (STATUS[state], status) for state, allowed in ALLOWED.items() for status in allowed
}


class Range:
    """How many units it may be: a change of which nobody knows whether it was made counts as none and as whole."""

    def __init__(self) -> None:
        self.least = self.most = 0

    def add(self, units: int, *, surely: bool = True) -> None:
        self.least += units if surely or units < 0 else 0
        self.most += units if surely or units > 0 else 0


class Books:
    """What came in of each product; what each customer put into the cart of each, and what they took out again."""

    def __init__(self) -> None:
        self.received: dict[str, Range] = defaultdict(Range)
        self.put: dict[tuple[str, str], Range] = defaultdict(Range)
        self.taken_out: set[tuple[str, str]] = set()

    def in_stock(self, shop: Shop, orders: Sequence[Order]) -> Iterable[str]:
        """No unit is sold twice, none lost, and none kept by whom it was not sold to."""
        bought: Counter[str] = Counter()
        for order in orders:
            if order.status not in ("pending", "cancelled"):
                bought.update(order.quantities)
        page = run(shop.products.stocks.list(limit=100, after=None))
        for stock in page.items:
            units, received = bought[stock.product_id], self.received[stock.product_id]
            if stock.held + stock.sold != units or units > received.most:
                yield f"{units} units were bought of {received.most} at most, and the stock is {stock}"
            if not received.least <= stock.available + units <= received.most:
                yield f"{received.least} to {received.most} units came in, {units} were bought; the stock is {stock}"

    def in_carts(self, shop: Shop, orders: Sequence[Order]) -> Iterable[str]:
        """What was put in is bought once or still there, to the unit."""
        bought: Counter[tuple[str, str]] = Counter()
        for order in orders:
            if order.ever_confirmed:
                bought.update({(order.customer_id, id): units for id, units in order.quantities.items()})
        carts = {customer: run(shop.in_cart(customer)) for customer in {customer for customer, _ in self.put}}
        for (customer, product), put in self.put.items():
            units, left = bought[customer, product], carts[customer].get(product, 0)
            if (customer, product) in self.taken_out:
                if left + units > put.most:
                    yield f"{left} are in the cart and {units} bought of {put.most} units of {product}"
            elif not put.least <= left + units <= put.most:
                yield f"{left} are in the cart and {units} bought of {put.least} to {put.most} units of {product}"


def in_answers(
    actors: Iterable[Actor], placing: Iterable[tuple[Actor, str | None]], orders: Sequence[Order]
) -> Iterable[str]:
    """What was answered is so and stays so, to whoever asks again with the same key; and each key has one order."""
    for actor in actors:
        expected = isinstance(actor.outcome, ShopError) and not isinstance(actor.outcome, Unavailable)
        if isinstance(actor.outcome, Exception) and not expected:
            yield f"{actor.name} failed: {actor.outcome!r}"
    now = {order.id: order for order in orders}
    for actor, key in placing:
        match actor.outcome:
            case Placement(order=then) if then.id not in now or (
                then.ever_confirmed and not now[then.id].ever_confirmed
            ):
                yield f"{actor.name} was answered with {then}, and now it is {now.get(then.id)}"
            case Placement(order=then) if key and all(known.key != f"key:{key}" for known in now[then.id].keys):
                yield f"{actor.name} was answered with an order that does not know the key {key}"
            case OutOfStock(facts=facts) | CartChanged(facts=facts) | OrderCancelled(facts=facts):
                if "order_id" in facts and not now[str(facts["order_id"])].failed:
                    yield f"{actor.name} was refused, and now the order is {now[str(facts['order_id'])]}"
    keys = Counter((order.customer_id, key.key) for order in orders for key in order.keys)
    yield from (f"{number} orders answer {key}" for key, number in keys.items() if number > 1)


def in_lives(shop: Shop, orders: Sequence[Order]) -> Iterable[str]:
    """Every order went the ways there are, and its events were told in that order."""
    for order in orders:
        statuses = [change.status for change in order.history]
        if not set(pairwise(statuses)) <= LEGAL:
            yield f"order {order.id} was {statuses}"
        told = [event.id for event in shop.publisher.told if event.subject == order.id]
        versions = [int(id.rpartition(":")[2]) for id in dict.fromkeys(told)]
        if versions != sorted(versions):
            yield f"of order {order.id} the events were told in the order {versions}"
