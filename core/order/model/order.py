r"""An order and its life: every change of state is a method here, and `next_step` says what is left to do.

PENDING -> HELD -> CONFIRMED -> SHIPPED -> DELIVERED
    \       |         /
     `-> CANCELLING -> CANCELLED
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from core.order.errors import CartChanged, IllegalTransition, OrderCancelled, OutOfStock, Shortage, TooManyKeys
from core.order.model.records import OrderRecord, RecordLine
from core.order.model.states import ALLOWED, STATUS, CancelReason, State, Status, Step, Todo
from core.order.model.values import CartContents, Line, number_of, quantities
from core.shared.address import PostalAddress
from core.shared.errors import Conflict
from core.shared.events import Event
from core.shared.money import Money, total

HANDLER_TIME = timedelta(seconds=5)
"""How long the worker leaves an order alone that a request has just moved."""
TELLING_TIME = timedelta(seconds=10)
"""How long other relays leave an order's events to the one that has begun to tell them."""
BACKOFF_MAX = timedelta(minutes=5)
KEYS_MAX = 50
"""How many requests one order answers by keys of their own, so that no document grows without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """A key by which the request that made an order is known again, and what the request said."""

    key: str
    fingerprint: str

    @classmethod
    def given(cls, key: str, request: Mapping[str, object]) -> "RequestKey":
        """The caller's idempotency key; `request` is JSON-able."""
        text = json.dumps(request, sort_keys=True)
        return cls(key=f"key:{key}", fingerprint=hashlib.sha256(text.encode()).hexdigest())

    @classmethod
    def of_cart(cls, cart_id: str, version: int) -> "RequestKey":
        """The key that every request for one version of a cart has in common."""
        return cls(key=f"cart:{cart_id}:{version}", fingerprint="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of status: `by` is `customer`, `admin` or `system`."""

    status: Status
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`version` counts changes of state, `revision` every change of the document, which is what a save compares.

    `keys` are the requests this order answers; `open_cart` is its cart until that is subtracted or the order has
    failed; `todos` and `outbox` are what follows from the present state; `relay_after` is set while a relay tells the
    events; `next_try` is set while work is left.
    """

    id: str
    customer_id: str
    state: State
    version: int
    revision: int
    lines: tuple[Line, ...]
    shipping_address: PostalAddress | None
    keys: tuple[RequestKey, ...]
    cart_id: str
    cart_version: int
    open_cart: str | None
    deadline: datetime
    placed_at: datetime
    history: tuple[Change, ...]
    cancel_reason: CancelReason | None = None
    shortages: tuple[Shortage, ...] = ()
    todos: tuple[Todo, ...] = ()
    outbox: tuple[Event, ...] = ()
    relay_after: datetime | None = None
    next_try: datetime | None = None
    tries: int = 0

    @classmethod
    def placed(
        cls,
        *,
        id: str,
        customer_id: str,
        lines: tuple[Line, ...],
        shipping_address: PostalAddress | None,
        key: RequestKey | None,
        cart_id: str,
        cart_version: int,
        at: datetime,
        deadline: datetime,
    ) -> "Order":
        """A new order: an intent, before anything else is touched."""
        cart_key = RequestKey.of_cart(cart_id, cart_version)
        return cls(
            id=id,
            customer_id=customer_id,
            state="PENDING",
            version=1,
            revision=1,
            lines=lines,
            shipping_address=shipping_address,
            keys=(cart_key,) if key is None else (cart_key, key),
            cart_id=cart_id,
            cart_version=cart_version,
            open_cart=cart_id,
            deadline=deadline,
            placed_at=at,
            history=(Change(status="pending", at=at, by="customer", note=""),),
            next_try=at + HANDLER_TIME,
        )

    @property
    def number(self) -> str:
        return number_of(self.id)

    @property
    def status(self) -> Status:
        return STATUS[self.state]

    @property
    def total(self) -> Money:
        return total((line.line_total for line in self.lines), self.lines[0].unit_price.currency)

    @property
    def quantities(self) -> dict[str, int]:
        """Units by product id."""
        return quantities(self.lines)

    @property
    def ever_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def confirmed_at(self) -> datetime | None:
        return next((change.at for change in self.history if change.status == "confirmed"), None)

    @property
    def changed_at(self) -> datetime:
        """When its status last changed."""
        return self.history[-1].at

    @property
    def failed(self) -> bool:
        """Whether it was cancelled before it was ever confirmed: such an attempt is not listed."""
        return self.status == "cancelled" and not self.ever_confirmed

    def next_step(self, now: datetime) -> Step | None:
        """The next effect, told from the order alone; `None` when nothing is left to do."""
        match self.state:
            case "PENDING" | "HELD" if now >= self.deadline:
                return "give_up"
            case "PENDING":
                return "hold_stock"
            case "HELD":
                return "confirm"
            case "CANCELLING":
                return "release_stock"
        return self.todos[0] if self.todos else None

    def refusal(self) -> Conflict | None:
        """Why the order was never confirmed, as an error; `None` if it was, or may be yet."""
        if not self.failed:
            return None
        if self.cancel_reason == "out_of_stock":
            return OutOfStock(self.shortages, order_id=self.id)
        if self.cancel_reason == "cart_changed":
            return CartChanged("The cart changed while it was being ordered.", order_id=self.id)
        return OrderCancelled(
            "The order was cancelled before it was confirmed.", order_id=self.id, reason=self.cancel_reason
        )

    def is_all_in(self, cart: CartContents) -> bool:
        """Whether the cart it was made of still holds what was ordered; more may have been added."""
        there = {line.product_id: line.quantity for line in cart.lines}
        return cart.id == self.cart_id and all(there.get(id, 0) >= wanted for id, wanted in self.quantities.items())

    def held(self, *, at: datetime) -> "Order":
        """Its units are set aside."""
        return self._moved("HELD", at=at)

    def confirmed(self, *, at: datetime) -> "Order":
        """It is decided: the shop will deliver. The cart is subtracted later."""
        return replace(self, todos=(*self.todos, "subtract_cart"))._moved("CONFIRMED", at=at, event="order.confirmed")

    def cancelling(
        self,
        reason: CancelReason,
        *,
        at: datetime,
        by: str = "system",
        note: str = "",
        lines: tuple[Shortage, ...] = (),
    ) -> "Order":
        """It is decided: the shop will not deliver. Before it was confirmed, its cart and version are free again."""
        order = replace(self, cancel_reason=reason, shortages=lines)
        if self.ever_confirmed:
            return order._moved("CANCELLING", at=at, by=by, note=note, event="order.cancelled")
        cart_key = RequestKey.of_cart(self.cart_id, self.cart_version)
        freed = replace(order, open_cart=None, keys=tuple(key for key in self.keys if key != cart_key))
        return freed._moved("CANCELLING", at=at, by=by, note=note, event="order.refused")

    def cancelled(self, *, at: datetime) -> "Order":
        """Its units are given back."""
        return self._moved("CANCELLED", at=at)

    def moved_to(self, status: Status, *, at: datetime, by: str, note: str) -> "Order":
        """As a shopkeeper moves it on. Raises: IllegalTransition naming the allowed statuses."""
        allowed = ALLOWED.get(self.state, ())
        if status not in allowed:
            raise IllegalTransition(
                f"A {self.status} order cannot become {status}.", order_status=self.status, allowed=allowed
            )
        if status == "cancelled":
            return self.cancelling("admin_request", at=at, by=by, note=note)
        if status == "shipped":
            order = replace(self, todos=(*self.todos, "settle_stock"))
            return order._moved("SHIPPED", at=at, by=by, note=note, event="order.shipped")
        return self._moved("DELIVERED", at=at, by=by, note=note, event="order.delivered")

    def called_off(self, *, at: datetime, by: Literal["customer", "admin"]) -> "Order":
        """Cancelled by its customer, or by an admin for them; itself if it is so already. Raises: IllegalTransition."""
        if self.status == "cancelled":
            return self
        if self.state in ("SHIPPED", "DELIVERED"):
            raise IllegalTransition(
                f"A {self.status} order cannot be cancelled.",
                order_status=self.status,
                allowed=ALLOWED.get(self.state, ()),
            )
        return self.cancelling("customer_request" if by == "customer" else "admin_request", at=at, by=by)

    def joined_by(self, key: RequestKey) -> "Order":
        """Answering another request as well. Raises: TooManyKeys."""
        if len(self.keys) >= KEYS_MAX:
            raise TooManyKeys(order_id=self.id)
        return replace(self, keys=(*self.keys, key))._revised()

    def ticked(self, todo: Todo) -> "Order":
        """With one thing less to do."""
        todos = tuple(other for other in self.todos if other != todo)
        open_cart = None if todo == "subtract_cart" else self.open_cart
        return replace(self, todos=todos, open_cart=open_cart)._revised()

    @property
    def untold_since(self) -> datetime | None:
        """When its oldest event can be told; `None` if it has none."""
        if not self.outbox:
            return None
        return self.outbox[0].at if self.relay_after is None else max(self.outbox[0].at, self.relay_after)

    def being_told(self, *, now: datetime) -> "Order":
        """Claimed by a relay: nobody else tells its events until that should long be done."""
        return replace(self, relay_after=now + TELLING_TIME)._revised()

    def sent(self, event_id: str) -> "Order":
        """With one event less to tell; free for other relays with the last."""
        outbox = tuple(event for event in self.outbox if event.id != event_id)
        return replace(self, outbox=outbox, relay_after=self.relay_after if outbox else None)._revised()

    def postponed(self, *, now: datetime) -> "Order":
        """Claimed by a worker: not due again before a time that doubles with every try, spread by the id's bits."""
        backoff = min(BACKOFF_MAX, timedelta(seconds=2.0 ** min(self.tries, 20)))
        jitter = 0.5 + int(self.id[-4:], 16) / 0x10000
        wait = timedelta(milliseconds=int(backoff / timedelta(milliseconds=1) * jitter))
        return replace(self, revision=self.revision + 1, tries=self.tries + 1, next_try=now + wait)

    def _moved(
        self, state: State, *, at: datetime, by: str = "system", note: str = "", event: str | None = None
    ) -> "Order":
        """In another state: the version one on, the history and the outbox told in the same save."""
        version, status = self.version + 1, STATUS[state]
        history, outbox = self.history, self.outbox
        if status != self.status:
            history = (*history, Change(status=status, at=at, by=by, note=note))
        if event is not None:
            data: dict[str, object] = {
                "order_id": self.id,
                "number": self.number,
                "customer_id": self.customer_id,
                "status": status,
                "version": version,
                "total": asdict(self.total),
                "lines": [
                    {
                        "product_id": line.product_id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "unit_price": asdict(line.unit_price),
                    }
                    for line in self.lines
                ],
            }
            outbox = (*outbox, Event(id=f"{self.id}:{version}", type=event, subject=self.id, at=at, data=data))
        return replace(
            self,
            state=state,
            version=version,
            history=history,
            outbox=outbox,
            next_try=at + HANDLER_TIME,
            tries=0,
        )._revised()

    def _revised(self) -> "Order":
        """One revision on; due again only if work is left."""
        work_left = bool(self.todos) or self.state in ("PENDING", "HELD", "CANCELLING")
        return replace(self, revision=self.revision + 1, next_try=self.next_try if work_left else None)

    def record(self) -> "OrderRecord":
        """What the audit needs to know of it."""
        return OrderRecord(
            id=self.id,
            customer_id=self.customer_id,
            state=self.state,
            ever_confirmed=self.ever_confirmed,
            cart_id=self.cart_id,
            cart_version=self.cart_version,
            deadline=self.deadline,
            changed_at=self.changed_at,
            untold_since=self.outbox[0].at if self.outbox else None,
            todos=self.todos,
            lines=tuple(
                RecordLine(product_id=line.product_id, quantity=line.quantity, unit_price=line.unit_price)
                for line in self.lines
            ),
            total=self.total,
        )
