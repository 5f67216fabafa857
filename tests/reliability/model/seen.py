"""What there is to be seen of a shop, the same of the plain one and of the real one; and what must always be true."""

from collections.abc import Mapping
from typing import Any

from core.cart.errors import CartNotFound
from core.order.model import BACKOFF_MAX, Order, State
from tests.reliability.model.operations import PEOPLE, Scene
from tests.reliability.model.plain import PlainShop

Seen = Mapping[str, Any]
FOLLOWS: Mapping[State, set[State]] = {
    "PENDING": {"HELD", "CANCELLING"},
    "HELD": {"CONFIRMED", "CANCELLING"},
    "CONFIRMED": {"SHIPPED", "CANCELLING"},
    "SHIPPED": {"DELIVERED"},
    "CANCELLING": {"CANCELLED"},
}
_NAMES = {id: name for name, id in PEOPLE.items()}


def seen_plainly(shop: PlainShop) -> Seen:
    ranks = {number: rank for rank, number in enumerate(sorted(shop.orders))}
    return {
        "products": [
            {
                "price": product.price,
                "version": product.version,
                "for_sale": product.for_sale,
                "units": (product.received, product.available, product.sold),
                "held": {ranks[order]: units for order, (units, state) in product.holds.items() if state == "held"},
            }
            for product in shop.products
        ],
        "carts": {name: (cart.version, cart.lines, cart.given_to) for name, cart in shop.carts.items()},
        "orders": [
            {
                "who": order.who,
                "state": order.state,
                "lines": order.lines,
                "total": sum(units * price for units, price in order.lines.values()),
                "keys": set(order.keys),
                "open": order.open,
                "reason": order.reason,
                "history": order.history,
                "todos": order.todos,
                "events": order.events,
            }
            for _, order in sorted(shop.orders.items())
        ],
    }


async def seen_really(scene: Scene) -> tuple[Seen, list[Order]]:
    """Looked up in the stores themselves; and the orders as they are there."""
    shop, orders = scene.shop, await scene.shop.every_order()
    numbers = {id: number for number, id in enumerate(scene.products)}
    ranks: dict[str, Any] = {order.id: rank for rank, order in enumerate(orders)}
    listings = await shop.products.products.get_many(scene.products)
    stocks = {stock.product_id: stock for stock in (await shop.products.stocks.list(limit=100, after=None)).items}
    carts: dict[str, object] = {}
    for name in (*PEOPLE, *scene.guests):
        try:
            cart = await shop.carts.get(scene.owner(name))
        except CartNotFound:
            carts[name] = (0, {}, None)
            continue
        lines = {numbers[line.product_id]: (line.quantity, line.price.amount) for line in cart.lines}
        carts[name] = (cart.version, lines, None if cart.merged_into is None else _NAMES[cart.merged_into])
    seen = {
        "products": [
            {
                "price": listing.product.details.price.amount,
                "version": listing.product.version,
                "for_sale": listing.product.status == "active",
                "units": (stock.received, stock.available, stock.sold),
                "held": {ranks.get(id, id): hold.quantity for id, hold in stock.holds.items() if hold.state == "held"},
            }
            for listing, stock in ((listing, stocks[listing.product.id]) for listing in listings)
        ],
        "carts": carts,
        "orders": [
            {
                "who": _NAMES[order.customer_id],
                "state": order.state,
                "lines": {numbers[line.product_id]: (line.quantity, line.unit_price.amount) for line in order.lines},
                "total": order.total.amount,
                "keys": {_key(key.key) for key in order.keys},
                "open": order.open_cart is not None,
                "reason": order.cancel_reason,
                "history": tuple((change.status, change.by) for change in order.history),
                "todos": order.todos,
                "events": _events(order, scene),
            }
            for order in orders
        ],
    }
    return seen, orders


def _key(key: str) -> str:
    """A customer's key as they gave it; of a version of their one cart, just that."""
    kind, _, rest = key.partition(":")
    return rest if kind == "key" else f"cart {rest.rpartition(':')[2]}"


def _events(order: Order, scene: Scene) -> tuple[str, ...]:
    """What was told of it, each once, and what is yet to be told."""
    told = {event.id: event.type for event in scene.shop.publisher.told if event.subject == order.id}
    return tuple((told | {event.id: event.type for event in order.outbox}).values())


class Promises:
    """What holds after every step, whatever the plain shop says, told from what is seen one time and the next."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._carts: dict[str, int] = {}
        self._confirmed: set[str] = set()

    def answered(self, answer: object) -> None:
        """A customer has been told this."""
        match answer:
            case ("placed", str(id), "confirmed", _):
                self._confirmed.add(id)

    def check(self, seen: Seen, orders: list[Order], scene: Scene) -> None:
        """Raises: AssertionError."""
        for product in seen["products"]:
            received, available, sold = product["units"]
            assert available >= 0 <= sold, product
            assert received == available + sum(product["held"].values()) + sold, product
        for name, (version, *_) in seen["carts"].items():
            assert version >= self._carts.get(name, 0), f"the cart of {name} went back"
            self._carts[name] = version
        keys = [(order.customer_id, key.key) for order in orders for key in order.keys]
        assert len(keys) == len(set(keys)), "two orders answer one request"
        now = {order.id: order for order in orders}
        assert self._orders.keys() <= now.keys(), "an order is gone"
        for id, order in now.items():
            _check_change(self._orders.get(id, order), order)
            unfinished = bool(order.todos) or order.state in ("PENDING", "HELD", "CANCELLING")
            assert (order.next_try is not None) == unfinished, f"nobody takes up {order}"
            assert not order.next_try or order.next_try <= scene.shop.clock.now() + 1.5 * BACKOFF_MAX, order
        for id in self._confirmed:
            kept = now[id].state in ("CONFIRMED", "SHIPPED", "DELIVERED")
            assert kept or now[id].cancel_reason in ("customer_request", "admin_request"), f"taken back: {now[id]}"
        self._orders = now


def _check_change(before: Order, after: Order) -> None:
    assert after.version >= before.version, f"version went back: {before} {after}"
    assert after.revision >= before.revision, f"revision went back: {before} {after}"
    assert after.history[: len(before.history)] == before.history, f"history was rewritten: {before} {after}"
    assert (after.lines, after.customer_id) == (before.lines, before.customer_id), f"rewritten: {before} {after}"
    reached: set[State] = {before.state}
    for _ in FOLLOWS:
        reached |= {state for known in reached for state in FOLLOWS.get(known, ())}
    assert after.state in reached, f"{before.state} became {after.state}"
