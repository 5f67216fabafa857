"""The one way in which orders advance: the request, its retries and the worker all drive this."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from core.order.errors import HoldClosed, OutOfStock, ProductNotForSale
from core.order.model import Order, Step
from core.order.ports import Carts, Orders, Stock
from core.shared.context import REQUEST
from core.shared.errors import Unavailable, VersionStale
from core.shared.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Drives an order to its end. Every effect may be repeated, so any number may drive one order at once."""

    orders: Orders
    carts: Carts
    stock: Stock
    clock: Clock

    async def drive(self, order: Order) -> Order:
        """The order when nothing is left to do, or as far as it came before the request's deadline.

        Raises: Unavailable when a collaborator is; what was done so far is kept.
        """
        async for after in self._steps(order):
            order = after
        return order

    async def drive_as_far_as_possible(self, order: Order) -> Order:
        """The order as `drive` has it, or, when a collaborator cannot answer, as it was then: the worker goes on."""
        try:
            async for after in self._steps(order):
                order = after
        except Unavailable:
            return order
        return order

    async def _steps(self, order: Order) -> AsyncIterator[Order]:
        """The order after each step."""
        while (step := order.next_step(self.clock.now())) and not self._out_of_time():
            try:
                after = await self._after(step, order)
                await self.orders.save(after)
                order = after
            except VersionStale:  # somebody else has moved it: go on from there
                order = await self.orders.get(order.id)
            yield order

    def _out_of_time(self) -> bool:
        deadline = REQUEST.get().deadline
        return deadline is not None and self.clock.monotonic() >= deadline

    async def _after(self, step: Step, order: Order) -> Order:
        match step:
            case "give_up":
                return order.cancelling("timed_out", at=self.clock.now())
            case "hold_stock":
                return await self._hold_stock(order)
            case "confirm":
                return order.confirmed(at=self.clock.now())
            case "release_stock":
                await self.stock.release(order.id, order.quantities)
                return order.cancelled(at=self.clock.now())
            case "subtract_cart":
                await self.carts.subtract(order.customer_id, order.id, order.quantities)
                return order.ticked("subtract_cart")
            case "settle_stock":
                await self.stock.settle(order.id, order.quantities)
                return order.ticked("settle_stock")

    async def _hold_stock(self, order: Order) -> Order:
        """Held, or cancelling with the reason. The cart is read again: it may have been bought or changed meanwhile."""
        if not order.is_all_in(await self.carts.get(order.customer_id)):
            return order.cancelling("cart_changed", at=self.clock.now())
        try:
            await self.stock.hold(order.id, order.quantities)
        except OutOfStock as short:
            return order.cancelling("out_of_stock", at=self.clock.now(), lines=short.lines)
        except ProductNotForSale:
            return order.cancelling("product_not_for_sale", at=self.clock.now())
        except HoldClosed:  # released, so somebody has cancelled it; or an hour has passed
            return order.cancelling("timed_out", at=self.clock.now())
        return order.held(at=self.clock.now())
