"""Searches of the catalogue as MongoDB's pipelines, each served by an index on `terms`.

`terms` is one array, since MongoDB indexes no two arrays together. A prefix tells what stands in it: `w:` a word of
the product, `n:` a word of its name, `c:` its category, `t:` a tag; and `*` stands in that of every active product.
An archived product's is empty, and so no search finds it.
"""

from collections.abc import Iterator, Mapping, Sequence

from adapters.outbound.mongo.database import Document
from core.product.model import PRICE_BANDS, FacetName, Product, Query
from core.shared.paging import Key

_VALUES_MAX = 100
_FIELDS = {
    "relevance": ("name_key", "created"),
    "name": ("name_key", "created"),
    "price": ("price.amount", "created"),
    "created_at": ("created",),
}


def terms_of(product: Product) -> list[str]:
    if product.status != "active":
        return []
    return [
        "*",
        f"c:{product.details.category}",
        *(f"t:{tag}" for tag in dict.fromkeys(product.details.tags)),
        *(f"n:{word}" for word in product.name_words),
        *(f"w:{word}" for word in product.all_words),
    ]


def matching(query: Query) -> list[Document]:
    """The stages that find all that a query matches."""
    return _found(query, {})


def pages(query: Query, behind: Sequence[Key] | None) -> Iterator[list[Document]]:
    """The stages of searches to be made one after the other: what each finds, in its order, follows on the last.

    Each is one stretch of one index, so that a page far down costs what the first does.
    """
    fields = _FIELDS[query.order.removeprefix("-")]
    descending = query.order.startswith("-")
    sort = {"$sort": dict.fromkeys(fields, -1 if descending else 1)}
    if query.order != "relevance":
        for stretch in _stretches(fields, behind, descending=descending):
            yield [*_found(query, stretch), sort]
        return
    named = [f"n:{word}" for word in query.words]
    tier, place = (0, None) if behind is None else (behind[0], behind[1:])
    if tier == 0:
        for stretch in _stretches(fields, place, descending=False):
            yield [*_found(query, stretch, named), sort]
    for stretch in _stretches(fields, place if tier else None, descending=False):
        yield [*_found(query, stretch), {"$match": {"terms": {"$not": {"$all": named}}}}, sort]


def _stretches(fields: Sequence[str], behind: Sequence[Key] | None, *, descending: bool) -> list[Document]:
    """What lies behind a place in an order by those fields: first the rest of its equals, then what comes after."""
    further = "$lt" if descending else "$gt"
    if behind is None:
        return [{}]
    if len(fields) == 1:
        return [{fields[0]: {further: behind[0]}}]
    return [
        {fields[0]: {"$eq": behind[0]}, fields[1]: {further: behind[1]}},
        {fields[0]: {further: behind[0]}},
    ]


def _found(query: Query, stretch: Document, named: Sequence[str] = ()) -> list[Document]:
    """The stages that find what matches within a stretch.

    MongoDB takes neighbouring `$match` stages as one and chooses the term to look up. SecantusDB uses an index for
    the first stage alone, and only if that asks for one term.
    """
    terms = [
        *named,
        *(f"w:{word}" for word in query.words),
        *(f"t:{tag}" for tag in query.tags),
        *(() if query.category is None else (f"c:{query.category}",)),
    ] or ["*"]
    filters: Document = {"terms": {"$all": terms[1:]}} if terms[1:] else {}
    if query.min_price is not None:
        filters["price.amount"] = {"$gte": query.min_price}
    if query.max_price is not None:
        filters["price.amount"] = {**filters.get("price.amount", {}), "$lt": query.max_price + 1}
    if query.in_stock:
        filters["stock.in_stock"] = True
    return [{"$match": {"terms": terms[0], **stretch}}, {"$match": filters}]


def _counted(field: str) -> list[Document]:
    return [
        {"$group": {"_id": field, "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": _VALUES_MAX},
    ]


FACETS: Mapping[FacetName, Sequence[Document]] = {
    "category": _counted("$category"),
    "tag": [{"$unwind": "$tags"}, *_counted("$tags")],
    "price": [
        {
            "$bucket": {
                "groupBy": "$price.amount",
                "boundaries": [*(low for low, _ in PRICE_BANDS), PRICE_BANDS[-1][1] + 1],
                "output": {"count": {"$sum": 1}},
            }
        }
    ],
}
"""The stages that count what was found, for each facet."""


def categories() -> list[Document]:
    """The stages that count the active products of each category, by name."""
    return [
        {"$match": {"terms": "*"}},
        {"$group": {"_id": "$category", "count": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
    ]
