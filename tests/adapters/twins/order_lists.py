"""Stores of orders as one could get them wrong, where they list orders and find those that are due."""

from bisect import bisect_right
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.outbound.memory.order import MemoryOrders
from core.order.errors import OrderNotFound
from core.order.model import Order, Status
from core.shared.paging import Cursor, Page

_NOT_YET = timedelta(milliseconds=1)


class _Listing(MemoryOrders):
    """Lists orders by itself: all that `shown` lets through."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return not order.failed and customer_id in (None, order.customer_id) and status in (None, order.status)

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        last = None if after is None else str(after.key_in("-id", str)[0])
        found = [
            await self.get(id)
            for id in reversed(self._ids.keys)
            if (last is None or id < last) and self.shown(self._orders[id], customer_id, status)
        ]
        return _page(found, "-id", limit)


def _page(found: list[Order], order: str, limit: int) -> Page[Order]:
    more = len(found) > limit
    return Page(items=tuple(found[:limit]), next=Cursor(order=order, key=(found[limit - 1].id,)) if more else None)


class FailuresListed(_Listing):
    """Shows attempts that failed."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return customer_id in (None, order.customer_id) and status in (None, order.status)


class CancelledNeverListed(_Listing):
    """Takes every cancelled order for an attempt that failed."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return order.status != "cancelled" and super().shown(order, customer_id, status)


class StatusIgnored(_Listing):
    """Lists a customer's orders whatever their status is."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return super().shown(order, customer_id, status if customer_id is None else None)


class CustomerIgnored(_Listing):
    """Lists everybody's orders to who asks for a status."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return super().shown(order, customer_id if status is None else None, status)


class StateForStatus(_Listing):
    """Looks for the state of the status's name, and so shows an order neither held nor on its way to be cancelled."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return super().shown(order, customer_id, status) and (status is None or order.state.lower() == status)


class ListedUnderFirstStatus(_Listing):
    """Leaves an order in the list of the status that it had when it was new."""

    def shown(self, order: Order, customer_id: str | None, status: Status | None) -> bool:
        return super().shown(order, customer_id, None) and status in (None, order.history[0].status)


class FilteredBehindThePage(MemoryOrders):
    """Cuts the page first, and then takes the failed ones out of it."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        last = "~" if after is None else str(after.key_in("-id", str)[0])
        ids = [id for id in reversed(self._ids.keys) if id < last]
        page = _page([await self.get(id) for id in ids], "-id", limit)
        shown = (
            order
            for order in page.items
            if not order.failed and customer_id in (None, order.customer_id) and status in (None, order.status)
        )
        return replace(page, items=tuple(shown))


class OldestFirst(MemoryOrders):
    """Lists orders in the order of their coming."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        index = self._listed.get((customer_id, status))
        ids = index.keys if index else []
        start = 0 if after is None else bisect_right(ids, str(after.key_in("-id", str)[0]))
        return _page([await self.get(id) for id in ids[start:]], "-id", limit)


class _Paging(MemoryOrders):
    """Gets a part of the page wrong, for every list that has pages."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        limit, after = self.asked(limit, after)
        page = await super().list(customer_id=customer_id, status=status, limit=limit, after=after)
        return self.given(page, limit)

    def asked(self, limit: int, after: Cursor | None) -> tuple[int, Cursor | None]:
        return limit, after

    def given(self, page: Page[Order], limit: int) -> Page[Order]:
        del limit
        return page


class Overlapping(_Paging):
    """Begins a page with the end of the one before."""

    def asked(self, limit: int, after: Cursor | None) -> tuple[int, Cursor | None]:
        return limit, after and replace(after, key=(f"{after.key_in('-id', str)[0]}~",))


class AnyCursor(_Paging):
    """Takes the cursor of another list for its own."""

    def asked(self, limit: int, after: Cursor | None) -> tuple[int, Cursor | None]:
        return limit, after and Cursor(order="-id", key=(f"{after.key[0] if after.key else ''}",))


class OneTooMany(_Paging):
    """Looks one order ahead to see whether more follow, and forgets to take it off."""

    def asked(self, limit: int, after: Cursor | None) -> tuple[int, Cursor | None]:
        return limit + 1, after


class FirstPageOnly(_Paging):
    """Says that a page is the last."""

    def given(self, page: Page[Order], limit: int) -> Page[Order]:
        del limit
        return replace(page, next=None)


class NeverTheLastPage(_Paging):
    """Takes a full page for a sign that more follow."""

    def given(self, page: Page[Order], limit: int) -> Page[Order]:
        full = len(page.items) == limit
        return replace(page, next=Cursor(order="-id", key=(page.items[-1].id,)) if full else None)


class PagedByCount(MemoryOrders):
    """Counts how many orders to skip, though others come in front of them."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        skip = 0 if after is None else int(str(after.key_in("-id", str)[0]))
        found = await super().list(customer_id=customer_id, status=status, limit=len(self._ids.keys) + 1, after=None)
        more = len(found.items) > skip + limit
        following = Cursor(order="-id", key=(f"{skip + limit}",)) if more else None
        return Page(items=found.items[skip : skip + limit], next=following)


class CursorOfAnOrderOnly(MemoryOrders):
    """Knows no place in the list where there is no order."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        if after is not None:
            await self.get(str(after.key_in("-id", str)[0]))
        return await super().list(customer_id=customer_id, status=status, limit=limit, after=after)


class NothingToList(MemoryOrders):
    """Cannot bear an empty list."""

    async def list(
        self, *, customer_id: str | None, status: Status | None, limit: int, after: Cursor | None
    ) -> Page[Order]:
        if (customer_id, status) not in self._listed:
            raise OrderNotFound("None.")
        return await super().list(customer_id=customer_id, status=status, limit=limit, after=after)


class AuditWithoutFailures(MemoryOrders):
    """Hides from the audit the attempts that failed."""

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        page = await super().list_all(limit=len(self._ids.keys), after=after)
        return _page([order for order in page.items if not order.failed], "id", limit)


class AuditNewestFirst(MemoryOrders):
    """Shows the audit the newest order first, and so never what comes while it looks."""

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        last = "~" if after is None else str(after.key_in("id", str)[0])
        return _page([await self.get(id) for id in reversed(self._ids.keys) if id < last], "id", limit)


class AuditOnOnePage(MemoryOrders):
    """Shows the audit all orders at once, however many they are."""

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        return await super().list_all(limit=limit + len(self._ids.keys), after=after)


class AuditByAnyCursor(MemoryOrders):
    """Takes the cursor of the customers' list for the audit's."""

    async def list_all(self, *, limit: int, after: Cursor | None) -> Page[Order]:
        return await super().list_all(limit=limit, after=after and replace(after, order="id"))


class DueByAge(MemoryOrders):
    """Takes the oldest order for the longest due."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        due = await super().due(now, limit=len(self._orders))
        return tuple(sorted(due, key=lambda order: order.id))[:limit]


class DueSorted(MemoryOrders):
    """Cuts the list first, and then looks which are the longest due."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        due = sorted(await super().due(now, limit=len(self._orders)), key=lambda order: order.id)
        return tuple(sorted(due[:limit], key=lambda order: order.next_try or now))


class DueAtOnce(MemoryOrders):
    """Overlooks that an order is to rest for a while."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().due(now + timedelta(days=30) if now.year < 9999 else now, limit=limit)


class DueTooLate(MemoryOrders):
    """Does not count the moment itself."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().due(now - _NOT_YET, limit=limit) if now.year > 1 else ()


class DueAll(MemoryOrders):
    """Hands over all orders that are due, however many they are."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        return await super().due(now, limit=limit + len(self._orders))


class DueForEver(MemoryOrders):
    """Leaves an order in the list of those that are due when all is done."""

    async def save(self, order: Order) -> None:
        kept = self._orders.get(order.id)
        await super().save(order)
        if kept is not None and kept.next_try is not None and order.next_try is None:
            self._due.move(None, (kept.next_try, order.id))


class DueUntilDeadline(MemoryOrders):
    """Leaves an order alone whose deadline has passed, though it must be given up."""

    async def due(self, now: datetime, *, limit: int) -> tuple[Order, ...]:
        due = await super().due(now, limit=len(self._orders))
        return tuple(order for order in due if now < order.deadline)[:limit]
