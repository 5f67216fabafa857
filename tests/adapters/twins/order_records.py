"""Ways to read the records of orders as one could get them wrong."""

from dataclasses import replace
from datetime import timedelta

from adapters.outbound.in_process.order import InProcessOrderRecords
from core.order.model import OrderRecord
from core.shared.money import Money

Page = tuple[tuple[OrderRecord, ...], str | None]


class _Misread(InProcessOrderRecords):
    """Reads each record with `misread`."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return record

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return tuple(map(self.misread, page)), behind


class FailedLeftOut(InProcessOrderRecords):
    """Leaves out what customers do not see."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return tuple(record for record in page if record.state != "CANCELLED" or record.ever_confirmed), behind


class ConfirmedByState(_Misread):
    """Forgets that an order was confirmed before it was cancelled."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, ever_confirmed=record.state in ("CONFIRMED", "SHIPPED", "DELIVERED"))


class NaiveDeadline(_Misread):
    """Loses the time zone."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, deadline=record.deadline.replace(tzinfo=None))


class WholeSeconds(_Misread):
    """Loses the milliseconds."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, deadline=record.deadline.replace(microsecond=0))


class AnHourLate(_Misread):
    """Reads the time as that of another zone."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, deadline=record.deadline + timedelta(hours=1))


class TodosForgotten(_Misread):
    """Reads no list of things to do."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, todos=())


class FirstLineOnly(_Misread):
    """Reads one line, and the total of them all."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, lines=record.lines[:1])


class LineTotals(_Misread):
    """Takes what a line costs for what a unit does."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        lines = (replace(line, unit_price=line.unit_price.times(line.quantity)) for line in record.lines)
        return replace(record, lines=tuple(lines))


class TotalAddedUp(_Misread):
    """Adds the total up without the quantities, where the books have one."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        amount = sum(line.unit_price.amount for line in record.lines)
        return replace(record, total=Money(amount=amount, currency=record.total.currency))


class CartForCustomer(_Misread):
    """Mixes two ids up."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, cart_id=record.customer_id, customer_id=record.cart_id)


class CartVersionForgotten(_Misread):
    """Takes every cart for a new one."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, cart_version=1)


class PublicStates(_Misread):
    """Tells an order's state as customers see it."""

    def misread(self, record: OrderRecord) -> OrderRecord:
        return replace(record, state="PENDING" if record.state == "HELD" else record.state)
