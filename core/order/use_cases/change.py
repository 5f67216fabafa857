"""What people do to an order once it is there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.order.errors import IllegalTransition
from core.order.model import Order, Status
from core.order.ports import Orders
from core.order.use_cases.checkout import Checkout
from core.order.use_cases.read import visible_order
from core.shared.context import Caller
from core.shared.errors import VersionStale
from core.shared.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Call an order off before it is shipped; its units go back on sale."""

    orders: Orders
    checkout: Checkout
    clock: Clock

    async def __call__(self, *, order_id: str, caller: Caller, version: int | None = None) -> Order:
        """Repeatable. Raises: OrderNotFound, VersionStale, IllegalTransition."""
        order = await visible_order(self.orders, order_id, caller)
        by: Literal["customer", "admin"] = "customer" if order.customer_id == caller.id else "admin"
        return await _changed(
            self.orders, self.checkout, order, lambda order: order.called_off(at=self.clock.now(), by=by), version
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrder:
    """Move an order on, as it is packed, sent and handed over."""

    orders: Orders
    checkout: Checkout
    clock: Clock

    async def __call__(self, *, order_id: str, status: Status, note: str, version: int | None = None) -> Order:
        """Raises: OrderNotFound, VersionStale, IllegalTransition."""
        order = await self.orders.get(order_id)
        return await _changed(
            self.orders,
            self.checkout,
            order,
            lambda order: order.moved_to(status, at=self.clock.now(), by="admin", note=note),
            version,
        )


async def _changed(
    orders: Orders, checkout: Checkout, order: Order, rule: Callable[[Order], Order], version: int | None
) -> Order:
    """The order after `rule`, applied anew to whatever another change has left, and driven on."""
    while True:
        try:
            after = rule(order)
        except IllegalTransition:
            _check_version(order, version)
            raise
        if after is order:  # it is so already, by an earlier try of the same request perhaps
            break
        _check_version(order, version)
        try:
            await orders.save(after)
        except VersionStale:
            order = await orders.get(order.id)
        else:
            order = after
            break
    return await checkout.drive_as_far_as_possible(order)


def _check_version(order: Order, version: int | None) -> None:
    if version is not None and version != order.version:
        raise VersionStale(f"The order is at version {order.version}.")
