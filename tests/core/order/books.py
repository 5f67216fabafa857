"""Books for the audit, made by hand, and how it looks at them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.order.model import Difference, HoldRecord, Offer, Order, OrderRecord, StockRecord, Unreadable
from core.order.ports import Catalog, OrderRecords, StockRecords
from core.order.use_cases.audit import Audit, Audited
from core.shared.errors import Unavailable
from tests.builders import NOW, an_id, usd
from tests.fakes import FixedClock


class Orders(OrderRecords):
    """A page holds one record."""

    def __init__(self, records: Sequence[OrderRecord]) -> None:
        self._records = records

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        start = int(after or 0)
        return tuple(self._records[start : start + 1]), str(start + 1) if start + 1 < len(self._records) else None


class Stocks(StockRecords):
    """A page holds one record."""

    def __init__(self, records: Sequence[StockRecord]) -> None:
        self._records = records

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        start = int(after or 0)
        return tuple(self._records[start : start + 1]), str(start + 1) if start + 1 < len(self._records) else None


class Shelf(Catalog):
    """Product 1 is a boot, product 2 a sock; it may not answer."""

    def __init__(self, *, answers: bool = True) -> None:
        self._answers = answers

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        if not self._answers:
            raise Unavailable("The catalogue is closed.")
        return {
            id: Offer(product_id=id, sku=sku, name=name, price=usd(1), available=1, for_sale=True)
            for id, name, sku in ((an_id(1), "Walking boot", "BOOT-41"), (an_id(2), "Sock", "SOCK-1"))
            if id in product_ids
        }


def stock(product: int, **holds: Any) -> StockRecord:
    """Ten units received; `holds` are states with the quantity, by the order's number: `o31=("held", 2)`."""
    records = {an_id(int(name[1:])): HoldRecord(state=state, quantity=n) for name, (state, n) in holds.items()}
    held = sum(hold.quantity for hold in records.values() if hold.state == "held")
    sold = sum(hold.quantity for hold in records.values() if hold.state == "settled")
    return StockRecord(product_id=an_id(product), received=10, sold=sold, available=10 - held - sold, holds=records)


AnyOrder = Order | OrderRecord | Unreadable


async def look(orders: Sequence[AnyOrder], *stocks: StockRecord, seconds: float = 10, answers: bool = True) -> Audited:
    clock = FixedClock(NOW + timedelta(seconds=seconds))
    records = [order if isinstance(order, OrderRecord) else order.record() for order in orders]
    shelf = Shelf(answers=answers)
    return await Audit(orders=Orders(records), stocks=Stocks(stocks), catalog=shelf, clock=clock).look()


async def audit(orders: Sequence[AnyOrder], *stocks: StockRecord, seconds: float = 10) -> tuple[Difference, ...]:
    return (await look(orders, *stocks, seconds=seconds)).differences
