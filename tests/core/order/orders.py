"""Orders for tests: one as it is placed, and whole lives of orders, revision by revision."""

from datetime import datetime, timedelta
from typing import Any

from core.order.errors import Shortage
from core.order.model import CartContents, CartLine, Line, Order, RequestKey
from core.shared.address import PostalAddress
from core.shared.money import Money
from tests.builders import NOW, an_id, usd

ALICE, BOB = an_id(901), an_id(902)
HOME = PostalAddress(
    name="Ada Lovelace",
    line1="12 St James's Square",
    line2="",
    city="London",
    region="",
    postal_code="SW1Y 4JH",
    country="GB",
    phone="+44 20 7946 0000",
)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def a_line(product: int = 1, *, quantity: int = 2, price: int = 1_999) -> Line:
    return Line(
        product_id=an_id(product),
        sku=f"SKU-{product}",
        name=f"Thing {product}",
        unit_price=Money(amount=price, currency="USD"),
        quantity=quantity,
    )


def a_key(key: str = "key-1", request: str = "what was asked") -> RequestKey:
    return RequestKey.given(key, {"request": request})


def placed(number: int = 31, *, at: datetime = NOW, **changes: Any) -> Order:
    """An order as it is placed; each number has its own id and cart. `changes` are arguments of `Order.placed`."""
    arguments: dict[str, Any] = {
        "id": an_id(number, at=at),
        "customer_id": ALICE,
        "lines": (a_line(1), a_line(2, quantity=1, price=500)),
        "shipping_address": HOME,
        "key": None,
        "cart_id": an_id(500_000 + number),
        "cart_version": 3,
        "at": at,
        "deadline": at + timedelta(seconds=30),
    }
    return Order.placed(**{**arguments, **changes})


def confirmed(number: int = 31, **changes: Any) -> Order:
    return placed(number, **changes).held(at=after(1)).confirmed(at=after(2))


def shipped(number: int = 31, **changes: Any) -> Order:
    done = confirmed(number, **changes).ticked("subtract_cart")
    return done.moved_to("shipped", at=after(60), by="admin", note="Parcel 12345")


def refused(number: int = 31, **changes: Any) -> Order:
    """One that was cancelled before it was confirmed, for want of units, with nothing left to do."""
    short = (Shortage(product_id=an_id(1), quantity=2, available=1),)
    return placed(number, **changes).cancelling("out_of_stock", at=after(1), lines=short).cancelled(at=after(2))


def a_cart(order: Order, **changes: Any) -> CartContents:
    """The cart that an order was made of."""
    lines = tuple(
        CartLine(product_id=line.product_id, quantity=line.quantity, price=line.unit_price) for line in order.lines
    )
    return CartContents(**{"id": order.cart_id, "version": order.cart_version, "lines": lines, **changes})


def a_delivered_life(number: int = 31) -> list[Order]:
    """From the intent to the doorstep; on the way it is joined, left alone, taken up again, and told of."""
    life = [placed(number, key=a_key(f"mine-{number}"))]
    life.append(life[-1].joined_by(a_key(f"other-{number}")))
    life.append(life[-1].postponed(now=after(5)))
    life.append(life[-1].postponed(now=after(6)))
    life.append(life[-1].held(at=after(7)))
    life.append(life[-1].confirmed(at=after(8.001)))
    life.append(life[-1].moved_to("shipped", at=after(60), by="admin", note="Parcel 12345: “with care” 📦"))
    life.append(life[-1].sent(life[-1].outbox[0].id))
    life.append(life[-1].ticked("subtract_cart"))
    life.append(life[-1].ticked("settle_stock"))
    life.append(life[-1].moved_to("delivered", at=after(3600), by="admin", note=""))
    life.append(life[-1].sent(life[-1].outbox[0].id))
    life.append(life[-1].sent(life[-1].outbox[0].id))
    return life


def a_refused_life(number: int = 32) -> list[Order]:
    """Short of two products, and given up."""
    life = [placed(number, shipping_address=None, lines=(a_line(1), a_line(1, quantity=7), a_line(2, price=10**12)))]
    short = (
        Shortage(product_id=an_id(1), quantity=9, available=8),
        Shortage(product_id=an_id(2), quantity=2, available=0),
    )
    life.append(life[-1].cancelling("out_of_stock", at=after(1), lines=short))
    life.append(life[-1].cancelled(at=after(2)))
    return life


def a_called_off_life(number: int = 33) -> list[Order]:
    """Confirmed, then cancelled by its customer before the cart was subtracted."""
    life = [placed(number, key=a_key(f"call-{number}"), customer_id=BOB)]
    life.append(life[-1].held(at=after(1)))
    life.append(life[-1].confirmed(at=after(2)))
    life.append(life[-1].called_off(at=after(3), by="customer"))
    life.append(life[-1].cancelled(at=after(4)))
    life.append(life[-1].ticked("subtract_cart"))
    return life


LIVES = (a_delivered_life, a_refused_life, a_called_off_life)
TOTAL = usd(2 * 1_999 + 500)
"""What `placed` costs unless it is told otherwise."""
