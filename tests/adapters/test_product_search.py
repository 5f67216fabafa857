"""What every store of products finds: `Products.search`, `facets` and `categories`, against a plain look at all."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product as combinations
from typing import get_args

import pytest

from core.product.model import PRICE_BANDS, PRICE_MAX, Count, Facets, Listing, PriceBand, Product, Query, Sort
from core.product.ports import Products
from core.shared.paging import Cursor, CursorInvalid
from tests.adapters.stores import ProductStore, on_every_store
from tests.builders import NOW, a_product, an_id

LATER = NOW + timedelta(minutes=1)
SORTS: tuple[Sort, ...] = get_args(Sort)


async def every(products: Products, query: Query, *, limit: int = 3) -> list[Listing]:
    """All that a query matches, read page by page; only the last page may be short."""
    found: list[Listing] = []
    after: Cursor | None = None
    while True:
        page = await products.search(query, limit=limit, after=after)
        found += page.items
        after = page.next
        if after is None:
            return found
        assert len(page.items) == limit
        assert after.order == query.order


def ids(listings: list[Listing]) -> list[str]:
    return [listing.product.id for listing in listings]


def expected(listings: list[Listing], query: Query) -> list[str]:
    """The naive search: look at every product, then sort."""
    found = [
        listing
        for listing in listings
        if listing.product.status == "active"
        and set(query.words) <= set(listing.product.all_words)
        and set(query.tags) <= set(listing.product.details.tags)
        and query.category in (None, listing.product.details.category)
        and (query.min_price or 0) <= listing.product.details.price.amount
        and (query.max_price is None or listing.product.details.price.amount <= query.max_price)
        and (listing.in_stock or not query.in_stock)
    ]
    places: dict[str, Callable[[Product], tuple[object, ...]]] = {
        "relevance": lambda product: (not set(query.words) <= set(product.name_words), product.name_key, product.id),
        "name": lambda product: (product.name_key, product.id),
        "price": lambda product: (product.details.price.amount, product.id),
        "created_at": lambda product: (product.id,),
    }
    place = places[query.order.removeprefix("-")]
    ordered = sorted((listing.product for listing in found), key=place, reverse=query.order.startswith("-"))
    return [product.id for product in ordered]


def counted(listings: list[Listing]) -> Facets:
    categories = Counter(listing.product.details.category for listing in listings)
    tags = Counter(tag for listing in listings for tag in listing.product.details.tags)
    amounts = [listing.product.details.price.amount for listing in listings]
    bands = [(low, high, sum(low <= amount <= high for amount in amounts)) for low, high in PRICE_BANDS]
    return Facets(
        category=tuple(Count(value=v, count=n) for v, n in sorted(categories.items(), key=lambda c: (-c[1], c[0]))),
        tag=tuple(Count(value=v, count=n) for v, n in sorted(tags.items(), key=lambda c: (-c[1], c[0]))),
        price=tuple(PriceBand(min=low, max=high, count=count) for low, high, count in bands if count),
    )


async def fill(products: Products, number: int, seed: int) -> list[Listing]:
    """So many products out of few words, prices and tags, so that everything occurs often; some archived."""
    choose = random.Random(seed)
    kept = []
    for index in range(1, number + 1):
        product = a_product(
            index,
            price=choose.choice([0, 999, 1_000, 5_000, 5_000, PRICE_MAX]),
            name=" ".join(choose.choices(["red", "Rød", "boot", "Böot", "hat"], k=choose.randint(1, 3))),
            description=choose.choice(["", "red wool", "a boot and a hat"]),
            category=choose.choice(["Shoes", "shoes", "*"]),
            tags=tuple(choose.sample(["new", "sale", "w:red", "Shoes"], k=choose.randint(0, 3))),
        )
        units = choose.choice([0, 1, 5])
        await products.add(product, units=units)
        if choose.random() < 0.1:
            product = product.archived(at=LATER)
            await products.save(product)
        kept.append(Listing(product=product, available=units, stock_revision=1))
    return kept


@on_every_store("product")
async def test_a_search_finds_what_a_look_at_every_product_finds(store: ProductStore) -> None:
    kept = await fill(store.products, 60, seed=1)
    filters = [
        {},
        {"words": ("red",)},
        {"words": ("boot", "hat")},
        {"words": ("red", "nowhere")},
        {"category": "Shoes"},
        {"tags": ("new", "sale")},
        {"tags": ("w:red",)},
        {"in_stock": True},
        {"min_price": 999, "max_price": 5_000},
        {"max_price": 0},
        {"words": ("boot",), "category": "*", "tags": ("new",), "in_stock": True, "min_price": 1},
    ]
    matched = 0
    for filter, sort in combinations(filters, SORTS):
        query = Query(**filter, sort=sort)  # type: ignore[arg-type]  # each filter is made of a query's fields
        found = await every(store.products, query, limit=7)
        assert ids(found) == expected(kept, query), query
        matched += len(found)
    for filter in filters:
        query = Query(**filter)  # type: ignore[arg-type]  # as above
        facets = await store.products.facets(query, ("category", "tag", "price"))
        assert facets == counted([listing for listing in kept if listing.product.id in expected(kept, query)]), query
    print(f"{len(filters) * len(SORTS)} queries matched {matched} products")
    assert matched > 1_000


@on_every_store("product")
async def test_words_in_the_name_come_before_words_elsewhere(store: ProductStore) -> None:
    await store.products.add(a_product(1, name="Zinc boot"), units=0)
    await store.products.add(a_product(2, name="Apron", description="Worn with a boot of zinc."), units=0)
    await store.products.add(a_product(3, name="Boot polish", description="For zinc."), units=0)
    await store.products.add(a_product(4, name="Boot", description="Brown."), units=0)
    for limit in (1, 2, 3):
        found = await every(store.products, Query(words=("boot", "zinc"), sort="relevance"), limit=limit)
        assert ids(found) == [an_id(1), an_id(2), an_id(3)]


@on_every_store("product")
async def test_without_words_relevance_is_the_newest_first(store: ProductStore) -> None:
    for number in (1, 2, 3):
        await store.products.add(a_product(number), units=0)
    page = await store.products.search(Query(sort="relevance"), limit=2, after=None)
    assert ids(list(page.items)) == [an_id(3), an_id(2)]
    assert page.next == Cursor(order="-created_at", key=(an_id(2),))


@on_every_store("product")
async def test_a_listing_tells_the_stock_as_it_is(store: ProductStore) -> None:
    await store.products.add(a_product(), units=1)
    await store.stocks.take(an_id(1), an_id(100), quantity=1)
    (listing,) = await every(store.products, Query())
    assert listing == Listing(product=a_product(), available=0, stock_revision=2)
    assert await every(store.products, Query(in_stock=True)) == []
    await store.stocks.release(an_id(1), an_id(100), at=NOW)
    assert ids(await every(store.products, Query(in_stock=True))) == [an_id(1)]


@on_every_store("product")
async def test_a_changed_product_is_found_by_what_it_is_now(store: ProductStore) -> None:
    await store.products.add(a_product(name="Boot", category="Shoes", tags=("old",), price=5), units=1)
    changed = replace(a_product(name="Hat", category="Hats", tags=("new",), price=6), version=2)
    await store.products.save(changed)
    for gone in (Query(words=("boot",)), Query(category="Shoes"), Query(tags=("old",)), Query(max_price=5)):
        assert await every(store.products, gone) == []
    for there in (Query(words=("hat",)), Query(category="Hats"), Query(tags=("new",)), Query(min_price=6)):
        assert ids(await every(store.products, there)) == [an_id(1)]


@on_every_store("product")
async def test_an_archived_product_is_found_again_when_it_is_active_again(store: ProductStore) -> None:
    await store.products.add(a_product(), units=1)
    archived = a_product().archived(at=LATER)
    await store.products.save(archived)
    assert await every(store.products, Query()) == []
    assert await store.products.categories() == ()
    await store.products.save(replace(archived, status="active", version=3))
    assert ids(await every(store.products, Query(in_stock=True))) == [an_id(1)]


@on_every_store("product")
async def test_pages_lose_nothing_and_repeat_nothing_while_products_come_and_go(store: ProductStore) -> None:
    """What is added has names, prices and ids before, between and behind those that are there all the while."""
    for round, sort in enumerate(SORTS):
        query = Query(words=("boot",) if sort == "relevance" else (), sort=sort, category=f"Round {round}")
        choose = random.Random(round)
        base = 1_000 * (round + 1)
        stay = [
            a_product(base + n * 10, name=f"Boot {n % 3}", price=n % 4, category=f"Round {round}") for n in range(1, 10)
        ]
        for product in stay:
            await store.products.add(product, units=0)
        met: list[str] = []
        after: Cursor | None = None
        come: list[Product] = []
        for step in range(20):
            page = await store.products.search(query, limit=2, after=after)
            met += ids(list(page.items))
            after = page.next
            if after is None:
                break
            number = base + choose.choice([1, 45, 99]) + step % 4
            if number not in [int(product.details.sku.split("-")[1]) for product in come]:
                come.append(a_product(number, name=f"Boot {step % 4}", price=step % 5, category=f"Round {round}"))
                await store.products.add(come[-1], units=0)
            if step % 2:
                gone = choose.choice(come)
                if (await store.products.get(gone.id)).product.status == "active":
                    await store.products.save(gone.archived(at=LATER))
        assert len(met) == len(set(met))
        assert {product.id for product in stay} <= set(met)


@on_every_store("product")
async def test_a_cursor_of_another_list_is_refused(store: ProductStore) -> None:
    await store.products.add(a_product(), units=0)
    forged: list[tuple[Query, Cursor]] = [
        (Query(sort="name"), Cursor(order="-name", key=("a", an_id(1)))),
        (Query(sort="name"), Cursor(order="name", key=(an_id(1),))),
        (Query(sort="name"), Cursor(order="name", key=(1, an_id(1)))),
        (Query(sort="name"), Cursor(order="name", key=("\ud800", an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(True, an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(10**30, an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(-1, an_id(1)))),
        (Query(sort="relevance"), Cursor(order="relevance", key=(0, "a", an_id(1)))),
    ]
    for query, cursor in forged:
        with pytest.raises(CursorInvalid):
            await store.products.search(query, limit=1, after=cursor)


@on_every_store("product")
async def test_facets_that_are_not_asked_for_are_not_counted(store: ProductStore) -> None:
    await store.products.add(a_product(price=4_900), units=0)
    assert await store.products.facets(Query(), ()) == Facets()
    band = PriceBand(min=2_500, max=4_999, count=1)
    assert await store.products.facets(Query(), ["price"]) == Facets(price=(band,))
    assert await store.products.facets(Query(words=("nowhere",)), ["tag"]) == Facets(tag=())


@on_every_store("product")
async def test_a_facet_has_a_hundred_values_at_most(store: ProductStore) -> None:
    tags = [f"tag {number:03}" for number in range(120)]
    for number in range(6):
        await store.products.add(a_product(number, tags=tuple(tags[number * 20 : number * 20 + 20])), units=0)
    await store.products.add(a_product(7, tags=("tag 119",)), units=0)
    facets = await store.products.facets(Query(), ["tag"])
    assert facets.tag is not None
    assert [count.value for count in facets.tag] == ["tag 119", *tags[:99]]


@on_every_store("product")
async def test_categories_are_those_of_active_products_by_name(store: ProductStore) -> None:
    for number, category in enumerate(("Shoes", "Hats", "Shoes", "Éclairs", "Gone")):
        await store.products.add(a_product(number, category=category), units=0)
    await store.products.save(a_product(4, category="Gone").archived(at=LATER))
    assert await store.products.categories() == (
        Count(value="Hats", count=1),
        Count(value="Shoes", count=2),
        Count(value="Éclairs", count=1),
    )
