"""What is special about searches in memory: what a page costs, and what is kept for it."""

import random
from collections.abc import Callable

import pytest

from adapters.outbound.memory.product import MemoryProducts, Shelf
from adapters.outbound.memory.product_index import ProductIndex
from core.product.model import IN_NAME, Query, Sort
from core.shared.paging import Cursor
from tests.adapters.contracts.naive_search import words
from tests.builders import a_product, an_entry, an_id, kept

LIMIT = 20


async def filled(number: int) -> Shelf:
    """A catalogue of constant proportions: whatever is a tenth of a small one is a tenth of a large one."""
    shelf = Shelf()
    products = MemoryProducts(shelf)
    choose = random.Random(number)
    for index in range(number):
        entry = an_entry(
            index,
            name=" ".join(choose.sample(["red", "boots", "walking", "hat", "wool"], k=2)),
            description=choose.choice(["", "For boots.", "Red for walks."]),
            category=choose.choice("ABCD"),
            tags=tuple(choose.sample("xyz", k=1)),
            price=choose.randrange(10_000),
        )
        await products.add(entry, units=choose.choice([0, 1]))
    return shelf


QUERIES: dict[str, Query] = {
    "everything": Query(),
    "a word": Query(words=words("boots"), sort="relevance"),
    "words": Query(words=words("red boo"), sort="relevance"),
    "a word by price": Query(words=words("boots"), sort="-price", min_price=2_000, max_price=8_000),
    "a category": Query(category="B", sort="name", in_stock=True),
    "word and filters": Query(words=words("walks"), category="C", tags=("y",), in_stock=True, sort="created_at"),
}


async def cost(shelf: Shelf, query: Query, *, page: int) -> float:
    """How many places were examined for each product on that page of a search."""
    products = MemoryProducts(shelf)
    after: Cursor | None = None
    for _ in range(page - 1):
        after = (await products.search(query, limit=LIMIT, after=after)).next
        assert after is not None
    before = shelf.index.examined
    listed = (await products.search(query, limit=LIMIT, after=after)).items
    return (shelf.index.examined - before) / len(listed)


async def test_a_page_costs_no_more_in_a_large_catalogue_nor_further_down(figure: Callable[[str], None]) -> None:
    small, large = await filled(2_000), await filled(8_000)
    for name, query in QUERIES.items():
        costs = [
            sum([await cost(shelf, query, page=first + further) for further in range(3)]) / 3
            for shelf, first in ((small, 1), (large, 1), (large, 5))
        ]
        figure(f"memory examines for each product listed, {name}: {costs[0]:.1f}, {costs[1]:.1f} of four times as many")
        assert max(costs[1:]) < 1.5 * costs[0] + 1, name
        assert max(costs) < 40, name


async def test_where_a_tier_ends_its_products_are_not_looked_at_again_for_the_next() -> None:
    shelf = Shelf()
    products = MemoryProducts(shelf)
    for number in range(2_000):
        await products.add(an_entry(number, name=f"Boots {number:04}", description="For boots."), units=1)
    query = Query(words=words("boots"), sort="relevance")
    end = Cursor(order="relevance", key=(IN_NAME, "boots 1989", an_id(1_989)))
    page = await products.search(query, limit=LIMIT, after=end)
    assert (len(page.items), page.next) == (10, None)
    assert shelf.index.examined <= 2 * 10  # each by the stem and by the beginning


async def test_every_place_that_is_examined_counts() -> None:
    shelf = await filled(2_000)
    before = shelf.index.examined
    assert shelf.index.search(Query(words=words("nothing"), sort="name"), count=5, behind=None) == []
    assert shelf.index.examined == before
    page = await MemoryProducts(shelf).search(Query(sort="name"), limit=2_000, after=None)
    assert shelf.index.examined - before == len(page.items) == 2_000


async def test_what_is_kept_for_searches_goes_with_the_products() -> None:
    shelf = await filled(200)
    products = MemoryProducts(shelf)
    sorts: tuple[Sort, ...] = ("name", "price", "created_at")
    for query in (*QUERIES.values(), *(Query(words=words("boots"), sort=sort) for sort in sorts)):
        await products.search(query, limit=5, after=None)
    lists = kept_places(shelf.index)
    for query in QUERIES.values():
        await products.search(query, limit=7, after=None)
    await products.search(Query(words=words("unheard of"), category="None", tags=("none",)), limit=5, after=None)
    assert kept_places(shelf.index) == lists
    assert all(places <= 3 * ids for ids, places in lists.values())
    for listing in await products.get_many([an_id(number) for number in range(200)]):
        await products.save(kept(listing.product.archived(at=listing.product.created_at)))
    assert kept_places(shelf.index) == {("all", ""): (0, 0)}


def kept_places(index: ProductIndex) -> dict[tuple[str, str], tuple[int, int]]:
    """By term, how many products have it, and how many places all of its lists have."""
    terms = [index._all, *(term for terms in index._terms.values() for term in terms.values())]
    return {(term.kind, term.value): (len(term.ids), sum(map(len, term.lists.values()))) for term in terms}


@pytest.mark.parametrize("again", [False, True])
async def test_lists_are_kept_up_once_they_are_made(again: bool) -> None:
    """Whether a search came before the change or not, it lists the same after it."""
    shelf = Shelf()
    products = MemoryProducts(shelf)
    query = Query(words=words("boots"), sort="name")
    await products.add(an_entry(1, name="Boots B"), units=1)
    if again:
        await products.search(query, limit=5, after=None)
    await products.add(an_entry(2, name="Boots A"), units=1)
    await products.add(an_entry(3, name="Boots C"), units=1)
    await products.save(kept(a_product(3, name="Boots C").archived(at=a_product(3).created_at)))
    page = await products.search(query, limit=5, after=None)
    assert [listing.product.id for listing in page.items] == [an_id(2), an_id(1)]
