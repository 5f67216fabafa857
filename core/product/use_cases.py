"""What can be done with the catalogue and its stock; `ProductUseCases` lists it all."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from core.product.errors import HoldClosed, HoldInvalid, OutOfStock, ProductInvalid, ProductNotFound, QueryInvalid
from core.product.errors import Shortage
from core.product.model import (
    HOLD_TAKEN_WITHIN,
    QUERY_WORDS_MAX,
    UNITS_MAX,
    Changes,
    Count,
    Details,
    FacetName,
    Facets,
    Line,
    Listing,
    Product,
    Query,
    Sort,
    Stock,
    summed,
    words,
)
from core.product.ports import Products, Stocks
from core.shared.errors import VersionStale
from core.shared.ids import is_id, made_at
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock, NewId

HOLD_LINES_MAX = 100
CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead of ours the clock of a service that makes order ids may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProducts:
    """Find what is for sale."""

    products: Products

    async def __call__(
        self,
        *,
        text: str = "",
        category: str | None = None,
        tags: tuple[str, ...] = (),
        min_price: int | None = None,
        max_price: int | None = None,
        in_stock: bool = False,
        sort: Sort | None = None,
        facets: Collection[FacetName] = (),
        limit: int,
        after: Cursor | None,
    ) -> tuple[Page[Listing], Facets | None]:
        """One page, and the facets asked for. Raises: QueryInvalid, CursorInvalid."""
        wanted = words(text)
        if len(wanted) > QUERY_WORDS_MAX:
            raise QueryInvalid(f"A search has at most {QUERY_WORDS_MAX} words.")
        if text.strip() and not wanted:
            return Page(items=(), next=None), Facets() if facets else None
        order = sort or ("relevance" if wanted else "-created_at")
        query = Query(
            words=wanted,
            category=category,
            tags=tuple(dict.fromkeys(tags)),
            min_price=min_price,
            max_price=max_price,
            in_stock=in_stock,
            sort="-created_at" if order == "relevance" and not wanted else order,
        )
        page = await self.products.search(query, limit=limit, after=after)
        return page, await self.products.facets(query, facets) if facets else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetProduct:
    """Look at one product, for sale or archived."""

    products: Products

    async def __call__(self, *, product_id: str) -> Listing:
        """Raises: ProductNotFound."""
        return await self.products.get(product_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetProducts:
    """Look at several products at once; those that do not exist are left out."""

    products: Products

    async def __call__(self, *, product_ids: Collection[str]) -> tuple[Listing, ...]:
        return await self.products.get_many(product_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCategories:
    """See which categories there are, and how much is in each."""

    products: Products

    async def __call__(self) -> tuple[Count, ...]:
        return await self.products.categories()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProduct:
    """Put a new product on sale."""

    products: Products
    clock: Clock
    new_id: NewId
    currency: str

    async def __call__(self, *, details: Details, units: int) -> Listing:
        """Raises: ProductInvalid, SkuTaken."""
        if not 0 <= units <= UNITS_MAX:
            raise ProductInvalid(f"A product starts with 0 to {UNITS_MAX} units.")
        now = self.clock.now()
        product = Product(
            id=self.new_id(),
            details=details.checked(self.currency),
            status="active",
            version=1,
            created_at=now,
            updated_at=now,
        )
        await self.products.add(product, units=units)
        return Listing(product=product, available=units, stock_revision=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceProduct:
    """Describe a product anew."""

    products: Products
    clock: Clock
    currency: str

    async def __call__(self, *, product_id: str, version: int, details: Details) -> Listing:
        """Raises: ProductNotFound, VersionStale, ProductInvalid, SkuTaken."""
        listing = await _at_version(self.products, product_id, version)
        product = listing.product.described_as(details, currency=self.currency, at=self.clock.now())
        return await _saved(self.products, product)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProduct:
    """Change some things about a product, or put an archived one on sale again."""

    products: Products
    clock: Clock
    currency: str

    async def __call__(self, *, product_id: str, version: int, changes: Changes) -> Listing:
        """Raises: ProductNotFound, VersionStale, ProductInvalid, SkuTaken."""
        listing = await _at_version(self.products, product_id, version)
        product = listing.product.changed(changes, currency=self.currency, at=self.clock.now())
        return await _saved(self.products, product)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProduct:
    """Take a product off sale; it stays readable."""

    products: Products
    clock: Clock

    async def __call__(self, *, product_id: str, version: int) -> None:
        """Raises: ProductNotFound, VersionStale."""
        listing = await _at_version(self.products, product_id, version)
        archived = listing.product.archived(at=self.clock.now())
        if archived is not listing.product:
            await self.products.save(archived)


async def _at_version(products: Products, product_id: str, version: int) -> Listing:
    listing = await products.get(product_id)
    if listing.product.version != version:
        raise VersionStale(f"The product is at version {listing.product.version}.")
    return listing


async def _saved(products: Products, product: Product) -> Listing:
    await products.save(product)
    return await products.get(product.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Count units in or out by hand."""

    products: Products
    stocks: Stocks
    clock: Clock
    new_id: NewId

    async def __call__(
        self, *, product_id: str, delta: int, reason: str, by: str, key: str | None = None
    ) -> tuple[Listing, bool]:
        """The product afterwards, and whether the same `key` had done this before; keys belong to one caller, `by`.

        Raises: ProductNotFound, ProductInvalid, OutOfStock, IdempotencyKeyReused.
        """
        if delta == 0 or abs(delta) > UNITS_MAX:
            raise ProductInvalid(f"An adjustment is of 1 to {UNITS_MAX} units, in or out.")
        changed = await self.stocks.adjust(
            product_id,
            delta=delta,
            key=self.new_id() if key is None else _digest(by, key),
            fingerprint=_digest(str(delta), reason),
            at=self.clock.now(),
        )
        return await self.products.get(product_id), not changed


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHold:
    """Set the units of an order aside: all of its lines, or name what is short."""

    products: Products
    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable. What was taken before a shortage stays taken: only a release gives it back.

        Raises: OutOfStock naming every short line, HoldClosed, HoldInvalid, ProductNotFound.
        """
        wanted = _lines_of(order_id, lines)
        now = self.clock.now()
        if not now - HOLD_TAKEN_WITHIN < made_at(order_id) < now + CLOCK_SKEW:
            raise HoldClosed(f"The time to hold units for order {order_id} has passed.")
        for index, line in enumerate(wanted):
            try:
                await self.stocks.take(line.product_id, order_id, quantity=line.quantity)
            except OutOfStock as short:
                raise OutOfStock(*short.lines, *await self._shortages(wanted[index + 1 :])) from short

    async def _shortages(self, lines: tuple[Line, ...]) -> list[Shortage]:
        listings = await self.products.get_many([line.product_id for line in lines])
        available = {listing.product.id: listing.available for listing in listings}
        return [
            Shortage(product_id=line.product_id, quantity=line.quantity, available=available.get(line.product_id, 0))
            for line in lines
            if available.get(line.product_id, 0) < line.quantity
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """Give the units of a cancelled order back, once."""

    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable, and safe before the take that it undoes. Raises: HoldClosed, HoldInvalid, ProductNotFound."""
        for line in _lines_of(order_id, lines):
            await self.stocks.release(line.product_id, order_id, at=self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleHold:
    """Count the units of a shipped order as sold, once."""

    stocks: Stocks
    clock: Clock

    async def __call__(self, *, order_id: str, lines: Collection[Line]) -> None:
        """Repeatable. Raises: HoldClosed, HoldUnknown, HoldInvalid, ProductNotFound."""
        for line in _lines_of(order_id, lines):
            await self.stocks.settle(line.product_id, order_id, at=self.clock.now())


def _lines_of(order_id: str, lines: Collection[Line]) -> tuple[Line, ...]:
    if not is_id(order_id):
        raise HoldInvalid("A hold belongs to an order, named by its id.")
    wanted = summed(lines)
    if not 1 <= len(wanted) <= HOLD_LINES_MAX or any(not 1 <= line.quantity <= UNITS_MAX for line in wanted):
        raise HoldInvalid(f"A hold has 1 to {HOLD_LINES_MAX} lines of at least one unit each.")
    unknown = [line.product_id for line in wanted if not is_id(line.product_id)]
    if unknown:
        raise ProductNotFound("There is no such product.", product_ids=tuple(unknown))
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStock:
    """See every product's stock with its holds, page by page, for the audit."""

    stocks: Stocks

    async def __call__(self, *, limit: int, after: Cursor | None) -> Page[Stock]:
        return await self.stocks.list(limit=limit, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductUseCases:
    """All that the product service can do."""

    search_products: SearchProducts
    get_product: GetProduct
    get_products: GetProducts
    list_categories: ListCategories
    add_product: AddProduct
    replace_product: ReplaceProduct
    change_product: ChangeProduct
    archive_product: ArchiveProduct
    adjust_stock: AdjustStock
    take_hold: TakeHold
    release_hold: ReleaseHold
    settle_hold: SettleHold
    list_stock: ListStock

    @classmethod
    def over(
        cls, *, products: Products, stocks: Stocks, clock: Clock, new_id: NewId, currency: str
    ) -> "ProductUseCases":
        """Every use case over the same ports."""
        return cls(
            search_products=SearchProducts(products=products),
            get_product=GetProduct(products=products),
            get_products=GetProducts(products=products),
            list_categories=ListCategories(products=products),
            add_product=AddProduct(products=products, clock=clock, new_id=new_id, currency=currency),
            replace_product=ReplaceProduct(products=products, clock=clock, currency=currency),
            change_product=ChangeProduct(products=products, clock=clock, currency=currency),
            archive_product=ArchiveProduct(products=products, clock=clock),
            adjust_stock=AdjustStock(products=products, stocks=stocks, clock=clock, new_id=new_id),
            take_hold=TakeHold(products=products, stocks=stocks, clock=clock),
            release_hold=ReleaseHold(stocks=stocks, clock=clock),
            settle_hold=SettleHold(stocks=stocks, clock=clock),
            list_stock=ListStock(stocks=stocks),
        )
