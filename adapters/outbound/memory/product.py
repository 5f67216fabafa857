"""The catalogue and its stock in this process's memory: for tests, and for a shop that may forget."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, islice
from threading import RLock
from types import MappingProxyType

from adapters.outbound.memory.product_index import ProductIndex
from adapters.outbound.memory.sorted_places import SortedPlaces
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import (
    FACET_VALUES_MAX,
    PRICE_BANDS,
    Count,
    Entry,
    FacetName,
    Facets,
    Held,
    Listing,
    PriceBand,
    Product,
    Query,
    Stock,
)
from core.product.ports import PAGE_HOLDS_MAX, Products, Stocks
from core.shared.errors import ShopError, VersionStale
from core.shared.paging import Cursor, Page

_LOWS = [low for low, _ in PRICE_BANDS]


class MemoryProductStore:
    """Both repositories over the same shelf. Safe among tasks and threads: each method is one step under one lock."""

    def __init__(self) -> None:
        shelf = Shelf()
        self.products: Products = MemoryProducts(shelf)
        self.stocks: Stocks = MemoryStocks(shelf)


class Shelf:
    """What the repositories share. Whoever reads or changes it holds `lock`, and awaits nothing meanwhile."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.index = ProductIndex()
        self.products: dict[str, Product] = {}
        self.stocks: dict[str, Stock] = {}
        self.holding: dict[str, None] = {}
        """The ids of the products that orders hold units of; a dict keeps its order."""
        self.ids = SortedPlaces()
        self.ids_by_sku: dict[str, str] = {}

    def product(self, id: str) -> Product:
        try:
            return self.products[id]
        except KeyError:
            raise ProductNotFound("There is no such product.") from None

    def listing(self, id: str) -> Listing:
        stock = self.stocks[id]
        return Listing(product=self.products[id], available=stock.available, stock_revision=stock.revision)

    def keep(self, entry: Entry) -> None:
        product = entry.product
        if self.ids_by_sku.get(product.details.sku, product.id) != product.id:
            raise SkuTaken(f"Another product has the sku {product.details.sku}.")
        old = self.products.get(product.id)
        if old is None:
            self.ids.add((product.id,))
        else:
            del self.ids_by_sku[old.details.sku]
            self.index.remove(old.id)
        attributes = MappingProxyType(dict(product.details.attributes))  # the caller's own may change later
        self.products[product.id] = replace(product, details=replace(product.details, attributes=attributes))
        self.ids_by_sku[product.details.sku] = product.id
        self.index.add(entry)

    def keep_stock(self, stock: Stock) -> None:
        self.stocks[stock.product_id] = stock
        if stock.received > stock.available + stock.sold:
            self.holding[stock.product_id] = None
        else:
            self.holding.pop(stock.product_id, None)
        self.index.note_stock(stock.product_id, in_stock=stock.available > 0)


class MemoryProducts(Products):
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def add(self, entry: Entry, *, units: int) -> None:
        id = entry.product.id
        with self._shelf.lock:
            if id in self._shelf.products:
                raise VersionStale("There is such a product already.")
            self._shelf.keep(entry)
            self._shelf.keep_stock(Stock(product_id=id, received=units, sold=0, available=units, revision=1))

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        refused: dict[str, ShopError] = {}
        for entry, units in entries:
            try:
                await self.add(entry, units=units)
            except ShopError as refusal:
                refused[entry.product.id] = refusal
        return refused

    async def get(self, id: str) -> Listing:
        with self._shelf.lock:
            return self._shelf.listing(self._shelf.product(id).id)

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        with self._shelf.lock:
            return tuple(self._shelf.listing(id) for id in dict.fromkeys(ids) if id in self._shelf.products)

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        with self._shelf.lock:
            ids = {sku: self._shelf.ids_by_sku[sku] for sku in skus if sku in self._shelf.ids_by_sku}
            return {sku: self._shelf.listing(id) for sku, id in ids.items()}

    async def save(self, entry: Entry) -> None:
        with self._shelf.lock:
            kept = self._shelf.product(entry.product.id)
            if kept.version != entry.product.version - 1:
                raise VersionStale(f"The product is at version {kept.version}.")
            self._shelf.keep(entry)

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        refused: dict[str, ShopError] = {}
        for entry in entries:
            try:
                await self.save(entry)
            except ShopError as refusal:
                refused[entry.product.id] = refusal
        return refused

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        behind = None if after is None else query.place_of(after)
        with self._shelf.lock:
            places = self._shelf.index.search(query, count=limit + 1, behind=behind)
            items = tuple(self._shelf.listing(str(place[-1])) for place in places[:limit])
        return Page(items=items, next=Cursor(order=query.order, key=places[limit - 1]) if len(places) > limit else None)

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
    counts = Counter(PRICE_BANDS[bisect_right(_LOWS, amount) - 1] for amount in amounts)
    return tuple(PriceBand(min=band[0], max=band[1], count=counts[band]) for band in PRICE_BANDS if counts[band])


class MemoryStocks(Stocks):
    def __init__(self, shelf: Shelf) -> None:
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

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        behind = "" if after is None else str(after.key_in("product_id", str)[0])
        with self._shelf.lock:
            places = islice(self._shelf.ids.walk((behind, "")), limit + 1)
            stocks = [self._shelf.stocks[str(id)] for (id,) in places]
        together = accumulate(len(stock.holds) for stock in stocks[:limit])
        items = tuple(stocks[: max(1, sum(number <= holds for number in together))])
        more = len(stocks) > len(items)
        return Page(items=items, next=Cursor(order="product_id", key=(items[-1].product_id,)) if more else None)

    async def held(self, *, limit: int) -> Held:
        with self._shelf.lock:
            stocks = [self._shelf.stocks[id] for id in islice(self._shelf.holding, limit)]
        held = [hold.quantity for stock in stocks for hold in stock.holds.values() if hold.state == "held"]
        return Held(units=sum(held), holds=len(held))

    def _stock(self, product_id: str) -> Stock:
        return self._shelf.stocks[self._shelf.product(product_id).id]
