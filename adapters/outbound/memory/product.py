"""The catalogue and its stock in this process's memory: for tests, and for a shop that may forget."""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from threading import RLock
from types import MappingProxyType

from adapters.outbound.memory.product_index import ProductIndex
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import PRICE_BANDS, Count, FacetName, Facets, Listing, PriceBand, Product, Query, Stock
from core.product.ports import PAGE_HOLDS_MAX, Products, Stocks
from core.shared.errors import VersionStale
from core.shared.paging import Cursor, Page

FACET_VALUES_MAX = 100


class MemoryProductStore:
    """Both repositories over the same shelf. Safe among tasks and threads: each method is one step under one lock."""

    def __init__(self) -> None:
        shelf = _Shelf()
        self.products: Products = MemoryProducts(shelf)
        self.stocks: Stocks = MemoryStocks(shelf)


class _Shelf:
    """What the repositories share. Whoever reads or changes it holds `lock`, and awaits nothing meanwhile."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.index = ProductIndex()
        self.products: dict[str, Product] = {}
        self.stocks: dict[str, Stock] = {}
        self.ids: list[str] = []
        self.ids_by_sku: dict[str, str] = {}

    def product(self, id: str) -> Product:
        try:
            return self.products[id]
        except KeyError:
            raise ProductNotFound("There is no such product.") from None

    def listing(self, id: str) -> Listing:
        stock = self.stocks[id]
        return Listing(product=self.products[id], available=stock.available, stock_revision=stock.revision)

    def keep(self, product: Product) -> None:
        if self.ids_by_sku.get(product.details.sku, product.id) != product.id:
            raise SkuTaken(f"Another product has the sku {product.details.sku}.")
        old = self.products.get(product.id)
        if old is None:
            insort(self.ids, product.id)
        else:
            del self.ids_by_sku[old.details.sku]
            self.index.remove(old)
        attributes = MappingProxyType(dict(product.details.attributes))  # the caller's own may change later
        self.products[product.id] = replace(product, details=replace(product.details, attributes=attributes))
        self.ids_by_sku[product.details.sku] = product.id
        self.index.add(product)

    def keep_stock(self, stock: Stock) -> None:
        self.stocks[stock.product_id] = stock
        self.index.note_stock(stock.product_id, in_stock=stock.available > 0)


class MemoryProducts(Products):
    def __init__(self, shelf: _Shelf) -> None:
        self._shelf = shelf

    async def add(self, product: Product, *, units: int) -> None:
        with self._shelf.lock:
            if product.id in self._shelf.products:
                raise VersionStale("There is such a product already.")
            self._shelf.keep(product)
            self._shelf.keep_stock(Stock(product_id=product.id, received=units, sold=0, available=units, revision=1))

    async def get(self, id: str) -> Listing:
        with self._shelf.lock:
            return self._shelf.listing(self._shelf.product(id).id)

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        with self._shelf.lock:
            return tuple(self._shelf.listing(id) for id in dict.fromkeys(ids) if id in self._shelf.products)

    async def save(self, product: Product) -> None:
        with self._shelf.lock:
            kept = self._shelf.product(product.id)
            if kept.version != product.version - 1:
                raise VersionStale(f"The product is at version {kept.version}.")
            self._shelf.keep(product)

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        behind = None if after is None else query.place_of(after)
        with self._shelf.lock:
            ids = self._shelf.index.search(query, count=limit + 1, behind=behind)
            items = tuple(self._shelf.listing(id) for id in ids[:limit])
        more = len(ids) > limit
        return Page(items=items, next=Cursor(order=query.order, key=query.place(items[-1].product)) if more else None)

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        with self._shelf.lock:
            found = [self._shelf.products[id].details for id in self._shelf.index.matching(query)]
        return Facets(
            category=_counts(details.category for details in found) if "category" in names else None,
            tag=_counts(tag for details in found for tag in details.tags) if "tag" in names else None,
            price=_bands(details.price.amount for details in found) if "price" in names else None,
        )

    async def categories(self) -> tuple[Count, ...]:
        with self._shelf.lock:
            return tuple(Count(value=name, count=count) for name, count in sorted(self._shelf.index.categories()))


def _counts(values: Iterable[str]) -> tuple[Count, ...]:
    ranked = sorted(Counter(values).items(), key=lambda counted: (-counted[1], counted[0]))
    return tuple(Count(value=value, count=count) for value, count in ranked[:FACET_VALUES_MAX])


def _bands(amounts: Iterable[int]) -> tuple[PriceBand, ...]:
    counts = Counter(band for amount in amounts for band in PRICE_BANDS if band[0] <= amount <= band[1])
    return tuple(PriceBand(min=band[0], max=band[1], count=counts[band]) for band in PRICE_BANDS if counts[band])


class MemoryStocks(Stocks):
    def __init__(self, shelf: _Shelf) -> None:
        self._shelf = shelf

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        with self._shelf.lock:
            self._shelf.keep_stock(self._stock(product_id).take(order_id, quantity))

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        with self._shelf.lock:
            self._shelf.keep_stock(self._stock(product_id).release(order_id, at=at))

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        with self._shelf.lock:
            self._shelf.keep_stock(self._stock(product_id).settle(order_id, at=at))

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        with self._shelf.lock:
            old = self._stock(product_id)
            new = old.adjust(delta, key=key, fingerprint=fingerprint, at=at)
            self._shelf.keep_stock(new)
            return new is not old

    async def list(self, *, limit: int, after: Cursor | None) -> Page[Stock]:
        behind = "" if after is None else str(after.key_in("product_id", str)[0])
        with self._shelf.lock:
            start = bisect_right(self._shelf.ids, behind)
            stocks = [self._shelf.stocks[id] for id in self._shelf.ids[start : start + limit + 1]]
        holds = accumulate(len(stock.holds) for stock in stocks[:limit])
        items = tuple(stocks[: max(1, sum(number <= PAGE_HOLDS_MAX for number in holds))])
        more = len(stocks) > len(items)
        return Page(items=items, next=Cursor(order="product_id", key=(items[-1].product_id,)) if more else None)

    def _stock(self, product_id: str) -> Stock:
        return self._shelf.stocks[self._shelf.product(product_id).id]
