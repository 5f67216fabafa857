"""Orders in MongoDB: one document each, which is also the record of the requests that made it."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from pymongo.asynchronous.collection import AsyncCollection

from adapters.outbound.mongo.database import Document, MongoDatabase
from core.order.errors import CheckoutClash, OrderNotFound, Shortage
from core.order.model import STATUS, Backlog, Change, Line, Order, RequestKey, Status, Unreadable
from core.order.ports import Orders
from core.shared.address import PostalAddress
from core.shared.errors import ShopError, Unavailable, VersionStale
from core.shared.events import Event
from core.shared.money import Money
from core.shared.paging import Cursor, Page

_Found = tuple[Order | Unreadable, ...]
_log = logging.getLogger(__name__)


class MongoOrderStore:
    """All that the order service keeps."""

    def __init__(self, database: MongoDatabase) -> None:
        self.orders: Orders = MongoOrders(database)


class MongoOrders(Orders):
    def __init__(self, database: MongoDatabase) -> None:
        self._collection = database.collection("orders")

    async def add(self, order: Order) -> None:
        async with self._collection.use(taken=_clashes()) as orders:
            await orders.insert_one(to_document(order))

    async def get(self, id: str) -> Order:
        return await self._one({"_id": id})

    async def save(self, order: Order) -> None:
        async with self._collection.use(taken=_clashes()) as orders:
            kept = {"_id": order.id, "revision": order.revision - 1}
            result = await orders.replace_one(kept, to_document(order))
        if not result.matched_count:
            raise VersionStale("The order has changed.")

    async def by_key(self, customer_id: str, key: str) -> Order:
        return await self._one({"requests": _request(customer_id, key)})

    async def by_open_cart(self, cart_id: str) -> Order:
        return await self._one({"open_cart": cart_id})

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        query: Document = {"listed": True}
        if customer_id is not None:
            query["customer_id"] = customer_id
        if status is not None:
            query["status"] = status
        if after is not None:
            query["id"] = {"$lt": after.key_in("-id", str)[0]}
        page = _page(await self._found(query, sort="id", direction=-1, limit=limit + 1), "-id", limit)
        return Page(items=_orders(page.items), next=page.next)

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order | Unreadable]:
        query = {} if after is None else {"id": {"$gt": after.key_in("id", str)[0]}}
        return _page(await self._found(query, sort="id", direction=1, limit=limit + 1), "id", limit)

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await self._first({"next_try": {"$lte": now}}, sort="next_try", limit=limit)

    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await self._first({"untold_since": {"$lte": now}}, sort="untold_since", limit=limit)

    async def backlog(self, *, limit: int) -> Backlog:
        async with self._collection.use() as orders:
            unfinished = await _waiting(orders, "next_try", ("state", "history.at"), limit)
            untold = await _waiting(orders, "untold_since", ("outbox.at",), limit)
        return Backlog.of(
            (
                (document["state"], moments[-1])
                for document in unfinished
                if (moments := _moments(document, "history")) and str(document.get("state")) in STATUS
            ),
            (moment for document in untold for moment in _moments(document, "outbox")),
        )

    async def _one(self, query: Document) -> Order:
        async with self._collection.use() as orders:
            document = await orders.find_one(query)
        if document is None:
            raise OrderNotFound("There is no such order.")
        order = _read(document)
        if isinstance(order, Unreadable):
            raise Unavailable(f"Order {order.id} is damaged in the store.")
        return order

    async def _first(self, query: Document, *, sort: str, limit: int) -> tuple[Order, ...]:
        """So many that can be read, past any number that cannot."""
        most = limit
        while True:
            found = await self._found(query, sort=sort, direction=1, limit=most)
            orders = _orders(found)
            if len(orders) >= limit or len(found) < most:
                return orders[:limit]
            most += limit

    async def _found(self, query: Document, *, sort: str, direction: int, limit: int) -> _Found:
        async with self._collection.use() as orders:
            documents = await orders.find(query).sort(sort, direction).limit(limit).to_list()
        return tuple(_read(document) for document in documents)


async def _waiting(orders: AsyncCollection[Document], turn: str, fields: tuple[str, ...], limit: int) -> list[Document]:
    """Of the orders that have a time `turn` these fields, the first ones by it."""
    return await orders.find({turn: {"$exists": True}}, dict.fromkeys(fields, 1)).sort(turn, 1).limit(limit).to_list()


def _moments(document: Document, field: str) -> list[datetime]:
    """When the things in a list happened, as far as that can be read."""
    found = document.get(field)
    every = [each.get("at") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return [moment for moment in every if isinstance(moment, datetime)]


def _read(document: Document) -> Order | Unreadable:
    try:
        order = to_order(document)
        order.record()  # all that the audit is told can be made of it
    except (LookupError, TypeError, ValueError, AttributeError, ShopError) as error:
        _log.warning("order %s is damaged in the store, and left as it is: %r", document["_id"], error)
        return Unreadable(id=str(document["_id"]))
    return order


def _orders(found: _Found) -> tuple[Order, ...]:
    return tuple(order for order in found if isinstance(order, Order))


def _page(found: _Found, order: str, limit: int) -> Page[Order | Unreadable]:
    """The first `limit` of what was found, which is one more where there is a next page."""
    more = len(found) > limit
    return Page(items=found[:limit], next=Cursor(order=order, key=(found[limit - 1].id,)) if more else None)


def _clashes() -> Mapping[str, ShopError]:
    return {
        "_id_": CheckoutClash("This order is kept already."),
        "orders_requests": CheckoutClash("Another order of this customer answers the same request."),
        "orders_open_cart": CheckoutClash("Another order of this cart is being made."),
    }


def _request(customer_id: str, key: str) -> str:
    return f"{customer_id} {key}"


def to_document(order: Order) -> Document:
    """The order, and behind it what only the indexes are for; what a sparse index is to leave out is not there."""
    sparse = {
        "open_cart": order.open_cart,
        "next_try": order.next_try,
        "untold_since": order.untold_since,
        "requests": [_request(order.customer_id, key.key) for key in order.keys] or None,
    }
    return {
        "_id": order.id,
        "customer_id": order.customer_id,
        "state": order.state,
        "version": order.version,
        "revision": order.revision,
        "lines": [
            {
                "product_id": line.product_id,
                "sku": line.sku,
                "name": line.name,
                "unit_price": {"amount": line.unit_price.amount, "currency": line.unit_price.currency},
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
        "shipping_address": asdict(order.shipping_address) if order.shipping_address else None,
        "keys": [{"key": key.key, "fingerprint": key.fingerprint} for key in order.keys],
        "cart_id": order.cart_id,
        "cart_version": order.cart_version,
        "deadline": order.deadline,
        "placed_at": order.placed_at,
        "history": [
            {"status": change.status, "at": change.at, "by": change.by, "note": change.note} for change in order.history
        ],
        "cancel_reason": order.cancel_reason,
        "shortages": [
            {"product_id": short.product_id, "quantity": short.quantity, "available": short.available}
            for short in order.shortages
        ],
        "todos": list(order.todos),
        "outbox": [
            {"id": event.id, "type": event.type, "subject": event.subject, "at": event.at, "data": event.data}
            for event in order.outbox
        ],
        "tries": order.tries,
        "relay_after": order.relay_after,
        "id": order.id,
        "status": order.status,
        "listed": not order.failed,
        **{name: value for name, value in sparse.items() if value is not None},
    }


def to_order(document: Document) -> Order:
    if document["state"] not in STATUS:
        raise ValueError(f"{document['state']!r} is no state of an order.")
    return Order(
        id=document["_id"],
        customer_id=document["customer_id"],
        state=document["state"],
        version=document["version"],
        revision=document["revision"],
        lines=tuple(
            Line(
                product_id=line["product_id"],
                sku=line["sku"],
                name=line["name"],
                unit_price=Money(**line["unit_price"]),
                quantity=line["quantity"],
            )
            for line in document["lines"]
        ),
        shipping_address=PostalAddress(**document["shipping_address"]) if document["shipping_address"] else None,
        keys=tuple(RequestKey(**key) for key in document["keys"]),
        cart_id=document["cart_id"],
        cart_version=document["cart_version"],
        open_cart=document.get("open_cart"),
        deadline=document["deadline"],
        placed_at=document["placed_at"],
        history=tuple(Change(**change) for change in document["history"]),
        cancel_reason=document["cancel_reason"],
        shortages=tuple(Shortage(**short) for short in document["shortages"]),
        todos=tuple(document["todos"]),
        outbox=tuple(Event(**event) for event in document["outbox"]),
        next_try=document.get("next_try"),
        tries=document["tries"],
        relay_after=document["relay_after"],
    )
