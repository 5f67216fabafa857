"""What can be done with the catalogue: search it, look at it, keep it."""

from collections.abc import Collection
from dataclasses import dataclass

from core.product.errors import ProductInvalid, QueryInvalid
from core.product.model import (
    QUERY_WORDS_MAX,
    UNITS_MAX,
    Changes,
    Count,
    Details,
    Entry,
    FacetName,
    Facets,
    Listing,
    Product,
    Query,
    Sort,
    indexed,
    query_words,
)
from core.product.ports import Products, Stemmer
from core.shared.errors import VersionStale
from core.shared.money import MAX_AMOUNT
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock, NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProducts:
    """Find what is for sale."""

    products: Products
    stemmer: Stemmer

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
        words = query_words(text, self.stemmer.stem)
        if len(words) > QUERY_WORDS_MAX:
            raise QueryInvalid(f"A search has at most {QUERY_WORDS_MAX} words.")
        if not all(price is None or 0 <= price <= MAX_AMOUNT for price in (min_price, max_price)):
            raise QueryInvalid(f"A price is from 0 to {MAX_AMOUNT} minor units.")
        if text.strip() and not words:
            return Page(items=(), next=None), Facets(**dict.fromkeys(facets, ())) if facets else None
        query = Query(
            words=words,
            category=category,
            tags=tuple(dict.fromkeys(tags)),
            min_price=min_price,
            max_price=max_price,
            in_stock=in_stock,
            sort=sort or "relevance",
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
    stemmer: Stemmer
    clock: Clock
    new_id: NewId
    currency: str

    async def __call__(self, *, details: Details, units: int) -> Listing:
        """Raises: ProductInvalid, SkuTaken."""
        if not 0 <= units <= UNITS_MAX:
            raise ProductInvalid(f"A product starts with 0 to {UNITS_MAX} units.")
        product = Product.new(self.new_id(), details, currency=self.currency, at=self.clock.now())
        await self.products.add(indexed(product, self.stemmer.stem), units=units)
        return Listing(product=product, available=units, stock_revision=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceProduct:
    """Describe a product anew."""

    products: Products
    stemmer: Stemmer
    clock: Clock
    currency: str

    async def __call__(self, *, product_id: str, version: int, details: Details) -> Listing:
        """Raises: ProductNotFound, VersionStale, ProductInvalid, SkuTaken."""
        listing = await _at_version(self.products, product_id, version)
        product = listing.product.described_as(details, currency=self.currency, at=self.clock.now())
        return await _saved(self.products, indexed(product, self.stemmer.stem))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProduct:
    """Change some things about a product, or put an archived one on sale again."""

    products: Products
    stemmer: Stemmer
    clock: Clock
    currency: str

    async def __call__(self, *, product_id: str, version: int, changes: Changes) -> Listing:
        """Raises: ProductNotFound, VersionStale, ProductInvalid, SkuTaken."""
        listing = await _at_version(self.products, product_id, version)
        product = listing.product.changed(changes, currency=self.currency, at=self.clock.now())
        return await _saved(self.products, indexed(product, self.stemmer.stem))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProduct:
    """Take a product off sale; it stays readable."""

    products: Products
    stemmer: Stemmer
    clock: Clock

    async def __call__(self, *, product_id: str, version: int) -> None:
        """Raises: ProductNotFound, VersionStale."""
        listing = await _at_version(self.products, product_id, version)
        archived = listing.product.archived(at=self.clock.now())
        if archived is not listing.product:
            await self.products.save(indexed(archived, self.stemmer.stem))


async def _at_version(products: Products, product_id: str, version: int) -> Listing:
    listing = await products.get(product_id)
    if listing.product.version != version:
        raise VersionStale(f"The product is at version {listing.product.version}.")
    return listing


async def _saved(products: Products, entry: Entry) -> Listing:
    await products.save(entry)
    return await products.get(entry.product.id)
