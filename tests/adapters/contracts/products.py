"""The contract of `core.product.ports.Products`, apart from its searches."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import Changes, Entry, Image, Listing
from core.shared.errors import ShopError, VersionStale
from tests.adapters.stores import ProductStore
from tests.builders import NOW, a_product, a_stock, an_entry, an_id, kept

LATER = NOW + timedelta(minutes=1)


async def a_product_is_read_as_it_was_added(store: ProductStore) -> None:
    product = a_product(
        1,
        name="Crème brûlée — 東京 🍮",
        description="",
        tags=("a.b", "$c", ""),
        price=0,
        attributes={"a.b": "dotted", "$set": "dollar", "": "empty", "nul\0": "\0"},
        images=(Image(url="https://example.com/1", alt=""), Image(url="https://example.com/2", alt="Two")),
    )
    await store.products.add(kept(product), units=7)
    assert await store.products.get(product.id) == Listing(product=product, available=7, stock_revision=1)


async def a_product_and_its_stock_are_made_together(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=7)
    await store.products.add_many([(an_entry(2), 0)])
    stocks = (await store.stocks.list(limit=3, after=None)).items
    assert stocks == (a_stock(7), a_stock(0, product_id=an_id(2)))


async def times_come_back_in_utc_to_the_millisecond(store: ProductStore) -> None:
    for number, millisecond in enumerate((0, 1, 499, 500, 999)):
        at = datetime(2036, 12, 31, 23, 59, 59, millisecond * 1000, tzinfo=UTC)
        later = at + timedelta(milliseconds=1)
        product = a_product(number, at=at)
        await store.products.add(kept(product), units=0)
        await store.products.save(kept(product.archived(at=later)))
        read = (await store.products.get(product.id)).product
        assert (read.created_at, read.updated_at) == (at, later)
        assert read.updated_at.utcoffset() == read.created_at.utcoffset() == timedelta(0)


async def an_unknown_product_is_not_found(store: ProductStore) -> None:
    for id in (an_id(1), "", "no id", "$gt", "a.b"):
        with pytest.raises(ProductNotFound):
            await store.products.get(id)
    with pytest.raises(ProductNotFound):
        await store.products.save(_version(2))


async def what_the_caller_changes_later_is_not_kept(store: ProductStore) -> None:
    attributes = {"colour": "brown"}
    await store.products.add(an_entry(attributes=attributes), units=0)
    attributes["colour"] = "black"
    assert (await store.products.get(an_id(1))).product.details.attributes == {"colour": "brown"}


async def many_are_read_in_the_order_asked_each_once_and_the_unknown_left_out(store: ProductStore) -> None:
    for number in (1, 2, 3):
        await store.products.add(an_entry(number), units=number)
    await store.products.save(kept(a_product(2).archived(at=LATER)))
    found = await store.products.get_many([an_id(3), an_id(9), an_id(2), an_id(3), "no id"])
    assert [(listing.product.id, listing.available) for listing in found] == [(an_id(3), 3), (an_id(2), 2)]
    assert await store.products.get_many([]) == ()


async def products_are_found_by_their_skus_to_the_letter_archived_or_not(store: ProductStore) -> None:
    for number, sku in enumerate(("A", "a", "B/1", "C")):
        await store.products.add(an_entry(number, sku=sku), units=number)
    await store.products.save(kept(a_product(2, sku="B/1").archived(at=LATER)))
    found = await store.products.by_skus(["a", "B/1", "a", "b/1", "D", ""])
    assert found == {"a": await store.products.get(an_id(1)), "B/1": await store.products.get(an_id(2))}
    assert found["B/1"].product.status == "archived"
    assert await store.products.by_skus([]) == {}


async def a_product_is_found_by_the_sku_that_it_has_now(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=0)
    await store.products.save(_version(2, sku="NEW"))
    assert set(await store.products.by_skus(["SKU-1", "NEW"])) == {"NEW"}


async def a_saved_version_replaces_the_one_before_and_leaves_the_stock(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=7)
    await store.stocks.take(an_id(1), an_id(100), quantity=2)
    changed = a_product().changed(
        Changes(name="Boots", amount=1, tags=(), attributes={"colour": None}), currency="USD", at=LATER
    )
    await store.products.save(kept(changed))
    assert await store.products.get(an_id(1)) == Listing(product=changed, available=5, stock_revision=2)
    again = replace(changed, version=3, updated_at=LATER)
    assert await store.products.save_many([kept(again)]) == {}
    assert await store.products.get(an_id(1)) == Listing(product=again, available=5, stock_revision=2)


async def only_the_next_version_can_be_saved(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=0)
    await store.products.save(_version(2))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await store.products.save(_version(version, name="Other"))
    assert (await store.products.get(an_id(1))).product == _version(2).product


async def a_sku_belongs_to_one_product_even_when_it_is_archived(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=0)
    await store.products.save(kept(a_product(1).archived(at=LATER)))
    with pytest.raises(SkuTaken):
        await store.products.add(an_entry(2, sku="SKU-1"), units=0)
    with pytest.raises(ProductNotFound):
        await store.products.get(an_id(2))
    await store.products.add(an_entry(2), units=0)
    with pytest.raises(SkuTaken):
        await store.products.save(_version(2, number=2, sku="SKU-1"))
    assert (await store.products.get(an_id(2))).product == a_product(2)


async def an_id_that_is_known_is_refused_and_nothing_is_forgotten(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=5)
    await store.stocks.take(an_id(1), an_id(100), quantity=2)
    with pytest.raises(VersionStale):
        await store.products.add(an_entry(sku="OTHER"), units=9)
    assert await store.products.get(an_id(1)) == Listing(product=a_product(), available=3, stock_revision=2)
    (stock,) = (await store.stocks.list(limit=2, after=None)).items
    assert set(stock.holds) == {an_id(100)}
    await store.products.add(an_entry(2, sku="OTHER"), units=0)


async def a_stale_version_is_told_before_a_taken_sku(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=0)
    await store.products.add(an_entry(2), units=0)
    with pytest.raises(VersionStale):
        await store.products.save(_version(5, number=2, sku="SKU-1"))


async def a_sku_that_was_given_up_is_free(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=0)
    await store.products.save(_version(2, sku="NEW"))
    await store.products.add(an_entry(2, sku="SKU-1"), units=0)
    await store.products.save(_version(3, sku="NEW"))  # its own is not taken


async def many_are_added_and_those_refused_are_told_by_id(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=1)
    await store.products.add(an_entry(2), units=2)
    refused = await store.products.add_many(
        [
            (an_entry(3), 3),
            (an_entry(4, sku="SKU-1"), 4),
            (an_entry(5), 5),
            (an_entry(2, sku="OTHER"), 6),
            (an_entry(6), 0),
        ]
    )
    assert _kinds(refused) == {an_id(4): SkuTaken, an_id(2): VersionStale}
    found = await store.products.get_many([an_id(number) for number in range(1, 7)])
    assert [(listing.product, listing.available) for listing in found] == [
        (a_product(1), 1),
        (a_product(2), 2),
        (a_product(3), 3),
        (a_product(5), 5),
        (a_product(6), 0),
    ]
    assert await store.products.add_many([]) == {}


async def of_equal_skus_that_are_added_together_one_is_kept(store: ProductStore) -> None:
    refused = await store.products.add_many([(an_entry(number, sku="A"), number) for number in (1, 2, 3)])
    assert set(_kinds(refused).values()) == {SkuTaken}
    (left,) = {an_id(number) for number in (1, 2, 3)} - set(refused)
    found = await store.products.get_many([an_id(number) for number in (1, 2, 3)])
    assert [listing.product.id for listing in found] == [left]
    assert (await store.products.by_skus(["A"]))["A"].product.id == left


async def many_are_saved_and_those_refused_are_told_by_id(store: ProductStore) -> None:
    for number in range(1, 6):
        await store.products.add(an_entry(number), units=number)
    refused = await store.products.save_many(
        [
            _version(2, number=1, name="One"),
            _version(3, number=2, name="Two"),
            _version(2, number=3, sku="SKU-4"),
            _version(2, number=9),
            _version(2, number=5, name="Five"),
        ]
    )
    assert _kinds(refused) == {an_id(2): VersionStale, an_id(3): SkuTaken, an_id(9): ProductNotFound}
    found = await store.products.get_many([an_id(number) for number in range(1, 10)])
    assert [(listing.product.details.name, listing.product.version) for listing in found] == [
        ("One", 2),
        ("Leather boots", 1),
        ("Leather boots", 1),
        ("Leather boots", 1),
        ("Five", 2),
    ]
    assert [listing.available for listing in found] == [1, 2, 3, 4, 5]
    assert await store.products.save_many([]) == {}


async def of_equal_skus_that_are_saved_together_one_is_kept(store: ProductStore) -> None:
    for number in (1, 2):
        await store.products.add(an_entry(number), units=0)
    refused = await store.products.save_many([_version(2, number=number, sku="NEW") for number in (1, 2)])
    assert list(_kinds(refused).values()) == [SkuTaken]
    found = await store.products.get_many([an_id(1), an_id(2)])
    assert sorted((listing.product.version, listing.product.details.sku == "NEW") for listing in found) == [
        (1, False),
        (2, True),
    ]


async def of_many_saved_at_once_one_is_kept(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=0)
    rivals = [_version(2, name=f"Name {number}") for number in range(32)]
    results = await asyncio.gather(*map(store.products.save, rivals), return_exceptions=True)
    assert all(result is None or isinstance(result, VersionStale) for result in results), results
    (saved,) = (entry.product for entry, result in zip(rivals, results, strict=True) if result is None)
    assert (await store.products.get(an_id(1))).product == saved


async def a_product_is_saved_while_its_stock_is_taken_and_neither_is_lost(store: ProductStore) -> None:
    await store.products.add(an_entry(), units=20)

    async def save_all() -> None:
        for version in range(2, 12):
            await store.products.save(_version(version))

    await asyncio.gather(
        save_all(), *(store.stocks.take(an_id(1), an_id(100 + number), quantity=1) for number in range(20))
    )
    assert await store.products.get(an_id(1)) == Listing(product=_version(11).product, available=0, stock_revision=21)


async def of_many_batches_saved_at_once_each_product_is_kept_from_one(store: ProductStore) -> None:
    await store.products.add_many([(an_entry(number), 0) for number in range(5)])
    batches = [[_version(2, number=number, name=f"By {by}") for number in range(5)] for by in range(8)]
    refused = await asyncio.gather(*map(store.products.save_many, batches))
    assert all(set(_kinds(refusals).values()) <= {VersionStale} for refusals in refused)
    for number in range(5):
        (winner,) = (by for by, refusals in enumerate(refused) if an_id(number) not in refusals)
        assert (await store.products.get(an_id(number))).product.details.name == f"By {winner}"


async def of_equal_skus_that_are_added_at_once_one_is_kept(store: ProductStore) -> None:
    async def add(number: int) -> bool:
        try:
            await store.products.add(an_entry(number, sku="A"), units=0)
        except SkuTaken:
            return False
        return True

    added = await asyncio.gather(*(add(number) for number in range(16)))
    assert added.count(True) == 1
    assert (await store.products.by_skus(["A"]))["A"].product.id == an_id(added.index(True))


def _version(version: int, *, number: int = 1, **changes: Any) -> Entry:
    return kept(replace(a_product(number, **changes), version=version))


def _kinds(refused: Mapping[str, ShopError]) -> dict[str, type]:
    return {id: type(refusal) for id, refusal in refused.items()}
