"""What orders need from outside, in their own words."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from core.order.model import Backlog, CartContents, Offer, Order, OrderRecord, Status, StockRecord, Unreadable
from core.shared.address import PostalAddress
from core.shared.events import Event
from core.shared.paging import Cursor, Page


class Orders(Protocol):
    """Keeps orders. An order is one document, and also the record of the requests that made it.

    Every method raises Unavailable if the store cannot answer. Of many calls at once that cannot all be right, one has
    its way. What is refused changes nothing.

    What is kept is what was given, to the field; times are whole milliseconds, as `Clock.now` tells them, and ids
    such as `NewId` makes. The data of events is JSON, with whole numbers of 64 bits and no NUL in a key; it is nobody
    else's to change.

    The outbox is part of the order: events are kept by the very save that made them, or neither they nor the change is,
    also when the save is given up half-way. They come back in their order, and one that was told is gone with the save
    that says so. A relay claims an order's events by saving it as `being_told`: of many relays one can.

    An order that somebody damaged in the store, so that it cannot be read, hinders no other: it is left out of every
    list but the audit's, which the store's log says, and asking for it alone is Unavailable.
    """

    @abstractmethod
    async def add(self, order: Order) -> None:
        """Keep a new order.

        Raises: CheckoutClash if another order of the customer has one of its keys, or another order its `open_cart`,
        or if this order is kept already.
        """

    @abstractmethod
    async def get(self, id: str) -> Order:
        """The order as last saved. Raises: OrderNotFound."""

    @abstractmethod
    async def save(self, order: Order) -> None:
        """Keep an order's next revision, all of it.

        A key or an `open_cart` that it no longer has is free at once.
        Raises: VersionStale if the revision kept now is not `order.revision - 1`, or there is no such order, whatever
        else is wrong; CheckoutClash if another order of the customer has one of its keys, or another order its
        `open_cart`.
        """

    @abstractmethod
    async def by_key(self, customer_id: str, key: str) -> Order:
        """The customer's order that has a request's key, to the letter. Raises: OrderNotFound."""

    @abstractmethod
    async def by_open_cart(self, cart_id: str) -> Order:
        """The order whose `open_cart` this is. Raises: OrderNotFound."""

    @abstractmethod
    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        """Orders of one customer or of all, in one status or in all, newest first by id.

        The failed ones (`Order.failed`) are left out. The others come `limit` at a time, behind `after`; the cursor's
        order is `-id`, its key an id, which need not be an order's. An order that is listed all the while is met
        exactly once, whatever comes and goes. Raises: CursorInvalid.
        """

    @abstractmethod
    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order | Unreadable]:
        """Every order, failed ones too, by id, `limit` at a time, behind `after`.

        The cursor's order is `id`, its key an id, which need not be an order's; what is added behind it is met.
        Raises: CursorInvalid.
        """

    @abstractmethod
    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        """Up to `limit` orders whose `next_try` is `now` or earlier, the longest due first."""

    @abstractmethod
    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        """Up to `limit` orders whose `untold_since` is `now` or earlier, the longest untold first.

        They come again until a relay claims them, and once more when its time is up and it has not told all.
        """

    @abstractmethod
    async def backlog(self, *, limit: int) -> Backlog:
        """The orders that have a `next_try`, and the events that are untold, claimed ones too.

        Up to `limit` orders are looked at for each, those whose turn comes first; it costs what these cost, however
        many orders there ever were. One that is damaged counts as far as it can be told.
        """


class Carts(Protocol):
    """The customers' carts."""

    @abstractmethod
    async def get(self, customer_id: str) -> CartContents:
        """The cart as it is now: its lines in the order of adding, at the prices that the customer saw.

        Of a customer who has none, an empty one, at version 0. Raises: Unavailable.
        """

    @abstractmethod
    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        """Take out what the order bought, units by product id, once an order id: so this may be repeated.

        The rest stays; of a product of which there is less, all is taken. The version rises once.
        Raises: Unavailable; then it may be done or not, and is to be repeated.
        """


class Catalog(Protocol):
    """Tells what products cost, and whether they can be had: always now, past every cache.

    What changed between two calls, the second tells: what a customer pays must not come from memory.
    """

    @abstractmethod
    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        """The offers of all these products and no others, by product id, however many they are.

        An archived product's offer is not `for_sale`; what is on hold is not `available`. What does not exist, or is
        no id to the letter, is left out. Raises: Unavailable.
        """


class Stock(Protocol):
    """Sets units aside for orders, each order's apart from the others'. `quantities` are units by product id.

    Every call may be repeated, also at the same time, a release or a settlement also hours later: it has its effect
    once an order id. A call that raises Unavailable may be done or not, and is to be repeated; what no order can ask
    for (no products, fewer units than one, an order id that is no UUIDv7) is Unavailable too, and nothing is done.
    """

    @abstractmethod
    async def hold(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Set aside all of them. Units taken before a shortage was met stay taken until they are released.

        Raises: OutOfStock naming every short line, with the units wanted and those there are; HoldClosed if the order
        was made more than an hour ago, holds another quantity, has given its units back or had them sold;
        ProductNotForSale if a product does not exist; Unavailable.
        """

    @abstractmethod
    async def release(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Give back what the order holds of these products, and let it hold none of them later, also if it held none.

        A product that does not exist is passed over. Raises: HoldClosed if they were sold, Unavailable.
        """

    @abstractmethod
    async def settle(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Count what the order holds of these products as sold, for good.

        Raises: HoldClosed if they were given back or never held, Unavailable.
        """


class AddressBook(Protocol):
    """The customers' addresses."""

    @abstractmethod
    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        """The address as it is in the customer's book now, to the field.

        Raises: AddressUnknown if this customer's book has none of that id, to the letter, or there is no such customer;
        Unavailable.
        """


class EventPublisher(Protocol):
    """Tells the world what happened."""

    @abstractmethod
    async def publish(self, event: Event) -> None:
        """Hand an event over for good: to the field, at once, and behind those that were handed over before.

        What becomes of its data later changes nothing. The same event may come twice, under one id.
        Raises: Unavailable.
        """


class OrderRecords(Protocol):
    """Every order, attempts that failed too, as the audit needs to see it: to the field, times in UTC."""

    @abstractmethod
    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        """A page by id behind `after`, of at most `limit` (1 to 100), and what the next is behind; `None` at the end.

        An order that is there all the while is met once, whatever is added meanwhile. Raises: Unavailable.
        """


class StockRecords(Protocol):
    """Every product's stock with its holds of every state, archived products too, as the audit needs to see it."""

    @abstractmethod
    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        """A page by product id behind `after`, of at most `limit` (1 to 100), and what the next is behind; `None` at
        the end.

        A stock that is there all the while is met once, whatever is added meanwhile. Raises: Unavailable.
        """
