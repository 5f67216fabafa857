"""Bringing a whole catalogue in: new products, known ones described anew, and lines that cannot be kept."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.outbound.memory.product import MemoryProducts, MemoryProductStore
from core.product.model import UNITS_MAX, Changes, Entry, Listing
from core.product.use_cases import BATCH, BATCH_TEXT, FAILURES_MAX, Failure, Imported, ProductUseCases, Row
from core.shared.errors import ShopError, Unavailable
from core.shared.money import Money
from tests.builders import details, usd
from tests.fakes import FixedClock, PlainStemmer, SequentialIds

Step = Callable[["Shop"], Awaitable[None]]


class Shop:
    """A product service of which something may happen each time right after an import has looked its skus up."""

    def __init__(self, *meanwhile: Step) -> None:
        self.clock = FixedClock()
        store = MemoryProductStore()
        self.products = Watched(store.products, self, meanwhile)
        self.can = ProductUseCases.over(
            products=self.products,
            stocks=store.stocks,
            stemmer=PlainStemmer(),
            clock=self.clock,
            new_id=SequentialIds(self.clock),
            currency="USD",
        )

    async def import_(self, *rows: Row | Failure) -> Imported:
        return await self.can.import_products(rows=one_by_one(rows))

    async def by_sku(self, *skus: str) -> list[Listing]:
        found = await self.products.by_skus(skus, quietly=True)
        return [found[sku] for sku in skus]

    async def rename(self, sku: str, name: str) -> None:
        (listing,) = await self.by_sku(sku)
        product = listing.product
        await self.can.change_product(product_id=product.id, version=product.version, changes=Changes(name=name))


class Watched(MemoryProducts):
    """Keeps how many entries came at once."""

    def __init__(self, products: Any, shop: Shop, meanwhile: Collection[Step]) -> None:
        super().__init__(products._shelf)
        self.batches: list[int] = []
        self._shop = shop
        self._meanwhile = list(meanwhile)

    async def by_skus(self, skus: Collection[str], *, quietly: bool = False) -> Mapping[str, Listing]:
        found = await super().by_skus(skus)
        if self._meanwhile and not quietly:
            await self._meanwhile.pop(0)(self._shop)
        return found

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        self.batches.append(len(entries))
        return await super().add_many(entries)


async def one_by_one(rows: Collection[Row | Failure]) -> AsyncIterator[Row | Failure]:
    for row in rows:
        yield row


def row(line: int, sku: str = "", *, units: int = 10, **changes: Any) -> Row:
    return Row(line=line, details=details(sku=sku or f"SKU-{line}", **changes), units=units)


def counts(imported: Imported) -> tuple[int, int, int]:
    return imported.created, imported.updated, len(imported.failed)


async def test_new_products_are_put_on_sale_with_their_units() -> None:
    shop = Shop()
    assert counts(await shop.import_(row(1, "BOOT", units=3), row(2, "HAT", name="Hat"))) == (2, 0, 0)
    boot, hat = await shop.by_sku("BOOT", "HAT")
    assert (boot.available, boot.product.version, boot.product.status) == (3, 1, "active")
    assert (hat.available, hat.product.details.name) == (10, "Hat")
    assert boot.product.created_at == shop.clock.now()


async def test_an_imported_product_is_found_by_its_words() -> None:
    shop = Shop()
    await shop.import_(row(1, "BOOT", name="Walking boots"), row(2, "HAT", name="Hat"))
    await shop.import_(row(1, "BOOT", name="Climbing shoe"))
    for text, skus in (("walk boot", []), ("climb shoes", ["BOOT"]), ("hats", ["HAT"])):
        found, _ = await shop.can.search_products(text=text, sort="name", limit=10, after=None)
        assert [listing.product.details.sku for listing in found.items] == skus


async def test_a_repeated_import_counts_the_same_products_and_makes_no_new_version() -> None:
    shop = Shop()
    rows = [row(line, tags=("b", "a", "b"), attributes={"size": "41"}) for line in range(1, 4)]
    assert counts(await shop.import_(*rows)) == (3, 0, 0)
    first = await shop.by_sku("SKU-1", "SKU-2", "SKU-3")
    shop.clock.advance(60)
    assert counts(await shop.import_(*rows)) == (0, 3, 0)
    assert await shop.by_sku("SKU-1", "SKU-2", "SKU-3") == first


async def test_a_known_product_is_described_anew_and_keeps_its_stock_and_its_id() -> None:
    shop = Shop()
    await shop.import_(row(1, "BOOT", units=3))
    (old,) = await shop.by_sku("BOOT")
    shop.clock.advance(60)
    assert counts(await shop.import_(row(1, "BOOT", units=99, price=1_000, description=""))) == (0, 1, 0)
    (new,) = await shop.by_sku("BOOT")
    assert (new.product.id, new.available, new.stock_revision) == (old.product.id, 3, 1)
    assert (new.product.version, new.product.details.price, new.product.details.description) == (2, usd(1_000), "")
    assert new.product.updated_at == shop.clock.now() > new.product.created_at


async def test_an_archived_product_stays_archived() -> None:
    shop = Shop()
    await shop.import_(row(1, "BOOT"))
    (listing,) = await shop.by_sku("BOOT")
    await shop.can.archive_product(product_id=listing.product.id, version=1)
    assert counts(await shop.import_(row(1, "BOOT", name="Boots of another name"))) == (0, 1, 0)
    (listing,) = await shop.by_sku("BOOT")
    assert (listing.product.status, listing.product.details.name) == ("archived", "Boots of another name")


async def test_of_two_rows_with_one_sku_the_later_wins() -> None:
    shop = Shop()
    imported = await shop.import_(row(1, "BOOT", name="First", units=1), row(2), row(3, "BOOT", name="Last", units=9))
    assert counts(imported) == (2, 1, 0)
    (boot,) = await shop.by_sku("BOOT")
    assert (boot.product.details.name, boot.available) == ("Last", 1)


async def test_two_rows_with_one_sku_make_new_versions_each_time_where_they_differ() -> None:
    shop = Shop()
    rows = row(1, "BOOT", name="First"), row(2, "BOOT", name="Last")
    assert [counts(await shop.import_(*rows)), counts(await shop.import_(*rows))] == [(1, 1, 0), (0, 2, 0)]
    (boot,) = await shop.by_sku("BOOT")
    assert (boot.product.details.name, boot.product.version) == ("Last", 4)


async def test_a_row_that_breaks_a_rule_stops_no_other_and_says_why() -> None:
    shop = Shop()
    imported = await shop.import_(
        row(1),
        row(2, "no spaces"),
        Failure(line=3, message="No JSON."),
        row(4, units=-1),
        row(5, units=UNITS_MAX + 1),
        row(6, name=" "),
        row(7),
    )
    assert counts(imported) == (2, 0, 5)
    assert [failure.line for failure in imported.failed] == [2, 3, 4, 5, 6]
    messages = [failure.message for failure in imported.failed]
    assert messages[1] == "No JSON."
    for message, field in zip(messages, ["sku", "No", "stock", "stock", "name"], strict=True):
        assert message.startswith(field)


async def test_a_price_in_another_currency_is_refused() -> None:
    shop = Shop()
    euros = replace(row(1), details=replace(details(sku="BOOT"), price=Money(amount=1, currency="EUR")))
    imported = await shop.import_(euros, row(2, "BOOT"))
    assert counts(imported) == (1, 0, 1)
    assert imported.failed[0].message.startswith("price.currency")


async def test_a_product_that_somebody_else_made_first_is_described_anew() -> None:
    async def rival(shop: Shop) -> None:
        await shop.can.add_product(details=details(sku="BOOT", name="The rival's"), units=7)

    shop = Shop(rival)
    assert counts(await shop.import_(row(1, "HAT"), row(2, "BOOT", name="Ours", units=1))) == (1, 1, 0)
    (boot,) = await shop.by_sku("BOOT")
    assert (boot.product.details.name, boot.product.version, boot.available) == ("Ours", 2, 7)


async def test_a_product_that_somebody_else_changed_first_is_described_anew() -> None:
    async def rival(shop: Shop) -> None:
        await shop.rename("BOOT", "The rival's")

    shop = Shop()
    await shop.import_(row(1, "BOOT"))
    shop.products._meanwhile = [rival, rival]
    assert counts(await shop.import_(row(1, "BOOT", name="Ours"), row(2, "HAT"))) == (1, 1, 0)
    (boot,) = await shop.by_sku("BOOT")
    assert (boot.product.details.name, boot.product.version) == ("Ours", 4)


async def test_a_row_that_is_always_too_late_fails_and_the_others_are_kept() -> None:
    number = 0

    async def rival(shop: Shop) -> None:
        nonlocal number
        number += 1
        await shop.rename("BOOT", f"The rival's {number}")

    shop = Shop()
    await shop.import_(row(1, "BOOT"))
    shop.products._meanwhile = [rival] * 10
    imported = await shop.import_(row(1, "BOOT", name="Ours"), row(2, "HAT"))
    assert counts(imported) == (1, 0, 1)
    assert (imported.failed[0].line, number) == (1, 3)
    assert "version" in imported.failed[0].message


async def test_failures_are_told_in_the_order_of_lines_and_beyond_a_thousand_counted() -> None:
    shop = Shop()
    bad = [row(line, "no spaces") if line % 2 else Failure(line=line, message="No JSON.") for line in range(1, 1_301)]
    imported = await shop.import_(*bad[:FAILURES_MAX])
    assert [failure.line for failure in imported.failed] == list(range(1, FAILURES_MAX + 1))
    assert imported.more_failed == 0
    imported = await shop.import_(*bad, row(1_301))
    lines = [failure.line for failure in imported.failed]
    assert (len(lines), lines) == (FAILURES_MAX, sorted(lines))
    assert (imported.created, imported.more_failed, imported.last_failed) == (1, 300, 1_300)


async def test_no_more_rows_are_collected_than_are_kept_in_one_go() -> None:
    shop = Shop()
    held = 0

    async def rows() -> AsyncIterator[Row]:
        nonlocal held
        for line in range(1, 1_051):
            held = max(held, line - sum(shop.products.batches))
            yield row(line)

    imported = await shop.can.import_products(rows=rows())
    assert counts(imported) == (1_050, 0, 0)
    assert shop.products.batches == [BATCH] * 5 + [50]
    assert held == BATCH + 1


async def test_rows_with_long_descriptions_are_kept_a_few_at_a_time() -> None:
    shop = Shop()
    long = "x" * (BATCH_TEXT // 10)
    await shop.import_(*(row(line, description=long) for line in range(1, 26)))
    assert shop.products.batches == [10, 10, 5]


async def test_without_rows_nothing_happens() -> None:
    shop = Shop()
    assert await shop.import_() == Imported()
    assert shop.products.batches == []


async def test_what_was_kept_before_the_store_went_away_stays_and_the_import_can_be_repeated() -> None:
    async def nothing(shop: Shop) -> None:
        pass

    async def away(shop: Shop) -> None:
        raise Unavailable("The store does not answer.")

    shop = Shop(nothing, nothing, away)
    rows = [row(line) for line in range(1, 701)]
    with pytest.raises(Unavailable):
        await shop.import_(*rows)
    assert sum(shop.products.batches) == 2 * BATCH
    assert counts(await shop.import_(*rows)) == (700 - 2 * BATCH, 2 * BATCH, 0)
    (listing,) = await shop.by_sku("SKU-1")
    assert listing.product.version == 1
