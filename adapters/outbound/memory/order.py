"""Orders in this process's memory, for as long as it lives; and the events that were told of them."""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from core.order.errors import CheckoutClash, OrderNotFound
from core.order.model import Backlog, Order, Status
from core.order.ports import EventPublisher, Orders
from core.shared.errors import VersionStale
from core.shared.events import Event
from core.shared.paging import Cursor, Page

REMEMBERED = 10_000
"""How many of the events that were told are kept to be looked at."""
_Key = TypeVar("_Key", str, tuple[datetime, str])


class _Index(Generic[_Key]):
    """Keys in ascending order. Most are added near the end, where that costs nothing."""

    def __init__(self) -> None:
        self.keys: list[_Key] = []

    def move(self, old: _Key | None, new: _Key | None) -> None:
        """Have `new` in place of `old`; `None` is no key."""
        if old == new:
            return
        if old is not None:
            del self.keys[bisect_left(self.keys, old)]
        if new is not None:
            insort(self.keys, new)


class MemoryOrders(Orders):
    """Orders by id, with an index for every question. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._orders: dict[str, Order] = {}
        self._by_key: dict[tuple[str, str], str] = {}
        self._by_open_cart: dict[str, str] = {}
        self._ids = _Index[str]()
        self._listed: dict[tuple[str | None, Status | None], _Index[str]] = {}
        self._due = _Index[tuple[datetime, str]]()
        self._untold = _Index[tuple[datetime, str]]()

    async def add(self, order: Order) -> None:
        with self._lock:
            if order.id in self._orders:
                raise CheckoutClash("This order is kept already.")
            self._keep(order, None)

    async def get(self, id: str) -> Order:
        with self._lock:
            return self._get(id)

    async def save(self, order: Order) -> None:
        with self._lock:
            kept = self._orders.get(order.id)
            if kept is None or kept.revision != order.revision - 1:
                raise VersionStale("The order has changed.")
            self._keep(order, kept)

    async def by_key(self, customer_id: str, key: str) -> Order:
        with self._lock:
            return self._get(self._by_key.get((customer_id, key)))

    async def by_open_cart(self, cart_id: str) -> Order:
        with self._lock:
            return self._get(self._by_open_cart.get(cart_id))

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        last = None if after is None else str(after.key_in("-id", str)[0])
        with self._lock:
            index = self._listed.get((customer_id, status))
            ids = index.keys if index else []
            end = len(ids) if last is None else bisect_left(ids, last)
            start = max(0, end - limit)
            items = tuple(self._get(id) for id in reversed(ids[start:end]))
        return Page(items=items, next=Cursor(order="-id", key=(items[-1].id,)) if start > 0 else None)

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        last = None if after is None else str(after.key_in("id", str)[0])
        with self._lock:
            ids = self._ids.keys
            start = 0 if last is None else bisect_right(ids, last)
            items = tuple(self._get(id) for id in ids[start : start + limit])
            more = len(ids) > start + limit
        return Page(items=items, next=Cursor(order="id", key=(items[-1].id,)) if more else None)

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        with self._lock:
            return self._until(now, self._due, limit)

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        with self._lock:
            return self._until(now, self._untold, limit)

    async def backlog(self, *, limit: int) -> Backlog:
        with self._lock:
            unfinished = [self._orders[id] for _, id in self._due.keys[:limit]]
            untold = [self._orders[id] for _, id in self._untold.keys[:limit]]
        return Backlog.of(
            ((order.state, order.changed_at) for order in unfinished),
            (event.at for order in untold for event in order.outbox),
        )

    def _until(self, now: datetime, index: "_Index[tuple[datetime, str]]", limit: int) -> tuple[Order, ...]:
        end = bisect_right(index.keys, now, key=lambda key: key[0])
        return tuple(self._get(id) for _, id in index.keys[: min(end, limit)])

    def _get(self, id: str | None) -> Order:
        if id not in self._orders:
            raise OrderNotFound("There is no such order.")
        return _apart(self._orders[id])

    def _keep(self, order: Order, old: Order | None) -> None:
        """Have `order` in place of `old`, in every index, or nowhere. Raises: CheckoutClash."""
        keys = {(order.customer_id, key.key) for key in order.keys}
        if any(self._by_key.get(key, order.id) != order.id for key in keys):
            raise CheckoutClash("Another order of this customer answers the same request.")
        if order.open_cart is not None and self._by_open_cart.get(order.open_cart, order.id) != order.id:
            raise CheckoutClash("Another order of this cart is being made.")
        if old is not None:
            for known in old.keys:
                del self._by_key[old.customer_id, known.key]
            if old.open_cart is not None:
                del self._by_open_cart[old.open_cart]
        self._by_key.update(dict.fromkeys(keys, order.id))
        if order.open_cart is not None:
            self._by_open_cart[order.open_cart] = order.id
        self._orders[order.id] = _apart(order)
        self._ids.move(None if old is None else old.id, order.id)
        before, after = set(_lists(old)), set(_lists(order))
        for name in before - after:
            self._listed[name].move(order.id, None)
        for name in after - before:
            self._listed.setdefault(name, _Index()).move(None, order.id)
        self._due.move(_due(old), _due(order))
        self._untold.move(_untold_since(old), _untold_since(order))


def _apart(order: Order) -> Order:
    """The order with event data of its own: a mapping may be written to, all else is frozen."""
    if not order.outbox:
        return order
    return replace(order, outbox=tuple(replace(event, data=deepcopy(event.data)) for event in order.outbox))


def _lists(order: Order | None) -> Iterator[tuple[str | None, Status | None]]:
    """The lists that show an order: its customer's and everybody's, of its status and of all."""
    if order is not None and not order.failed:
        for customer_id in (order.customer_id, None):
            yield customer_id, order.status
            yield customer_id, None


def _due(order: Order | None) -> tuple[datetime, str] | None:
    return None if order is None or order.next_try is None else (order.next_try, order.id)


def _untold_since(order: Order | None) -> tuple[datetime, str] | None:
    return None if order is None or order.untold_since is None else (order.untold_since, order.id)


class MemoryPublisher(EventPublisher):
    """Keeps the last events that were told, for whoever looks. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: deque[Event] = deque(maxlen=REMEMBERED)

    async def publish(self, event: Event) -> None:
        with self._lock:
            self._told.append(replace(event, data=deepcopy(event.data)))

    @property
    def told(self) -> tuple[Event, ...]:
        """The events in the order of telling, as often as they came."""
        with self._lock:
            return tuple(self._told)


class MemoryOrderStore:
    """All that the order service keeps."""

    def __init__(self) -> None:
        self.orders = MemoryOrders()
