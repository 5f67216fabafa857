"""The contract of `core.product.ports.Products`: what searches find and facets count."""

from dataclasses import replace
from itertools import product as combinations
from typing import Any

from core.product.model import Count, Facets, Listing, PriceBand, Query, QueryWord
from tests.adapters.contracts.naive_search import (
    LATER,
    SORTS,
    counted,
    filled,
    found,
    listed,
    matching,
    queries,
    relevant,
    words,
)
from tests.adapters.stores import ProductStore
from tests.builders import NOW, a_product, an_entry, an_id, kept


async def a_search_lists_what_a_look_at_every_product_finds(store: ProductStore) -> None:
    listings = await filled(store.products, 50, seed=1)
    seen = 0
    for number, query in enumerate(queries(SORTS)):
        answer = await listed(store.products, query, limit=(4, 11, 50)[number % 3])
        assert answer == matching(listings, query), query
        seen += len(answer)
    assert seen > 1_000


async def facets_count_what_the_query_lists(store: ProductStore) -> None:
    listings = await filled(store.products, 50, seed=2)
    for query in queries(("relevance", "price")):
        facets = await store.products.facets(query, ("category", "tag", "price"))
        assert facets == counted(matching(listings, query)), query


async def all_words_in_the_name_come_before_all_anywhere_and_those_before_some(store: ProductStore) -> None:
    for number, name, description in (
        (1, "Zinc walking boots", ""),
        (2, "Apron", "Worn for walks with a boot of zinc."),
        (3, "Boot polish", "For walking on zinc."),
        (4, "Zebra boots", "Striped."),
        (5, "Boot", "Brown."),
        (6, "Armband", "For walks."),
        (7, "Zeppelin", "Flies."),
        (8, "Boots for a zinc walk", ""),
    ):
        await store.products.add(an_entry(number, name=name, description=description), units=0)
    for limit in (1, 2, 3, 7, 8):
        assert await found(store.products, relevant("boot walk zinc"), limit=limit) == [
            an_id(number) for number in (8, 1, 2, 3, 6, 5, 4)
        ]


async def in_any_other_order_all_words_must_be_there(store: ProductStore) -> None:
    await store.products.add(an_entry(1, name="Zinc boots"), units=0)
    await store.products.add(an_entry(2, name="Boot"), units=0)
    await store.products.add(an_entry(3, name="Apron", description="Zinc for boots."), units=0)
    for sort in SORTS[1:]:
        query = Query(words=words("boots zinc"), sort=sort)
        assert set(await found(store.products, query, limit=1)) == {an_id(1), an_id(3)}
        facets = await store.products.facets(query, ["category"])
        assert facets.category == (Count(value="Shoes", count=2),)
    facets = await store.products.facets(relevant("boots zinc"), ["category"])
    assert facets.category == (Count(value="Shoes", count=3),)


async def the_last_word_is_found_by_its_stem_or_by_its_beginning_and_once_by_both(store: ProductStore) -> None:
    for number, name, description in (
        (1, "Walking boots", ""),
        (2, "Walkie-talkie", ""),
        (3, "Apron", "For walks."),
        (4, "Belt", "Walkable."),
        (5, "Wallet", ""),
    ):
        await store.products.add(an_entry(number, name=name, description=description), units=0)
    for text, numbers in {
        "walk": [2, 1, 3],
        "walking": [1, 3],
        "walki": [2, 1],
        "wal": [2, 1, 5],
        "boo walk": [3, 2, 1],
        "walk boo": [1, 3],
    }.items():
        for limit in (1, 2, 5):
            assert await found(store.products, relevant(text), limit=limit) == [an_id(number) for number in numbers]


async def terms_are_those_that_were_kept_with_the_product(store: ProductStore) -> None:
    """The store makes none of its own: how words are stemmed is not its business."""
    entry = kept(a_product(name="Boots"))
    await store.products.add(replace(entry, terms=kept(a_product(name="Hats")).terms), units=0)
    assert await found(store.products, relevant("hat")) == [an_id(1)]
    assert await found(store.products, Query(words=(QueryWord(stem="boot"),))) == [an_id(1)]  # by the description
    assert await found(store.products, relevant("leather zzz")) == [an_id(1)]
    again = replace(entry, product=replace(entry.product, version=2), terms=kept(a_product(name="Caps")).terms)
    await store.products.save(again)
    assert await found(store.products, relevant("hat")) == []
    assert await found(store.products, relevant("cap")) == [an_id(1)]


async def words_of_every_script_are_found(store: ProductStore) -> None:
    names = ("Crème brûlée", "ΣΟΦΟΣ", "한국어 사전", "東京タワー", "Привет мир", "x" * 70, "Straße", "🍮 100 %")
    for number, name in enumerate(names, start=1):
        await store.products.add(an_entry(number, name=name, description="", tags=(), category="*"), units=0)
    for text, number in {
        "CREME brulee": 1,
        "brûl": 1,
        "σοφοσ": 2,
        "한국": 3,
        "사전": 3,
        "東京": 4,
        "東京タワー": 4,
        "ПРИВ": 5,
        "x" * 70: 6,
        "x" * 20: 6,
        "STRASSE": 7,
        "100": 8,
    }.items():
        assert await found(store.products, relevant(text)) == [an_id(number)], text


async def category_and_tags_match_to_the_letter(store: ProductStore) -> None:
    for number, word in enumerate(("Shoes", "shoes", "Shoe", "Shoés", "$shoes", "a.b", "Shoes ")):
        await store.products.add(an_entry(number, category=word, tags=(word, "all")), units=0)
        assert await found(store.products, Query(category=word)) == [an_id(number)]
        assert await found(store.products, Query(tags=(word, "all"))) == [an_id(number)]
        assert await found(store.products, Query(tags=(word, "other"))) == []


async def a_listing_tells_the_stock_as_it_is(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=1)
    await store.stocks.take(an_id(1), an_id(100), quantity=1)
    page = await store.products.search(Query(), limit=2, after=None)
    assert page.items == (Listing(product=a_product(), available=0, stock_revision=2),)
    assert await found(store.products, Query(in_stock=True)) == []
    await store.stocks.release(an_id(1), an_id(100), at=NOW)
    assert await found(store.products, Query(in_stock=True)) == [an_id(1)]
    await store.products.save(kept(replace(a_product(), version=2)))
    assert await found(store.products, Query(in_stock=True)) == [an_id(1)]


async def a_changed_product_is_found_by_what_it_is_now(store: ProductStore) -> None:
    await store.products.add(an_entry(name="Boot", description="", category="Shoes", tags=("old",), price=5), units=1)
    before = _by_all(word="boot", category="Shoes", tag="old", price=5)
    for there in before:
        assert await found(store.products, there) == [an_id(1)]
    changed = replace(a_product(name="Hat", description="", category="Hats", tags=("new",), price=6), version=2)
    await store.products.save(kept(changed))
    for gone in before:
        assert await found(store.products, gone) == []
    for there in _by_all(word="hat", category="Hats", tag="new", price=6):
        assert await found(store.products, there) == [an_id(1)]


def _by_all(*, word: str, category: str, tag: str, price: int) -> list[Query]:
    filters: list[dict[str, Any]] = [{"category": category}, {"tags": (tag,)}, {"min_price": price, "max_price": price}]
    filters += [{"words": (QueryWord(stem=word),)}, {"words": (QueryWord(stem="nothing", beginning=word),)}]
    return [Query(**each, sort=sort) for each, sort in combinations(filters, SORTS)]


async def an_archived_product_is_found_again_when_it_is_active_again(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=1)
    archived = a_product().archived(at=LATER)
    await store.products.save(kept(archived))
    for query in (Query(), relevant("boots"), Query(in_stock=True), Query(category="Shoes"), Query(sort="price")):
        assert await found(store.products, query) == []
    assert await store.products.facets(Query(), ["category"]) == Facets(category=())
    assert await store.products.categories() == ()
    await store.products.save(kept(replace(archived, status="active", version=3)))
    assert await found(store.products, Query(in_stock=True)) == [an_id(1)]


async def facets_that_are_not_asked_for_are_not_counted(store: ProductStore) -> None:
    await store.products.add(an_entry(price=4_900), units=0)
    assert await store.products.facets(Query(), ()) == Facets()
    band = PriceBand(min=2_500, max=4_999, count=1)
    assert await store.products.facets(Query(), ["price"]) == Facets(price=(band,))
    assert await store.products.facets(Query(words=words("nowhere")), ["tag"]) == Facets(tag=())


async def a_facet_has_a_hundred_values_at_most(store: ProductStore) -> None:
    tags = [f"tag {number:03}" for number in range(120)]
    for number in range(6):
        await store.products.add(an_entry(number, tags=tuple(tags[number * 20 : number * 20 + 20])), units=0)
    await store.products.add(an_entry(7, tags=("tag 119",)), units=0)
    facets = await store.products.facets(Query(), ["tag"])
    assert facets.tag is not None
    assert [count.value for count in facets.tag] == ["tag 119", *tags[:99]]


async def categories_are_those_of_active_products_by_name(store: ProductStore) -> None:
    for number, category in enumerate(("Shoes", "Hats", "Shoes", "Éclairs", "Gone")):
        await store.products.add(an_entry(number, category=category), units=0)
    await store.products.save(kept(a_product(4, category="Gone").archived(at=LATER)))
    assert await store.products.categories() == (
        Count(value="Hats", count=1),
        Count(value="Shoes", count=2),
        Count(value="Éclairs", count=1),
    )
