"""Ways to read the records of stock as one could get them wrong."""

from dataclasses import replace

from adapters.outbound.in_process.order import InProcessStockRecords
from core.order.model import StockRecord
from core.product.use_cases import ProductUseCases

Page = tuple[tuple[StockRecord, ...], str | None]


class _Misread(InProcessStockRecords):
    """Reads each record with `misread`."""

    def misread(self, record: StockRecord) -> StockRecord:
        return record

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return tuple(map(self.misread, page)), behind


class HoldsLeftOut(_Misread):
    """Tells stock as the catalogue does."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, holds={})


class HeldOnly(_Misread):
    """Leaves out the holds that are closed."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, holds={id: hold for id, hold in record.holds.items() if hold.state == "held"})


class GivenBackForgotten(_Misread):
    """Leaves out the holds that were given back."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, holds={id: hold for id, hold in record.holds.items() if hold.state != "void"})


class OneHoldAStock(_Misread):
    """Reads the hold that was taken last."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, holds=dict(list(record.holds.items())[-1:]))


class NothingInVoid(_Misread):
    """Takes it that what was given back was of no units."""

    def misread(self, record: StockRecord) -> StockRecord:
        holds = {id: replace(hold, quantity=0) if hold.state == "void" else hold for id, hold in record.holds.items()}
        return replace(record, holds=holds)


class SettledAsHeld(_Misread):
    """Does not tell what is sold from what is held."""

    def misread(self, record: StockRecord) -> StockRecord:
        holds = {id: replace(h, state="held") if h.state == "settled" else h for id, h in record.holds.items()}
        return replace(record, holds=holds)


class SoldByHolds(_Misread):
    """Counts as sold whatever is not available."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, sold=record.received - record.available)


class AvailableWithHeld(_Misread):
    """Counts units on hold as available."""

    def misread(self, record: StockRecord) -> StockRecord:
        held = sum(hold.quantity for hold in record.holds.values() if hold.state == "held")
        return replace(record, available=record.available + held)


class ReceivedAtFirst(_Misread):
    """Makes the equation come out: whatever there is or was sold must have been received."""

    def misread(self, record: StockRecord) -> StockRecord:
        return replace(record, received=record.available + record.sold)


class HoldsOfTheFirst(_Misread):
    """Reads the holds of one product for every one."""

    first: StockRecord | None = None

    def misread(self, record: StockRecord) -> StockRecord:
        self.first = self.first or record
        return replace(record, holds=self.first.holds)


class ArchivedLeftOut(InProcessStockRecords):
    """Lists the stock of what is for sale."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.product = product

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        listings = await self.product.get_products(product_ids=[record.product_id for record in page])
        active = {listing.product.id for listing in listings if listing.product.status == "active"}
        return tuple(record for record in page if record.product_id in active), behind
