"""What can be done with many products at once: bring a whole catalogue in."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field

from core.product.errors import ProductInvalid, SkuTaken
from core.product.model import UNITS_MAX, Details, Entry, Listing, Product, indexed
from core.product.ports import Products, Stemmer
from core.shared.errors import ShopError, VersionStale
from core.shared.ports import Clock, NewId

BATCH = 200
"""So many rows are kept in one go at most, and no more are in memory at any time."""
BATCH_TEXT = 100_000
"""Characters of descriptions after which a batch ends early: long ones take long to index, and to keep."""
FAILURES_MAX = 1_000
"""So many failures are told one by one; the others are counted."""
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line that describes a product; a new one starts with `units`, from 0 to `UNITS_MAX`."""

    line: int
    details: Details
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A line that could not be kept, and why."""

    line: int
    message: str


@dataclass(slots=True, kw_only=True)
class Imported:
    """How many products are new, how many known ones are now as their line says, and which lines could not be kept.

    `updated` counts lines of known products, whether these changed by them or not.
    `failed` tells the first `FAILURES_MAX` of these; `more_failed` counts the others, up to the line `last_failed`.
    """

    created: int = 0
    updated: int = 0
    failed: list[Failure] = field(default_factory=list)
    more_failed: int = 0
    last_failed: int = 0

    def fail(self, failure: Failure) -> None:
        if len(self.failed) < FAILURES_MAX:
            self.failed.append(failure)
        else:
            self.more_failed += 1
            self.last_failed = max(self.last_failed, failure.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProducts:
    """Bring many products in: put those with a new sku on sale, describe the others anew."""

    products: Products
    stemmer: Stemmer
    clock: Clock
    new_id: NewId
    currency: str

    async def __call__(self, *, rows: AsyncIterable[Row | Failure]) -> Imported:
        """Repeatable. A product that is there keeps its stock and its status; of two rows with one sku the later wins.

        Such two are kept one after the other, so that they make new versions each time, where they differ.
        A row that cannot be kept stops no other. If it raises Unavailable, the rows before may be kept.
        """
        imported = Imported()
        batch: dict[str, Row] = {}
        text = 0
        async for row in rows:
            if isinstance(row, Failure):
                imported.fail(row)
                continue
            if row.details.sku in batch or len(batch) == BATCH or text >= BATCH_TEXT:
                await self._keep(batch, imported)
                batch, text = {}, 0
            batch[row.details.sku] = row
            text += len(row.details.description)
        await self._keep(batch, imported)
        imported.failed.sort(key=lambda failure: failure.line)
        return imported

    async def _keep(self, rows: Mapping[str, Row], imported: Imported) -> None:
        left: dict[str, Row] = {}
        for sku, row in rows.items():
            if fault := self._fault(row):
                imported.fail(Failure(line=row.line, message=fault))
            else:
                left[sku] = row
        for attempt in range(1, _ATTEMPTS + 1):
            if not left:
                return
            refused = await self._kept(left, imported)
            for sku, error in refused.items():
                if attempt == _ATTEMPTS or not isinstance(error, SkuTaken | VersionStale):
                    imported.fail(Failure(line=left[sku].line, message=error.detail))
            # Somebody else has made or changed these products since they were looked up.
            left = {sku: left[sku] for sku, error in refused.items() if isinstance(error, SkuTaken | VersionStale)}

    def _fault(self, row: Row) -> str | None:
        if not 0 <= row.units <= UNITS_MAX:
            return f"stock: 0 to {UNITS_MAX} units."
        try:
            row.details.checked(self.currency)
        except ProductInvalid as error:
            return error.detail
        return None

    async def _kept(self, rows: Mapping[str, Row], imported: Imported) -> Mapping[str, ShopError]:
        """Why those rows were refused that were, by sku; the others are kept and counted."""
        known = await self.products.by_skus(rows)
        products = {sku: self._described(row, known.get(sku)) for sku, row in rows.items()}
        added = [(self._indexed(products[sku]), row.units) for sku, row in rows.items() if sku not in known]
        saved = [self._indexed(products[sku]) for sku in known if products[sku] is not known[sku].product]
        refused = {**await self.products.add_many(added), **await self.products.save_many(saved)}
        imported.created += sum(product.id not in refused for sku, product in products.items() if sku not in known)
        imported.updated += sum(product.id not in refused for sku, product in products.items() if sku in known)
        return {sku: refused[product.id] for sku, product in products.items() if product.id in refused}

    def _described(self, row: Row, listing: Listing | None) -> Product:
        """The product as the row describes it; the version that is kept, if that says the same."""
        now = self.clock.now()
        if listing is None:
            return Product.new(self.new_id(), row.details, currency=self.currency, at=now)
        if listing.product.details == row.details.checked(self.currency):
            return listing.product
        return listing.product.described_as(row.details, currency=self.currency, at=now)

    def _indexed(self, product: Product) -> Entry:
        return indexed(product, self.stemmer.stem)
