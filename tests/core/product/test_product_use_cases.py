"""What can be done with the catalogue and its stock, over a store in memory."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.outbound.memory.product import MemoryProductStore
from core.product.errors import (
    HoldClosed,
    HoldInvalid,
    OutOfStock,
    ProductInvalid,
    ProductNotFound,
    QueryInvalid,
    Shortage,
    SkuTaken,
)
from core.product.model import IN_NAME, UNITS_MAX, Changes, Count, Facets, Line, Listing, Query, query_words
from core.product.use_cases import HOLD_LINES_MAX, ProductUseCases
from core.shared.errors import IdempotencyKeyReused, VersionStale
from core.shared.paging import Cursor, CursorInvalid, Page
from tests.builders import an_id, details
from tests.fakes import FixedClock, PlainStemmer, SequentialIds


class Shop:
    """The product service's use cases, and what they stand on."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.new_id = SequentialIds(self.clock)
        store = MemoryProductStore()
        self.can = ProductUseCases.over(
            products=store.products,
            stocks=store.stocks,
            stemmer=PlainStemmer(),
            clock=self.clock,
            new_id=self.new_id,
            currency="USD",
        )

    async def sell(self, sku: str = "BOOT-1", *, units: int = 10, **changes: Any) -> Listing:
        return await self.can.add_product(details=details(sku=sku, **changes), units=units)

    async def available(self, product_id: str) -> int:
        return (await self.can.get_product(product_id=product_id)).available


def line(listing: Listing, quantity: int) -> Line:
    return Line(product_id=listing.product.id, quantity=quantity)


async def test_a_new_product_is_on_sale() -> None:
    shop = Shop()
    added = await shop.sell(units=3)
    assert (added.product.version, added.product.status, added.available, added.in_stock) == (1, "active", 3, True)
    assert added.product.created_at == added.product.updated_at == shop.clock.now()
    assert await shop.can.get_product(product_id=added.product.id) == added
    assert await shop.can.get_products(product_ids=[an_id(99), added.product.id]) == (added,)
    assert await shop.can.list_categories() == (Count(value="Shoes", count=1),)


async def test_a_new_product_is_checked() -> None:
    shop = Shop()
    await shop.sell()
    with pytest.raises(SkuTaken):
        await shop.sell()
    with pytest.raises(ProductInvalid):
        await shop.sell("NEW", name="")
    for units in (-1, UNITS_MAX + 1):
        with pytest.raises(ProductInvalid):
            await shop.sell("NEW", units=units)


async def test_a_product_is_described_anew_changed_and_archived_at_its_version() -> None:
    shop = Shop()
    id = (await shop.sell()).product.id
    shop.clock.advance(1)
    replaced = await shop.can.replace_product(product_id=id, version=1, details=details(sku="NEW"))
    assert (replaced.product.version, replaced.product.details.sku) == (2, "NEW")
    assert replaced.product.updated_at == shop.clock.now() > replaced.product.created_at
    changed = await shop.can.change_product(product_id=id, version=2, changes=Changes(name="Boots"))
    assert (changed.product.version, changed.product.details.name) == (3, "Boots")
    await shop.can.archive_product(product_id=id, version=3)
    await shop.can.archive_product(product_id=id, version=4)
    archived = (await shop.can.get_product(product_id=id)).product
    assert (archived.status, archived.version) == ("archived", 4)


async def test_another_version_than_the_present_is_stale() -> None:
    shop = Shop()
    id = (await shop.sell()).product.id
    for version in (0, 2):
        with pytest.raises(VersionStale):
            await shop.can.replace_product(product_id=id, version=version, details=details())
        with pytest.raises(VersionStale):
            await shop.can.change_product(product_id=id, version=version, changes=Changes())
        with pytest.raises(VersionStale):
            await shop.can.archive_product(product_id=id, version=version)


async def test_an_unknown_product_is_not_found() -> None:
    shop = Shop()
    with pytest.raises(ProductNotFound):
        await shop.can.get_product(product_id=an_id(1))
    with pytest.raises(ProductNotFound):
        await shop.can.archive_product(product_id=an_id(1), version=1)
    with pytest.raises(ProductNotFound):
        await shop.can.adjust_stock(product_id=an_id(1), delta=1, reason="found", by="admin")


async def test_a_search_with_words_is_by_relevance_and_without_by_age() -> None:
    shop = Shop()
    polish = await shop.sell("POLISH", name="Polish", description="For boots.")
    boots = await shop.sell("BOOTS", name="Zebra boots")
    found, facets = await shop.can.search_products(text=" BOOTS ", limit=10, after=None)
    assert (found.items, facets) == ((boots, polish), None)
    newest, _ = await shop.can.search_products(limit=1, after=None)
    assert newest.items == (boots,)
    oldest, _ = await shop.can.search_products(limit=1, after=newest.next)
    assert oldest == Page(items=(polish,), next=None)


async def test_a_search_counts_what_it_is_asked_to() -> None:
    shop = Shop()
    await shop.sell()
    _, facets = await shop.can.search_products(facets=["category"], limit=10, after=None)
    assert facets == Facets(category=(Count(value="Shoes", count=1),))
    nothing = await shop.can.search_products(text="***", facets=["tag"], limit=10, after=None)
    assert nothing == (Page(items=(), next=None), Facets(tag=()))


async def test_a_search_that_cannot_be_is_refused() -> None:
    shop = Shop()
    with pytest.raises(QueryInvalid):
        await shop.can.search_products(text="b c d e f g h i j k l", limit=10, after=None)
    for price in (-1, 10**19):
        with pytest.raises(QueryInvalid):
            await shop.can.search_products(max_price=price, limit=10, after=None)
    with pytest.raises(CursorInvalid):
        await shop.can.search_products(limit=10, after=Cursor(order="name", key=("a", an_id(1))))


async def test_a_place_in_a_list_is_the_products_own() -> None:
    product = (await Shop().sell(name="Red boots")).product
    words = query_words("red", PlainStemmer().stem)
    for query in (Query(sort="name"), Query(sort="-price"), Query(), Query(words=words, sort="relevance")):
        place = query.place(product, IN_NAME)
        assert place[-1] == product.id
        assert query.place_of(Cursor(order=query.order, key=place)) == place


async def test_a_search_finds_other_forms_of_its_words_and_the_beginning_of_its_last() -> None:
    shop = Shop()
    await shop.sell("HAT", name="Hat", description="", tags=())
    boot = await shop.sell("WB", name="Walking boot", description="", tags=())
    for text in ("walk boots", "boots walk", "Walking bo", "WALKS", "boo"):
        page, _ = await shop.can.search_products(text=text, limit=10, after=None)
        assert page.items == (boot,), text


async def test_a_search_for_words_that_say_nothing_finds_what_begins_so() -> None:
    shop = Shop()
    thermos = await shop.sell("THERMOS", name="The Thermos")
    await shop.sell("HAT", name="Hat for the winter", description="For the cold.")
    for text in ("the", "for the"):
        page, _ = await shop.can.search_products(text=text, limit=10, after=None)
        assert page.items == (thermos,), text
    page, _ = await shop.can.search_products(text="the hats", limit=10, after=None)
    assert [listing.product.details.sku for listing in page.items] == ["HAT"]


async def test_a_search_by_relevance_goes_on_with_what_has_some_of_the_words() -> None:
    shop = Shop()
    hat = await shop.sell("HAT", name="Red hat", description="", tags=())
    some = await shop.sell("BOOTS", name="Boots", description="", tags=())
    rest = await shop.sell("POLISH", name="Polish", description="For red boots.", tags=())
    best = await shop.sell("RED", name="Red boots", description="", tags=())
    listed: list[Listing] = []
    after: Cursor | None = None
    while True:
        page, facets = await shop.can.search_products(text="red boots", facets=["tag"], limit=1, after=after)
        assert facets == Facets(tag=())
        listed += page.items
        after = page.next
        if after is None:
            break
    assert listed == [best, rest, some, hat]
    by_name, _ = await shop.can.search_products(text="red boots", sort="name", limit=10, after=None)
    assert by_name.items == (rest, best)


async def test_a_changed_and_an_archived_product_are_found_by_what_they_are() -> None:
    shop = Shop()
    id = (await shop.sell(name="Hat", description="", tags=())).product.id

    async def finds(text: str) -> bool:
        page, _ = await shop.can.search_products(text=text, limit=10, after=None)
        return bool(page.items)

    await shop.can.change_product(product_id=id, version=1, changes=Changes(name="Coats"))
    assert (await finds("hat"), await finds("coat")) == (False, True)
    await shop.can.replace_product(product_id=id, version=2, details=details(name="Gloves", description="", tags=()))
    assert (await finds("coat"), await finds("glove")) == (False, True)
    await shop.can.archive_product(product_id=id, version=3)
    assert not await finds("glove")


async def test_stock_is_adjusted_once_a_key_and_a_key_belongs_to_one_caller() -> None:
    shop = Shop()
    id = (await shop.sell(units=10)).product.id
    adjust = shop.can.adjust_stock
    listing, replayed = await adjust(product_id=id, delta=-3, reason="damaged", by="ann", key="k")
    assert (listing.available, listing.stock_revision, replayed) == (7, 2, False)
    listing, replayed = await adjust(product_id=id, delta=-3, reason="damaged", by="ann", key="k")
    assert (listing.available, replayed) == (7, True)
    with pytest.raises(IdempotencyKeyReused):
        await adjust(product_id=id, delta=-3, reason="lost", by="ann", key="k")
    listing, replayed = await adjust(product_id=id, delta=-3, reason="lost", by="bob", key="k")
    assert (listing.available, replayed) == (4, False)
    for _ in range(2):
        listing, replayed = await adjust(product_id=id, delta=-2, reason="lost", by="bob")
    assert (listing.available, replayed) == (0, False)
    for delta in (0, UNITS_MAX + 1, -UNITS_MAX - 1):
        with pytest.raises(ProductInvalid):
            await adjust(product_id=id, delta=delta, reason="", by="bob")


async def test_a_hold_takes_every_line_once_summed_by_product() -> None:
    shop = Shop()
    boots, hat = await shop.sell("BOOTS"), await shop.sell("HAT")
    order = shop.new_id()
    for _ in range(2):
        await shop.can.take_hold(order_id=order, lines=[line(hat, 1), line(boots, 2), line(boots, 3)])
    assert (await shop.available(boots.product.id), await shop.available(hat.product.id)) == (5, 9)
    for _ in range(2):
        await shop.can.settle_hold(order_id=order, lines=[line(boots, 5), line(hat, 1)])
    stocks = (await shop.can.list_stock(limit=10, after=None)).items
    assert [(stock.sold, stock.available) for stock in stocks] == [(5, 5), (1, 9)]


async def test_a_shortage_names_every_short_line_and_gives_nothing_back() -> None:
    shop = Shop()
    boots, hat, coat = await shop.sell("BOOTS"), await shop.sell("HAT", units=1), await shop.sell("COAT", units=0)
    order, lines = shop.new_id(), [line(coat, 1), line(hat, 2), line(boots, 4)]
    with pytest.raises(OutOfStock) as short:
        await shop.can.take_hold(order_id=order, lines=lines)
    assert short.value.lines == (
        Shortage(product_id=hat.product.id, quantity=2, available=1),
        Shortage(product_id=coat.product.id, quantity=1, available=0),
    )
    assert await shop.available(boots.product.id) == 6
    for _ in range(2):
        await shop.can.release_hold(order_id=order, lines=lines)
    assert await shop.available(boots.product.id) == 10
    with pytest.raises(HoldClosed):
        await shop.can.take_hold(order_id=order, lines=[line(boots, 4)])


async def test_a_hold_comes_within_the_hour_of_its_order() -> None:
    shop = Shop()
    boots = await shop.sell()
    late, early = shop.new_id(), an_id(1, at=shop.clock.now() + timedelta(minutes=2))
    shop.clock.advance(3_600)
    with pytest.raises(HoldClosed):
        await shop.can.take_hold(order_id=late, lines=[line(boots, 1)])
    shop.clock.advance(-3_600)
    with pytest.raises(HoldClosed):
        await shop.can.take_hold(order_id=early, lines=[line(boots, 1)])
    await shop.can.take_hold(order_id=late, lines=[line(boots, 1)])


async def test_a_hold_names_an_order_and_lines_that_can_be_held() -> None:
    shop = Shop()
    boots, order = await shop.sell(), shop.new_id()
    for lines in ([], [line(boots, 0)], [line(boots, UNITS_MAX), line(boots, 1)]):
        with pytest.raises(HoldInvalid):
            await shop.can.take_hold(order_id=order, lines=lines)
    many = [Line(product_id=an_id(number), quantity=1) for number in range(HOLD_LINES_MAX + 1)]
    with pytest.raises(HoldInvalid):
        await shop.can.release_hold(order_id=order, lines=many)
    with pytest.raises(HoldInvalid):
        await shop.can.settle_hold(order_id="order 1", lines=[line(boots, 1)])
    for unknown in ("boots", an_id(99)):
        with pytest.raises(ProductNotFound):
            await shop.can.take_hold(order_id=order, lines=[Line(product_id=unknown, quantity=1)])
