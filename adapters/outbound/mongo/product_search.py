"""Searches of the catalogue as MongoDB's pipelines, each served by an index on `terms`.

`terms` is one array, since MongoDB indexes no two arrays together. A prefix tells what stands in it: `n:` the stem of
a word of the name, `a:` of a word that stands elsewhere alone, `b:` the beginning of one of the name, `c:` the
category, `t:` a tag; and `*` stands in that of every active product. An archived product's is empty, and so no search
finds it.

A page is merged out of a few streams. A stream is one stretch of one index: everything with the term that is looked
up, in the query's order; what else is wanted is looked for on the way. Price and stock stand at the end of each index,
so that MongoDB passes over what is too dear or sold out without fetching the product.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from adapters.outbound.mongo.database import Document
from core.product.model import (
    ANYWHERE,
    FACET_VALUES_MAX,
    IN_NAME,
    PRICE_BANDS,
    SOME,
    Entry,
    FacetName,
    Query,
    QueryWord,
)
from core.shared.paging import Key

Choice = tuple[str, ...]
"""Terms of which a product must have one."""
Lookup = tuple[str, list[Document]]
"""The term that a stream looks up, and what its words want besides."""
Stream = list[list[Document]]
"""The stages of searches to be made one after the other: what each finds, in its order, follows on the last."""

_FIELDS = {
    "relevance": ("name_key", "created"),
    "name": ("name_key", "created"),
    "price": ("price.amount", "created"),
    "created_at": ("created",),
}
_LOWEST: Mapping[str, Key] = {"name_key": "", "price.amount": 0, "created": ""}


def terms_of(entry: Entry) -> list[str]:
    product, terms = entry.product, entry.terms
    if product.status != "active":
        return []
    return [
        "*",
        f"c:{product.details.category}",
        *(f"t:{tag}" for tag in dict.fromkeys(product.details.tags)),
        *(f"n:{stem}" for stem in sorted(terms.name_words)),
        *(f"a:{stem}" for stem in sorted(terms.words - terms.name_words)),
        *(f"b:{beginning}" for beginning in sorted(terms.beginnings)),
    ]


def tiers(query: Query, behind: Sequence[Key] | None) -> Iterator[tuple[int, list[Stream]]]:
    """The tiers of what lies behind a place, each with its streams; several of these may find the same.

    An order without tiers has one. A page far down costs what the first does.
    """
    if query.order != "relevance":
        yield IN_NAME, _streams(query, _all(query, [_anywhere(word) for word in query.words]), behind)
        return
    first, place = (IN_NAME, None) if behind is None else (int(behind[0]), behind[1:])
    for tier, lookups in ((IN_NAME, _all_in_name), (ANYWHERE, _all_not_in_name), (SOME, _some)):
        if tier >= first:
            yield tier, _streams(query, lookups(query), place if tier == first else None)


def listed(query: Query) -> list[Document]:
    """The stages that find all that a query lists, in no order."""
    words = [_anywhere(word) for word in query.words]
    if query.order == "relevance":
        words = [tuple(chain(*words))]
    choice, *rest = [*words, *_fixed(query)] or [("*",)]
    return _found(_has(choice), [*map(_has, rest), *_bounds(query)])


def _streams(query: Query, lookups: list[Lookup], behind: Sequence[Key] | None) -> list[Stream]:
    fields = _FIELDS[query.order.removeprefix("-")]
    descending = query.order.startswith("-")
    sort = {"$sort": dict.fromkeys(fields, -1 if descending else 1)}
    return [
        [
            [*_found({"terms": term, **stretch}, [*wanted, *_bounds(query)]), sort]
            for stretch in _stretches(fields, behind, descending=descending)
        ]
        for term, wanted in lookups
    ]


def _stretches(fields: Sequence[str], behind: Sequence[Key] | None, *, descending: bool) -> list[Document]:
    """What lies behind a place in an order by those fields: first the rest of its equals, then what comes after.

    Without a place it is everything, with a bound that tells SecantusDB which index has it in that order.
    """
    further = "$lt" if descending else "$gt"
    if behind is None:
        return [{fields[0]: {"$gte": _LOWEST[fields[0]]}}]
    if len(fields) == 1:
        return [{fields[0]: {further: behind[0]}}]
    return [{fields[0]: behind[0], fields[1]: {further: behind[1]}}, {fields[0]: {further: behind[0]}}]


def _found(lookup: Document, wanted: list[Document]) -> list[Document]:
    """The stages that find what is looked up and has all that is wanted.

    MongoDB takes neighbouring `$match` stages as one. SecantusDB uses an index for the first stage alone, and only if
    that asks for one condition on `terms`.
    """
    return [{"$match": lookup}, *([{"$match": {"$and": wanted}}] if wanted else [])]


def _all(query: Query, words: list[Choice]) -> list[Lookup]:
    """Looks up one word, and among what has it looks for the others: one with few choices, and long, since the longer
    a word is the fewer have it; without words, a tag or the category.
    """
    fixed = _fixed(query)
    lead = min(words or fixed or [("*",)], key=lambda choice: (len(choice), -len(choice[0])))
    return [(term, _others(lead, [*words, *fixed])) for term in lead]


def _all_in_name(query: Query) -> list[Lookup]:
    return _all(query, [_in_name(word) for word in query.words])


def _all_not_in_name(query: Query) -> list[Lookup]:
    """All words, one of them not in the name: for each word, those products that have it elsewhere alone."""
    words = [_anywhere(word) for word in query.words]
    return [
        (f"a:{word.stem}", [*_others(choice, [*words, *_fixed(query)]), {"terms": {"$nin": _in_name(word)}}])
        for word, choice in zip(query.words, words, strict=True)
    ]


def _some(query: Query) -> list[Lookup]:
    """Some words, not all: all that have any one, but for those which the tiers before have met."""
    words = [_anywhere(word) for word in query.words]
    if len(words) == 1:
        return []
    not_all = {"$nor": [{"$and": list(map(_has, words))}]}
    return [(term, [*map(_has, _fixed(query)), not_all]) for term in dict.fromkeys(chain(*words))]


def _in_name(word: QueryWord) -> Choice:
    """The stems of a name's words are among its beginnings, so that one lookup does where both are the same."""
    begun = () if word.beginning is None else (f"b:{word.beginning}",)
    return begun if word.stem == word.beginning else (f"n:{word.stem}", *begun)


def _anywhere(word: QueryWord) -> Choice:
    return (f"a:{word.stem}", *_in_name(word))


def _fixed(query: Query) -> list[Choice]:
    category = () if query.category is None else (f"c:{query.category}",)
    return [(term,) for term in (*(f"t:{tag}" for tag in query.tags), *category)]


def _has(choice: Choice) -> Document:
    return {"terms": choice[0] if len(choice) == 1 else {"$in": list(choice)}}


def _others(lead: Choice, choices: list[Choice]) -> list[Document]:
    return [_has(choice) for choice in choices if choice != lead]


def _bounds(query: Query) -> list[Document]:
    """The conditions on what stands at the end of each index."""
    price = {"$gte": query.min_price, "$lte": query.max_price}
    amount = {operator: bound for operator, bound in price.items() if bound is not None}
    return [*([{"price.amount": amount}] if amount else []), *([{"stock.in_stock": True}] if query.in_stock else [])]


def _counted(field: str) -> list[Document]:
    return [
        {"$group": {"_id": field, "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": FACET_VALUES_MAX},
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
