"""What every store of products keeps: `Products`, apart from its searches."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import Changes, Image, Listing, Product
from core.shared.errors import VersionStale
from tests.adapters.stores import ProductStore, on_every_store
from tests.builders import NOW, a_product, an_id

LATER = NOW + timedelta(minutes=1)
SAVERS = 32


@on_every_store("product")
async def test_a_product_is_read_as_it_was_added(store: ProductStore) -> None:
    product = a_product(
        1,
        name="Crème brûlée — 東京 🍮",
        description="",
        tags=("a.b", "$c", ""),
        price=0,
        attributes={"a.b": "dotted", "$set": "dollar", "": "empty", "nul\0": "\0"},
        images=(Image(url="https://example.com/1", alt=""), Image(url="https://example.com/2", alt="Two")),
    )
    await store.products.add(product, units=7)
    assert await store.products.get(product.id) == Listing(product=product, available=7, stock_revision=1)


@on_every_store("product")
async def test_an_unknown_product_is_not_found(store: ProductStore) -> None:
    for id in (an_id(1), "", "no id", "$gt", "a.b"):
        with pytest.raises(ProductNotFound):
            await store.products.get(id)
    with pytest.raises(ProductNotFound):
        await store.products.save(replace(a_product(), version=2))


@on_every_store("product")
async def test_what_the_caller_changes_later_is_not_kept(store: ProductStore) -> None:
    attributes = {"colour": "brown"}
    await store.products.add(a_product(attributes=attributes), units=0)
    attributes["colour"] = "black"
    assert (await store.products.get(an_id(1))).product.details.attributes == {"colour": "brown"}


@on_every_store("product")
async def test_many_are_read_in_the_order_asked_each_once_and_the_unknown_left_out(store: ProductStore) -> None:
    for number in (1, 2, 3):
        await store.products.add(a_product(number), units=number)
    await store.products.save(a_product(2).archived(at=LATER))
    found = await store.products.get_many([an_id(3), an_id(9), an_id(2), an_id(3), "no id"])
    assert [(listing.product.id, listing.available) for listing in found] == [(an_id(3), 3), (an_id(2), 2)]
    assert await store.products.get_many([]) == ()


@on_every_store("product")
async def test_a_saved_version_replaces_the_one_before_and_leaves_the_stock(store: ProductStore) -> None:
    await store.products.add(a_product(), units=7)
    await store.stocks.take(an_id(1), an_id(100), quantity=2)
    changed = a_product().changed(
        Changes(name="Boots", amount=1, tags=(), attributes={"colour": None}), currency="USD", at=LATER
    )
    await store.products.save(changed)
    assert await store.products.get(an_id(1)) == Listing(product=changed, available=5, stock_revision=2)


@on_every_store("product")
async def test_only_the_next_version_can_be_saved(store: ProductStore) -> None:
    await store.products.add(a_product(), units=0)
    await store.products.save(replace(a_product(), version=2))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await store.products.save(replace(a_product(name="Other"), version=version))
    assert (await store.products.get(an_id(1))).product == replace(a_product(), version=2)


@on_every_store("product")
async def test_a_sku_belongs_to_one_product_even_when_it_is_archived(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=0)
    await store.products.save(a_product(1).archived(at=LATER))
    with pytest.raises(SkuTaken):
        await store.products.add(a_product(2, sku="SKU-1"), units=0)
    with pytest.raises(ProductNotFound):
        await store.products.get(an_id(2))
    await store.products.add(a_product(2), units=0)
    with pytest.raises(SkuTaken):
        await store.products.save(replace(a_product(2, sku="SKU-1"), version=2))
    assert (await store.products.get(an_id(2))).product == a_product(2)


@on_every_store("product")
async def test_an_id_that_is_known_is_refused_and_nothing_is_forgotten(store: ProductStore) -> None:
    await store.products.add(a_product(), units=5)
    await store.stocks.take(an_id(1), an_id(100), quantity=2)
    with pytest.raises(VersionStale):
        await store.products.add(a_product(sku="OTHER"), units=9)
    assert await store.products.get(an_id(1)) == Listing(product=a_product(), available=3, stock_revision=2)
    (stock,) = (await store.stocks.list(limit=2, after=None)).items
    assert set(stock.holds) == {an_id(100)}
    await store.products.add(a_product(2, sku="OTHER"), units=0)


@on_every_store("product")
async def test_a_stale_version_is_told_before_a_taken_sku(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=0)
    await store.products.add(a_product(2), units=0)
    with pytest.raises(VersionStale):
        await store.products.save(replace(a_product(2, sku="SKU-1"), version=5))


@on_every_store("product")
async def test_a_sku_that_was_given_up_is_free(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=0)
    await store.products.save(replace(a_product(1, sku="NEW"), version=2))
    await store.products.add(a_product(2, sku="SKU-1"), units=0)
    await store.products.save(replace(a_product(1, sku="NEW"), version=3))  # its own is not taken


async def accepted(save: Callable[[Product], Awaitable[None]]) -> int:
    """How many were accepted of many different second versions of a product, saved all at once."""

    async def attempt(number: int) -> bool:
        try:
            await save(replace(a_product(name=f"Name {number}"), version=2))
        except VersionStale:
            return False
        return True

    return sum(await asyncio.gather(*(attempt(number) for number in range(SAVERS))))


@on_every_store("product")
async def test_of_many_saved_at_once_one_is_kept(store: ProductStore) -> None:
    await store.products.add(a_product(), units=0)
    assert await accepted(store.products.save) == 1
    assert (await store.products.get(an_id(1))).product.version == 2


async def test_a_store_that_looks_before_it_saves_loses_versions() -> None:
    kept = {an_id(1): a_product()}

    async def save(product: Product) -> None:
        if kept[product.id].version != product.version - 1:
            raise VersionStale("The product has changed.")
        await asyncio.sleep(0)
        kept[product.id] = product

    assert await accepted(save) == SAVERS
