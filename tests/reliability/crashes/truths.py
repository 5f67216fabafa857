"""What must be true of a shop in the end, whatever has ended or failed on the way."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator

from core.cart.model import Cart, CartView, Owner
from core.order.errors import CartChanged, OrderCancelled, OutOfStock
from core.order.model import Order
from core.order.use_cases.place import Placement
from core.shared.errors import ShopError, Unavailable
from tests.core.order.orders import ALICE, BOB
from tests.reliability.crashes.scene import PRICE, Answer, Scene


async def violations(scene: Scene) -> list[str]:
    """What is wrong once the shop has settled down; nothing should be."""
    found = await scene.shop.violations()
    orders = {order.id: order for order in await scene.shop.every_order()}
    found += [fault async for fault in _in_stock(scene, orders)]
    found += [fault async for fault in _in_carts(scene, orders)]
    found += _in_prices(orders)
    found += _in_events(scene, orders)
    found += _in_answers(scene.answers, orders)
    return found


async def ending(scene: Scene) -> object:
    """What it has come to, but for ids and times."""
    orders = await scene.shop.every_order()
    page = await scene.shop.products.stocks.list(limit=100, after=None)
    return {
        "orders": sorted((order.state, order.ever_confirmed, str(order.cancel_reason)) for order in orders),
        "stock": sorted((stock.available, stock.held, stock.sold) for stock in page.items),
        "carts": [sorted(_content(cart).values()) for cart in await scene.carts()],
        "told": {event.type for event in scene.shop.publisher.told},
    }


async def _in_stock(scene: Scene, orders: dict[str, Order]) -> AsyncIterator[str]:
    """Every unit that is not there is an order's that is going to have it, and the other way round."""
    bought = Counter[str]()
    for order in orders.values():
        if order.status in ("confirmed", "shipped", "delivered"):
            bought.update(order.quantities)
    page = await scene.shop.products.stocks.list(limit=100, after=None)
    for stock in page.items:
        if stock.held + stock.sold != bought[stock.product_id]:
            yield f"{bought[stock.product_id]} units are ordered, but the stock is {stock}"


async def _in_carts(scene: Scene, orders: dict[str, Order]) -> AsyncIterator[str]:
    """Of what was put into a cart all is there or was bought; a guest's cart is with one customer, as a whole."""
    have = {ALICE: Counter[str](), BOB: Counter[str]()}
    for order in orders.values():
        if order.ever_confirmed:
            have[order.customer_id].update(order.quantities)
    carts = {customer: await scene.cart(Owner.customer(customer)) for customer in have}
    for customer, cart in carts.items():
        have[customer].update(_content(cart))
    extra = [have[customer] - scene.put[customer] for customer in have]
    for customer, units in have.items():
        if missing := scene.put[customer] - units:
            yield f"{dict(missing)} is missing from the cart of {customer}"
    guest = await scene.cart(Owner.guest(scene.token)) if scene.token else None
    if guest is not None and not any(cart and guest.id in cart.merged for cart in carts.values()):
        extra.append(_content(guest))  # it is still there to be merged
    if [more for more in extra if more] != [more for more in [scene.guest] if more]:
        yield f"beside what was put into their own carts customers have {extra}, and the guest put in {scene.guest}"


def _content(cart: Cart | None) -> Counter[str]:
    return Counter({line.product_id: line.quantity for line in cart.lines} if cart else {})


def _in_prices(orders: dict[str, Order]) -> Iterator[str]:
    for order in orders.values():
        for line in order.lines:
            if line.unit_price.amount != PRICE:
                yield f"order {order.id} charges {line.unit_price.amount}, which nobody agreed to"


def _in_events(scene: Scene, orders: dict[str, Order]) -> Iterator[str]:
    """Each event is told at least once, the first times in order, and none that is not so."""
    told: dict[str, list[str]] = {id: [] for id in orders}
    for event in scene.shop.publisher.told:
        types = told.setdefault(event.subject, [])
        if event.type not in types:
            types.append(event.type)
    for id, types in told.items():
        expected = _story(orders[id]) if id in orders else []
        if types != expected:
            yield f"of order {id} {types} was told, and {expected} has happened"


def _story(order: Order) -> list[str]:
    story = [f"order.{change.status}" for change in order.history if change.status != "pending"]
    return ["order.refused"] if order.failed else story


def _in_answers(answers: list[Answer], orders: dict[str, Order]) -> Iterator[str]:
    """What a client was told stays true, and one key is answered from one order."""
    named: dict[str, str] = {}
    for answer in answers:
        order = None
        if answer.order_id is not None:
            order = orders.get(answer.order_id)
            if order is None:
                yield f"the order of {answer} is lost"
                continue
            if answer.key is not None and named.setdefault(answer.key, order.id) != order.id:
                yield f"the key {answer.key} was answered from orders {named[answer.key]} and {order.id}"
        if not _is_true(answer.outcome, order):
            yield f"{answer} is not true of {order}"
    for key in {answer.key for answer in answers if answer.key is not None} - named.keys():
        if any(known.key == f"key:{key}" for order in orders.values() for known in order.keys):
            last = [answer for answer in answers if answer.key == key][-1]
            if not isinstance(last.outcome, Unavailable):
                yield f"{last}, and yet there is an order"


def _is_true(outcome: object, order: Order | None) -> bool:
    match outcome:
        case Placement(order=then) if then.ever_confirmed:  # 201
            called_off = order is not None and order.cancel_reason in ("customer_request", "admin_request")
            return order is not None and order.ever_confirmed and (order.status != "cancelled" or called_off)
        case Placement():  # 202
            return order is not None and order.status != "pending"
        case Order(status="cancelled", ever_confirmed=confirmed):
            return order is not None and order.status == "cancelled" and order.ever_confirmed == confirmed
        case Order(status=status):
            return order is not None and status in [change.status for change in order.history]
        case OutOfStock() | CartChanged() | OrderCancelled() if order is not None:  # 409
            refusal = order.refusal()
            return refusal is not None and refusal.code == outcome.code
        case ShopError() | CartView():
            return True
    raise AssertionError(outcome)
