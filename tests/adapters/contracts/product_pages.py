"""The contract of `core.product.ports.Products`: pages, their cursors, and what comes and goes between them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from core.product.model import ANYWHERE, IN_NAME, SOME, Query
from core.shared.paging import Cursor, CursorInvalid
from tests.adapters.contracts.naive_search import LATER, SORTS, found, listed, relevant, words
from tests.adapters.stores import ProductStore
from tests.builders import an_entry, an_id, kept

DESCRIPTIONS = ("For red hats.", "Red.", "")
"""Of a hat, so that some have all of "red hat" in the name, some anywhere, and some only the one or the other."""


async def without_words_relevance_is_the_newest_first(store: ProductStore) -> None:
    for number in (1, 2, 3):
        await store.products.add(an_entry(number), units=0)
    page = await store.products.search(Query(sort="relevance"), limit=2, after=None)
    assert [listing.product.id for listing in page.items] == [an_id(3), an_id(2)]
    assert page.next == Cursor(order="-created_at", key=(an_id(2),))


async def a_cursor_names_the_order_and_the_place_of_the_last_product(store: ProductStore) -> None:
    names = ("Réd hat", "Red hats", "Hat", "Hat box", "Red", "Red cap")
    for number, name in enumerate(names):
        description = "Red." if name == "Hat box" else ""
        entry = an_entry(number, name=name, description=description, price=100 + number, tags=(), category="*")
        await store.products.add(entry, units=0)
    for sort in SORTS:
        query = Query(words=words("red hat"), sort=sort)
        everything = await listed(store.products, query, limit=10)
        for count in range(1, len(everything)):
            page = await store.products.search(query, limit=count, after=None)
            last = everything[count - 1].product
            tier = query.tier(kept(last).terms)
            assert tier is not None
            assert page.next == Cursor(order=sort, key=query.place(last, tier))
            rest = await store.products.search(query, limit=10, after=page.next)
            assert (*page.items, *rest.items) == tuple(everything)
            assert rest.next is None


async def pages_cross_the_borders_of_tiers(store: ProductStore) -> None:
    """Three products in each tier, of which no two tiers are parted by their names."""
    expected: dict[int, list[str]] = {IN_NAME: [], ANYWHERE: [], SOME: []}
    for number, (tier, letter) in enumerate((tier, letter) for tier in expected for letter in "abc"):
        name = f"{letter} red hat" if tier == IN_NAME else f"{letter} hat"
        description = "Red." if tier == ANYWHERE else "Blue."
        entry = an_entry(number, name=name, description=description, tags=(), category="*")
        await store.products.add(entry, units=0)
        expected[tier].append(an_id(number))
    for limit in range(1, 10):
        everything = [id for ids in expected.values() for id in ids]
        assert await found(store.products, relevant("red hat"), limit=limit) == everything
    within = Cursor(order="relevance", key=(ANYWHERE, "b hat", an_id(4)))
    page = await store.products.search(relevant("red hat"), limit=9, after=within)
    assert [listing.product.id for listing in page.items] == [an_id(5), *expected[SOME]]


async def a_page_starts_behind_a_product_that_is_gone(store: ProductStore) -> None:
    for number in (1, 2, 3, 4):
        await store.products.add(an_entry(number, name=f"Hat {number}", price=number), units=0)
    for sort in SORTS:
        query = Query(words=words("hat"), sort=sort)
        page = await store.products.search(query, limit=2, after=None)
        last = page.items[-1].product
        await store.products.save(kept(replace(last, status="archived", version=last.version + 1)))
        rest = await store.products.search(query, limit=3, after=page.next)
        assert len(rest.items) == 2, sort
        assert not {each.product.id for each in rest.items} & {each.product.id for each in page.items}
        await store.products.save(kept(replace(last, version=last.version + 2)))


async def products_of_one_name_and_price_are_parted_by_id(store: ProductStore) -> None:
    for number in (3, 1, 5, 2, 4):
        await store.products.add(an_entry(number, name="Hat", price=5), units=0)
    for sort in SORTS:
        for limit in (1, 2, 5):
            ids = [an_id(number) for number in range(1, 6)]
            query = Query(words=words("hat"), sort=sort)
            assert await found(store.products, query, limit=limit) == (ids[::-1] if sort[0] == "-" else ids)


async def pages_lose_nothing_and_repeat_nothing_while_products_come_and_go(store: ProductStore) -> None:
    """What is added has names, prices, ids and tiers before, between and behind those that are there all the while."""
    for round, sort in enumerate(SORTS):
        text = "red hat" if sort in ("relevance", "name") else ""
        query = Query(words=words(text), sort=sort, category=f"Round {round}")
        choose = random.Random(round)
        base = 1_000 * (round + 1)
        stay = {an_id(base + number * 10) for number in range(1, 10)}
        for number in range(1, 10):
            await _add(store, base + number * 10, round, sort)
        come: list[int] = []
        met: list[str] = []
        after: Cursor | None = None
        for step in range(25):
            page = await store.products.search(query, limit=2, after=after)
            met += [listing.product.id for listing in page.items]
            after = page.next
            if after is None:
                break
            number = base + choose.choice([1, 45, 99]) + step % 4
            if number not in come:
                come.append(number)
                await _add(store, number, round, sort)
            if step % 2:
                gone = (await store.products.get(an_id(choose.choice(come)))).product
                if gone.status == "active":
                    await store.products.save(kept(gone.archived(at=LATER)))
        assert after is None
        assert len(met) == len(set(met)), sort
        assert stay <= set(met), sort


async def _add(store: ProductStore, number: int, round: int, sort: str) -> None:
    """Of a name search every product has all the words, of one by relevance three tiers of them."""
    name = f"Hat {number % 3}" if sort == "relevance" and number % 4 else f"Red hat {number % 3}"
    description = DESCRIPTIONS[number % 3]
    entry = an_entry(number, name=name, description=description, price=number % 4, category=f"Round {round}")
    await store.products.add(entry, units=0)


async def a_cursor_of_another_list_is_refused(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=0)
    words_by_name = Query(words=words("boots"), sort="relevance")
    forged: Sequence[tuple[Query, Cursor]] = (
        (Query(sort="name"), Cursor(order="-name", key=("a", an_id(1)))),
        (Query(sort="name"), Cursor(order="name", key=(an_id(1),))),
        (Query(sort="name"), Cursor(order="name", key=(1, an_id(1)))),
        (Query(sort="name"), Cursor(order="name", key=("\ud800", an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(True, an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(10**30, an_id(1)))),
        (Query(sort="price"), Cursor(order="price", key=(-1, an_id(1)))),
        (Query(sort="relevance"), Cursor(order="relevance", key=(0, "a", an_id(1)))),
        (words_by_name, Cursor(order="name", key=("a", an_id(1)))),
        (words_by_name, Cursor(order="relevance", key=("a", an_id(1)))),
    )
    for query, cursor in forged:
        with pytest.raises(CursorInvalid):
            await store.products.search(query, limit=1, after=cursor)


async def a_cursor_of_every_order_is_refused_by_every_other(store: ProductStore) -> None:
    for number in (1, 2):
        await store.products.add(an_entry(number), units=0)
    queries = [Query(words=words("boots"), sort=sort) for sort in SORTS]
    for query, other in permutations(queries, 2):
        page = await store.products.search(other, limit=1, after=None)
        assert page.next is not None
        with pytest.raises(CursorInvalid):
            await store.products.search(query, limit=1, after=page.next)
