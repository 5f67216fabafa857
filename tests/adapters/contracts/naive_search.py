"""A search that looks at every product: slow, plain, and what the stores' own must agree with."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import product as combinations
from typing import Any, get_args

from core.product.model import PRICE_BANDS, PRICE_MAX, Count, Facets, Listing, PriceBand, Query, QueryWord, Sort
from core.product.model import query_words as words_typed
from core.product.ports import Products
from tests.adapters.contracts.pages import walked
from tests.builders import NOW, a_product, kept
from tests.fakes import PlainStemmer

LATER = NOW + timedelta(minutes=1)
SORTS: Sequence[Sort] = get_args(Sort)
FILTERS: Sequence[dict[str, Any]] = (
    {},
    {"category": "Shoes"},
    {"category": "Nothing"},
    {"tags": ("new", "sale")},
    {"tags": ("w:red",)},
    {"tags": ("nothing",)},
    {"in_stock": True},
    {"min_price": 999, "max_price": 5_000},
    {"min_price": 5_001, "max_price": 999},
    {"max_price": 0},
    {"category": "*", "tags": ("new",), "in_stock": True, "min_price": 1},
)
TYPED = ("", "red", "boots h", "bo", "red wool hat", "nowhere red")


def words(text: str) -> tuple[QueryWord, ...]:
    return words_typed(text, PlainStemmer().stem)


def relevant(text: str, **filters: Any) -> Query:
    return Query(words=words(text), sort="relevance", **filters)


async def listed(products: Products, query: Query, *, limit: int) -> list[Listing]:
    """All that a query lists, in pages of that size."""
    return await walked(lambda after: products.search(query, limit=limit, after=after), limit=limit)


async def found(products: Products, query: Query, *, limit: int = 50) -> list[str]:
    """The ids of all that a query lists."""
    return [listing.product.id for listing in await listed(products, query, limit=limit)]


def matching(listings: Iterable[Listing], query: Query) -> list[Listing]:
    """The naive search: look at every product, then sort."""
    placed = []
    for listing in listings:
        product, details = listing.product, listing.product.details
        tier = query.tier(kept(product).terms)
        if (
            tier is not None
            and product.status == "active"
            and set(query.tags) <= set(details.tags)
            and query.category in (None, details.category)
            and (query.min_price or 0) <= details.price.amount
            and (query.max_price is None or details.price.amount <= query.max_price)
            and (listing.in_stock or not query.in_stock)
        ):
            placed.append((query.place(product, tier), listing))
    placed.sort(key=lambda each: each[0], reverse=query.order.startswith("-"))
    return [listing for _, listing in placed]


def counted(listings: Sequence[Listing]) -> Facets:
    categories = Counter(listing.product.details.category for listing in listings)
    tags = Counter(tag for listing in listings for tag in listing.product.details.tags)
    amounts = [listing.product.details.price.amount for listing in listings]
    bands = [(low, high, sum(low <= amount <= high for amount in amounts)) for low, high in PRICE_BANDS]
    return Facets(
        category=tuple(Count(value=v, count=n) for v, n in sorted(categories.items(), key=lambda c: (-c[1], c[0]))),
        tag=tuple(Count(value=v, count=n) for v, n in sorted(tags.items(), key=lambda c: (-c[1], c[0]))),
        price=tuple(PriceBand(min=low, max=high, count=count) for low, high, count in bands if count),
    )


async def filled(products: Products, number: int, *, seed: int) -> list[Listing]:
    """So many products out of few words, prices and tags, so that everything occurs often; some archived."""
    choose = random.Random(seed)
    listings = []
    for index in range(1, number + 1):
        product = a_product(
            index,
            price=choose.choice([0, 999, 1_000, 5_000, 5_000, PRICE_MAX]),
            name=" ".join(choose.choices(["red", "Réd", "boots", "Bööt", "hat", "hatbox"], k=choose.randint(1, 3))),
            description=choose.choice(["", "red wool", "a boot and hats"]),
            category=choose.choice(["Shoes", "shoes", "*"]),
            tags=tuple(choose.sample(["new", "sale", "w:red", "Shoes"], k=choose.randint(0, 3))),
        )
        units = choose.choice([0, 1, 5])
        await products.add(kept(product), units=units)
        if choose.random() < 0.1:
            product = product.archived(at=LATER)
            await products.save(kept(product))
        listings.append(Listing(product=product, available=units, stock_revision=1))
    return listings


def queries(sorts: Sequence[Sort]) -> list[Query]:
    """Every text in every order, and every filter in every order with one text or another."""
    texts = [Query(words=words(text), sort=sort) for text, sort in combinations(TYPED, sorts)]
    return texts + [
        Query(words=words(TYPED[number % len(TYPED)]), sort=sort, **filters)
        for number, (filters, sort) in enumerate(combinations(FILTERS, sorts))
    ]
