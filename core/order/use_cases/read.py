"""Looking at orders."""

from dataclasses import dataclass

from core.order.errors import NotYourOrders, OrderNotFound
from core.order.model import Order, Status, Unreadable
from core.order.ports import Orders
from core.shared.context import Caller
from core.shared.paging import Cursor, Page


async def visible_order(orders: Orders, order_id: str, caller: Caller) -> Order:
    """The order, if the caller may know of it. Raises: OrderNotFound."""
    order = await orders.get(order_id)
    if order.customer_id != caller.id and not caller.is_admin:
        raise OrderNotFound("There is no such order.")
    return order


@dataclass(frozen=True, slots=True, kw_only=True)
class GetOrder:
    """Look at one order."""

    orders: Orders

    async def __call__(self, *, order_id: str, caller: Caller) -> Order:
        """Raises: OrderNotFound, also if it is somebody else's."""
        return await visible_order(self.orders, order_id, caller)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrders:
    """Look through one's own orders, or, as a shopkeeper, through all; the newest first."""

    orders: Orders

    async def __call__(
        self, *, caller: Caller, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        """Raises: NotYourOrders, CursorInvalid."""
        if not caller.is_admin:
            if customer_id not in (None, caller.id):
                raise NotYourOrders("These are the orders of another customer.")
            customer_id = caller.id
        return await self.orders.list(customer_id=customer_id, status=status, limit=limit, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAllOrders:
    """See every order, failed and damaged ones too, page by page, for the audit."""

    orders: Orders

    async def __call__(self, *, limit: int, after: Cursor | None) -> Page[Order | Unreadable]:
        """Raises: CursorInvalid."""
        return await self.orders.list_all(limit=limit, after=after)
