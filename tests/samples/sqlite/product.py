"""The catalogue and its stock in SQLite: a row a product, a row a stock, and a row for each term one is found by."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from sqlite3 import Connection
from typing import Any

from adapters.outbound.sqlite.database import SqliteDatabase
from adapters.outbound.sqlite.product_search import CATEGORIES, counted, found, terms_of
from adapters.outbound.sqlite.product_stock import SqliteStocks
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import (
    PRICE_BANDS,
    Count,
    Details,
    Entry,
    FacetName,
    Facets,
    Image,
    Listing,
    PriceBand,
    Product,
    Query,
    Stock,
)
from core.product.ports import Products, Stocks
from core.shared.errors import ShopError, VersionStale
from core.shared.money import Money
from core.shared.paging import Cursor, Page

_LISTINGS = """
    SELECT id, product, available, revision FROM products JOIN stocks ON product_id = id
    WHERE id IN (SELECT value FROM json_each(?))
"""
_IDS_BY_SKUS = "SELECT id FROM products WHERE sku IN (SELECT value FROM json_each(?))"


class SqliteProductStore(SqliteDatabase):
    """Both repositories over the file at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.products: Products = SqliteProducts(self)
        self.stocks: Stocks = SqliteStocks(self)


class SqliteProducts(Products):
    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def add(self, entry: Entry, *, units: int) -> None:
        await self._database.write(lambda connection: _add(connection, entry, units))

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        return await self._database.write(
            lambda connection: _refused((each, partial(_add, connection, each, units)) for each, units in entries)
        )

    async def get(self, id: str) -> Listing:
        listings = await self.get_many([id])
        if not listings:
            raise ProductNotFound("There is no such product.")
        return listings[0]

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return await self._database.read(lambda connection: _listings(connection, ids))

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        def look_up(connection: Connection) -> tuple[Listing, ...]:
            return _listings(connection, [id for (id,) in connection.execute(_IDS_BY_SKUS, (json.dumps([*skus]),))])

        return {listing.product.details.sku: listing for listing in await self._database.read(look_up)}

    async def save(self, entry: Entry) -> None:
        await self._database.write(lambda connection: _save(connection, entry))

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        return await self._database.write(
            lambda connection: _refused((each, partial(_save, connection, each)) for each in entries)
        )

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        behind = None if after is None else query.place_of(after)

        def look_up(connection: Connection) -> Page[Listing]:
            places = found(connection, query, limit + 1, behind)
            items = _listings(connection, [id for _, id in places[:limit]])
            if len(places) <= limit:
                return Page(items=items, next=None)
            tier, _ = places[limit - 1]
            return Page(items=items, next=Cursor(order=query.order, key=query.place(items[-1].product, tier)))

        return await self._database.read(look_up)

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        counts = await self._database.read(
            lambda connection: {name: counted(connection, query, name) for name in names}
        )
        lows = dict(counts.get("price", ()))
        bands = tuple(PriceBand(min=low, max=high, count=lows[low]) for low, high in PRICE_BANDS if low in lows)
        return Facets(
            category=_counts(counts["category"]) if "category" in counts else None,
            tag=_counts(counts["tag"]) if "tag" in counts else None,
            price=bands if "price" in counts else None,
        )

    async def categories(self) -> tuple[Count, ...]:
        return _counts(await self._database.read(lambda connection: connection.execute(CATEGORIES).fetchall()))


def _counts(rows: Iterable[tuple[Any, int]]) -> tuple[Count, ...]:
    return tuple(Count(value=value, count=count) for value, count in rows)


def _listings(connection: Connection, ids: Collection[str]) -> tuple[Listing, ...]:
    rows = {id: row for id, *row in connection.execute(_LISTINGS, (json.dumps([*ids]),))}
    return tuple(to_listing(*rows[id]) for id in dict.fromkeys(ids) if id in rows)


def _refused(steps: Iterable[tuple[Entry, Callable[[], None]]]) -> Mapping[str, ShopError]:
    """Takes each step; by product id why those were refused that were. A refused step has changed nothing."""
    refused = {}
    for entry, step in steps:
        try:
            step()
        except ShopError as error:
            refused[entry.product.id] = error
    return refused


def _add(connection: Connection, entry: Entry, units: int) -> None:
    id = entry.product.id
    if _version(connection, id) is not None:
        raise VersionStale("There is such a product already.")
    _keep(connection, entry)
    stock = Stock(product_id=id, received=units, sold=0, available=units, revision=1)
    connection.execute("INSERT INTO stocks VALUES (?, ?, ?, ?, ?)", (id, units, 1, 0, json.dumps(asdict(stock))))


def _save(connection: Connection, entry: Entry) -> None:
    kept = _version(connection, entry.product.id)
    if kept is None:
        raise ProductNotFound("There is no such product.")
    if kept != entry.product.version - 1:
        raise VersionStale(f"The product is at version {kept}.")
    _keep(connection, entry)


def _version(connection: Connection, id: str) -> int | None:
    row = connection.execute("SELECT version FROM products WHERE id = ?", (id,)).fetchone()
    return None if row is None else int(row[0])


def _keep(connection: Connection, entry: Entry) -> None:
    """The product, with its terms in place of those that it had."""
    product, details = entry.product, entry.product.details
    if connection.execute("SELECT 1 FROM products WHERE sku = ? AND id <> ?", (details.sku, product.id)).fetchone():
        raise SkuTaken(f"Another product has the sku {details.sku}.")
    row = (product.id, details.sku, details.category, product.status, product.version, to_json(product))
    connection.execute("INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.execute("DELETE FROM terms WHERE product_id = ?", (product.id,))
    terms = [(product.id, term, product.name_key, details.price.amount) for term in terms_of(entry)]
    connection.executemany("INSERT INTO terms VALUES (?, ?, ?, ?)", terms)


def to_json(product: Product) -> str:
    details = replace(product.details, attributes=dict(product.details.attributes))  # the caller's may be no dict
    return json.dumps(asdict(replace(product, details=details)), default=datetime.isoformat)


def to_listing(text: str, available: int, revision: int) -> Listing:
    product = json.loads(text)
    details = product["details"]
    details["tags"] = tuple(details["tags"])
    details["price"] = Money(**details["price"])
    details["images"] = tuple(Image(**image) for image in details["images"])
    product["details"] = Details(**details)
    for time in ("created_at", "updated_at"):
        product[time] = datetime.fromisoformat(product[time])
    return Listing(product=Product(**product), available=available, stock_revision=revision)
