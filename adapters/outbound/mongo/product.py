"""The catalogue and its stock in MongoDB: one document a product, of which each repository changes its own fields."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar
from uuid import uuid4

from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from adapters.outbound.mongo.database import Document, MongoCollection, MongoDatabase
from adapters.outbound.mongo.product_search import FACETS, Stream, categories, listed, terms_of, tiers
from adapters.outbound.mongo.product_stock import MongoStocks
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
)
from core.product.ports import Products, Stocks
from core.shared.errors import ShopError, VersionStale
from core.shared.money import Money
from core.shared.paging import Cursor, Key, Page

_READ = {"terms": 0, "name_key": 0, "saved_with": 0, "stock.held": 0, "stock.holds": 0, "stock.adjustments": 0}
"""All but what only queries need, and the part of the stock that grows with its orders."""
_BATCH = 10
"""So many writes are one step: few enough to end in its time, where each of them changes hundreds of index entries."""
T = TypeVar("T")


class MongoProductStore:
    """Both repositories over the collection `products`."""

    def __init__(self, database: MongoDatabase) -> None:
        collection = database.collection("products")
        self.products: Products = MongoProducts(collection)
        self.stocks: Stocks = MongoStocks(collection)


class MongoProducts(Products):
    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, entry: Entry, *, units: int) -> None:
        async with self._collection.use(taken=_taken(entry)) as products:
            await products.insert_one(_new(entry, units))

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        refused: dict[str, ShopError] = {}
        for batch in _batches(entries):
            writes = [(InsertOne(_new(entry, units)), _taken(entry)) for entry, units in batch]
            _, errors = await self._collection.write_each(writes)
            refused |= {batch[index][0].product.id: error for index, error in errors.items()}
        return refused

    async def get(self, id: str) -> Listing:
        async with self._collection.use() as products:
            document = await products.find_one({"_id": id}, _READ)
        if document is None:
            raise _not_found()
        return to_listing(document)

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        async with self._collection.use() as products:
            documents = await products.find({"_id": {"$in": list(set(ids))}}, _READ).to_list()
        found = {document["_id"]: to_listing(document) for document in documents}
        return tuple(found[id] for id in dict.fromkeys(ids) if id in found)

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        async with self._collection.use() as products:
            documents = await products.find({"sku": {"$in": list(set(skus))}}, _READ).to_list()
        return {document["sku"]: to_listing(document) for document in documents}

    async def save(self, entry: Entry) -> None:
        async with self._collection.use(taken=_taken(entry)) as products:
            result = await products.update_one(_before(entry), {"$set": to_document(entry)})
        if result.matched_count == 0:
            raise _stale((await self.get(entry.product.id)).product.version)

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        refused: dict[str, ShopError] = {}
        for batch in _batches(entries):
            mark = uuid4().hex
            changes = ((entry, {"$set": {**to_document(entry), "saved_with": mark}}) for entry in batch)
            matched, errors = await self._collection.write_each(
                [(UpdateOne(_before(entry), change), _taken(entry)) for entry, change in changes]
            )
            if matched < len(batch):
                refused |= await self._not_saved([entry.product.id for entry in batch], mark)
            refused |= {batch[index].product.id: error for index, error in errors.items()}
        return refused

    async def _not_saved(self, ids: Sequence[str], mark: str) -> Mapping[str, ShopError]:
        """Those that were not saved with this mark, and why: a server tells how many it matched, and not which.

        One whose next version was saved with another mark since is taken for refused; its version is stale by now.
        """
        async with self._collection.use() as products:
            found = await products.find({"_id": {"$in": ids}}, {"version": 1, "saved_with": 1}).to_list()
        kept = {document["_id"]: document for document in found}
        return {
            id: _stale(kept[id]["version"]) if id in kept else _not_found()
            for id in ids
            if id not in kept or kept[id].get("saved_with") != mark
        }

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        behind = None if after is None else query.place_of(after)
        found: dict[tuple[Key, ...], Listing] = {}
        async with self._collection.use() as products:
            for tier, streams in tiers(query, behind):
                count = limit + 1 - len(found)
                if count <= 0:
                    break
                documents = chain(*await asyncio.gather(*(_first(count, stream, products) for stream in streams)))
                met = {query.place(listing.product, tier): listing for listing in map(to_listing, documents)}
                found |= {place: met[place] for place in sorted(met, reverse=query.order.startswith("-"))}
        places = list(found)[:limit]
        next = Cursor(order=query.order, key=places[-1]) if len(found) > limit else None
        return Page(items=tuple(found[place] for place in places), next=next)

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        """As many steps as `names`, each of which looks at all that the query lists, however many these are."""
        counted: dict[FacetName, list[Document]] = {}
        async with self._collection.use() as products:
            for name in names:
                counted[name] = await (await products.aggregate([*listed(query), *FACETS[name]])).to_list()
        highest = dict(PRICE_BANDS)
        return Facets(
            category=_counts(counted["category"]) if "category" in counted else None,
            tag=_counts(counted["tag"]) if "tag" in counted else None,
            price=tuple(
                PriceBand(min=band["_id"], max=highest[band["_id"]], count=band["count"]) for band in counted["price"]
            )
            if "price" in counted
            else None,
        )

    async def categories(self) -> tuple[Count, ...]:
        async with self._collection.use() as products:
            return _counts(await (await products.aggregate(categories())).to_list())


async def _first(count: int, stream: Stream, products: AsyncCollection[Document]) -> list[Document]:
    found: list[Document] = []
    for stages in stream:
        if len(found) < count:
            page = [*stages, {"$limit": count - len(found)}, {"$project": _READ}]
            found += await (await products.aggregate(page)).to_list()
    return found


def _batches(entries: Collection[T]) -> Iterator[Sequence[T]]:
    """`itertools.batched`, which Python 3.11 lacks."""
    rest = iter(entries)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch


def _taken(entry: Entry) -> Mapping[str, ShopError]:
    return {
        "products_sku": SkuTaken(f"Another product has the sku {entry.product.details.sku}."),
        "_id_": VersionStale("There is such a product already."),
    }


def _not_found() -> ShopError:
    return ProductNotFound("There is no such product.")


def _stale(kept: int) -> ShopError:
    return VersionStale(f"The product is at version {kept}.")


def _counts(documents: list[Document]) -> tuple[Count, ...]:
    return tuple(Count(value=document["_id"], count=document["count"]) for document in documents)


def _new(entry: Entry, units: int) -> Document:
    product = entry.product
    stock = {"received": units, "sold": 0, "available": units, "in_stock": units > 0, "revision": 1}
    return {
        "_id": product.id,
        "created": product.id,
        "created_at": product.created_at,
        **to_document(entry),
        "stock": {**stock, "holds": {}, "adjustments": {}},
    }


def _before(entry: Entry) -> Document:
    """What must be kept for it to be the next version."""
    return {"_id": entry.product.id, "version": entry.product.version - 1}


def to_document(entry: Entry) -> Document:
    """The fields that a new version may change. Names of attributes are no field names: they may hold dots."""
    product = entry.product
    details = product.details
    return {
        "sku": details.sku,
        "name": details.name,
        "description": details.description,
        "category": details.category,
        "tags": list(details.tags),
        "price": {"amount": details.price.amount, "currency": details.price.currency},
        "attributes": [{"name": name, "value": value} for name, value in details.attributes.items()],
        "images": [{"url": image.url, "alt": image.alt} for image in details.images],
        "status": product.status,
        "version": product.version,
        "updated_at": product.updated_at,
        "terms": terms_of(entry),
        "name_key": product.name_key,
    }


def to_listing(document: Document) -> Listing:
    details = Details(
        sku=document["sku"],
        name=document["name"],
        description=document["description"],
        category=document["category"],
        tags=tuple(document["tags"]),
        price=Money(**document["price"]),
        attributes={attribute["name"]: attribute["value"] for attribute in document["attributes"]},
        images=tuple(Image(**image) for image in document["images"]),
    )
    product = Product(
        id=document["_id"],
        details=details,
        status=document["status"],
        version=document["version"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )
    stock = document["stock"]
    return Listing(product=product, available=stock["available"], stock_revision=stock["revision"])
