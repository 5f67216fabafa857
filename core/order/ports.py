"""What orders need from outside, in their own words."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from core.order.model import CartContents, Offer, Order, OrderRecord, Status, StockRecord
from core.shared.address import PostalAddress
from core.shared.events import Event
from core.shared.paging import Cursor, Page


class Orders(Protocol):
    """Keeps orders. An order is one document, and also the record of the requests that made it.

    Every method raises Unavailable if the store cannot answer.

    What is kept is what was given, to the field; times are whole milliseconds, as `Clock.now` tells them.
    """

    @abstractmethod
    async def add(self, order: Order) -> None:
        """Keep a new order.

        Raises: CheckoutClash if another order of the customer has one of its keys, or another order its `open_cart`,
        or if this order is kept already.
        """

    @abstractmethod
    async def get(self, id: str) -> Order:
        """Raises: OrderNotFound."""

    @abstractmethod
    async def save(self, order: Order) -> None:
        """Keep an order's next revision, all of it.

        Raises: VersionStale if the revision kept now is not `order.revision - 1`, or there is no such order;
        CheckoutClash if another order has one of its keys or its `open_cart`.
        """

    @abstractmethod
    async def by_key(self, customer_id: str, key: str) -> Order:
        """The customer's order that has a request's key. Raises: OrderNotFound."""

    @abstractmethod
    async def by_open_cart(self, cart_id: str) -> Order:
        """The order whose `open_cart` this is. Raises: OrderNotFound."""

    @abstractmethod
    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        """Orders, newest first by id, without the failed ones (`Order.failed`); the cursor's order is `-id`.

        Raises: CursorInvalid.
        """

    @abstractmethod
    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        """Every order, failed ones too, by id; the cursor's order is `id`. Raises: CursorInvalid."""

    @abstractmethod
    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        """Orders whose `next_try` is `now` or earlier, the longest due first."""

    @abstractmethod
    async def with_events(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        """Orders whose `untold_since` is `now` or earlier, the longest untold first."""


class Carts(Protocol):
    """The customers' carts."""

    @abstractmethod
    async def get(self, customer_id: str) -> CartContents:
        """The cart; of a customer who has none, an empty one. Raises: Unavailable."""

    @abstractmethod
    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        """Take out what the order bought, by product id, once an order id. Raises: Unavailable."""


class Catalog(Protocol):
    """Tells what products cost, and whether they can be had: now, past every cache."""

    @abstractmethod
    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        """The offers by product id; a product that does not exist is left out. Raises: Unavailable."""


class Stock(Protocol):
    """Sets units aside for orders. Every call may be repeated; `quantities` are units by product id."""

    @abstractmethod
    async def hold(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Set aside all of them. Units taken before a shortage was met stay taken until they are released.

        Raises: OutOfStock naming every short line, HoldClosed if the order can hold none any more,
        ProductNotForSale if a product does not exist, Unavailable.
        """

    @abstractmethod
    async def release(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Give back what is held, and let nothing be held later. Raises: HoldClosed if it was sold, Unavailable."""

    @abstractmethod
    async def settle(self, order_id: str, quantities: Mapping[str, int]) -> None:
        """Count what is held as sold. Raises: HoldClosed if it was given back or never held, Unavailable."""


class AddressBook(Protocol):
    """The customers' addresses."""

    @abstractmethod
    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        """Raises: AddressUnknown, Unavailable."""


class EventPublisher(Protocol):
    """Tells the world what happened."""

    @abstractmethod
    async def publish(self, event: Event) -> None:
        """Hand an event over for good; the same event may come twice. Raises: Unavailable."""


class OrderRecords(Protocol):
    """Every order, as the audit needs to see it."""

    @abstractmethod
    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        """A page behind `after`, and what the next page is behind; `None` at the end. Raises: Unavailable."""


class StockRecords(Protocol):
    """Every product's stock, as the audit needs to see it."""

    @abstractmethod
    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        """A page behind `after`, and what the next page is behind; `None` at the end. Raises: Unavailable."""
