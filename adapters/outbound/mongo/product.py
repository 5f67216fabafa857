"""The catalogue and its stock in MongoDB: one document a product, of which each repository changes its own fields."""

from collections.abc import Collection, Mapping

from adapters.outbound.mongo.database import Document, MongoCollection, MongoDatabase
from adapters.outbound.mongo.product_search import FACETS, categories, matching, pages, terms_of
from adapters.outbound.mongo.product_stock import MongoStocks
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import PRICE_BANDS, Count, Details, FacetName, Facets, Image, Listing, PriceBand, Product, Query
from core.product.ports import Products, Stocks
from core.shared.errors import ShopError, VersionStale
from core.shared.money import Money
from core.shared.paging import Cursor, Page

_READ = {"terms": 0, "name_key": 0, "stock.holds": 0, "stock.adjustments": 0}
"""All but what only queries need, and the part of the stock that grows with its orders."""


class MongoProductStore:
    """Both repositories over the collection `products`."""

    def __init__(self, database: MongoDatabase) -> None:
        collection = database.collection("products")
        self.products: Products = MongoProducts(collection)
        self.stocks: Stocks = MongoStocks(collection)


class MongoProducts(Products):
    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, product: Product, *, units: int) -> None:
        stock = {"received": units, "sold": 0, "available": units, "in_stock": units > 0, "revision": 1}
        document = {
            "_id": product.id,
            "created": product.id,
            "created_at": product.created_at,
            **to_document(product),
            "stock": {**stock, "holds": {}, "adjustments": {}},
        }
        known = {"_id_": VersionStale("There is such a product already.")}
        async with self._collection.use(taken={**_sku_taken(product), **known}) as products:
            await products.insert_one(document)

    async def get(self, id: str) -> Listing:
        async with self._collection.use() as products:
            document = await products.find_one({"_id": id}, _READ)
        if document is None:
            raise ProductNotFound("There is no such product.")
        return to_listing(document)

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        async with self._collection.use() as products:
            documents = await products.find({"_id": {"$in": list(set(ids))}}, _READ).to_list()
        found = {document["_id"]: to_listing(document) for document in documents}
        return tuple(found[id] for id in dict.fromkeys(ids) if id in found)

    async def save(self, product: Product) -> None:
        async with self._collection.use(taken=_sku_taken(product)) as products:
            result = await products.update_one(
                {"_id": product.id, "version": product.version - 1}, {"$set": to_document(product)}
            )
        if result.matched_count == 0:
            kept = (await self.get(product.id)).product
            raise VersionStale(f"The product is at version {kept.version}.")

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        behind = None if after is None else query.place_of(after)
        documents: list[Document] = []
        async with self._collection.use() as products:
            for stages in pages(query, behind):
                if len(documents) <= limit:
                    rest = {"$limit": limit + 1 - len(documents)}
                    documents += await (await products.aggregate([*stages, rest, {"$project": _READ}])).to_list()
        items = tuple(to_listing(document) for document in documents[:limit])
        more = len(documents) > limit
        return Page(items=items, next=Cursor(order=query.order, key=query.place(items[-1].product)) if more else None)

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        counted: dict[FacetName, list[Document]] = {}
        async with self._collection.use() as products:
            for name in names:
                counted[name] = await (await products.aggregate([*matching(query), *FACETS[name]])).to_list()
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


def _sku_taken(product: Product) -> Mapping[str, ShopError]:
    return {"products_sku": SkuTaken(f"Another product has the sku {product.details.sku}.")}


def _counts(documents: list[Document]) -> tuple[Count, ...]:
    return tuple(Count(value=document["_id"], count=document["count"]) for document in documents)


def to_document(product: Product) -> Document:
    """The fields that a new version may change. Names of attributes are no field names: they may hold dots."""
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
        "terms": terms_of(product),
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
