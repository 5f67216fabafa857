"""Stores of products as one could get them wrong, apart from their searches."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from adapters.outbound.memory.product import MemoryProducts
from core.product.errors import ProductNotFound, SkuTaken
from core.product.model import Entry, Listing, Stock
from core.shared.errors import ShopError, VersionStale


class IgnoredVersion(MemoryProducts):
    """Keeps whatever version comes last."""

    async def save(self, entry: Entry) -> None:
        self._shelf.product(entry.product.id)
        self._shelf.keep(entry)


class CheckedBefore(MemoryProducts):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, entry: Entry) -> None:
        kept = self._shelf.product(entry.product.id)
        if kept.version != entry.product.version - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        self._shelf.keep(entry)


class AnyLaterVersion(MemoryProducts):
    """Takes every higher version for the next one."""

    async def save(self, entry: Entry) -> None:
        if self._shelf.product(entry.product.id).version >= entry.product.version:
            raise VersionStale("Stale.")
        self._shelf.keep(entry)


class CheckedBeforeInBatches(MemoryProducts):
    """Looks up all versions of a batch first, and writes what was next then."""

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        refused = {}
        kept = self._shelf.products
        versions = {entry.product.id: kept[entry.product.id].version for entry in entries if entry.product.id in kept}
        await asyncio.sleep(0)
        for entry in entries:
            try:
                if versions.get(entry.product.id, entry.product.version - 1) != entry.product.version - 1:
                    raise VersionStale("Stale.")
                self._shelf.product(entry.product.id)
                self._shelf.keep(entry)
            except ShopError as refusal:
                refused[entry.product.id] = refusal
        return refused


class SkuMovesOver(MemoryProducts):
    """Gives a sku to whoever claims it last."""

    async def add(self, entry: Entry, *, units: int) -> None:
        self._shelf.ids_by_sku.pop(entry.product.details.sku, None)
        await super().add(entry, units=units)


class SkuLookedUpBefore(MemoryProducts):
    """Looks whether a sku is free, then lets somebody else pass."""

    async def add(self, entry: Entry, *, units: int) -> None:
        if entry.product.details.sku in self._shelf.ids_by_sku and entry.product.id not in self._shelf.products:
            raise SkuTaken("Taken.")
        await asyncio.sleep(0)
        self._shelf.ids_by_sku.pop(entry.product.details.sku, None)
        await super().add(entry, units=units)


class SkuOfArchivedIsFree(MemoryProducts):
    """Has skus belong to active products alone."""

    async def add(self, entry: Entry, *, units: int) -> None:
        id = self._shelf.ids_by_sku.get(entry.product.details.sku)
        if id is not None and self._shelf.products[id].status == "archived":
            del self._shelf.ids_by_sku[entry.product.details.sku]
        await super().add(entry, units=units)


class SkuNeverFree(MemoryProducts):
    """Remembers a sku for ever."""

    async def save(self, entry: Entry) -> None:
        old = self._shelf.product(entry.product.id).details.sku
        await super().save(entry)
        self._shelf.ids_by_sku.setdefault(old, entry.product.id)


class SkuTakenFirst(MemoryProducts):
    """Tells of a taken sku before it compares versions."""

    async def save(self, entry: Entry) -> None:
        if self._shelf.ids_by_sku.get(entry.product.details.sku, entry.product.id) != entry.product.id:
            raise SkuTaken("Taken.")
        await super().save(entry)


class SkuWithoutCase(MemoryProducts):
    """Finds a sku however its letters are written."""

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        wanted = {sku.lower() for sku in skus}
        return await super().by_skus([sku for sku in self._shelf.ids_by_sku if sku.lower() in wanted])


class ArchivedHaveNoSku(MemoryProducts):
    """Finds only what is active by its sku."""

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        found = await super().by_skus(skus)
        return {sku: listing for sku, listing in found.items() if listing.product.status == "active"}


class AddedOver(MemoryProducts):
    """Takes a known id for a new product, and starts its stock anew."""

    async def add(self, entry: Entry, *, units: int) -> None:
        self._shelf.keep(entry)
        self._shelf.keep_stock(Stock(product_id=entry.product.id, received=units, sold=0, available=units, revision=1))


class KnownIdRaisesSkuTaken(MemoryProducts):
    """Tells the wrong one of two errors."""

    async def add(self, entry: Entry, *, units: int) -> None:
        try:
            await super().add(entry, units=units)
        except VersionStale:
            raise SkuTaken("Taken.") from None


class UnknownIsStale(MemoryProducts):
    """Cannot tell a product that is not there from one that has changed."""

    async def save(self, entry: Entry) -> None:
        try:
            await super().save(entry)
        except ProductNotFound:
            raise VersionStale("Stale.") from None


class StockWrittenBack(MemoryProducts):
    """Reads the stock with the product, and writes it back with it."""

    async def save(self, entry: Entry) -> None:
        stock = self._shelf.stocks.get(entry.product.id)
        await asyncio.sleep(0)
        await super().save(entry)
        if stock is not None:
            self._shelf.keep_stock(stock)


class ChangeCountsAsRevision(MemoryProducts):
    """Counts a change of the product as one of its stock."""

    async def save(self, entry: Entry) -> None:
        await super().save(entry)
        stock = self._shelf.stocks[entry.product.id]
        self._shelf.keep_stock(replace(stock, revision=stock.revision + 1))


class CallersOwnAttributes(MemoryProducts):
    """Keeps what the caller may change."""

    async def add(self, entry: Entry, *, units: int) -> None:
        await super().add(entry, units=units)
        self._shelf.products[entry.product.id] = entry.product


class FieldForgotten(MemoryProducts):
    """Loses a field on the way."""

    async def add(self, entry: Entry, *, units: int) -> None:
        bare = replace(entry.product, details=replace(entry.product.details, images=()))
        await super().add(replace(entry, product=bare), units=units)


class NaiveTimes(MemoryProducts):
    """Reads times without their zone."""

    async def get(self, id: str) -> Listing:
        listing = await super().get(id)
        naive = listing.product.updated_at.replace(tzinfo=None)
        return replace(listing, product=replace(listing.product, updated_at=naive))


class WholeSeconds(MemoryProducts):
    """Keeps times to the second."""

    async def get(self, id: str) -> Listing:
        listing = await super().get(id)
        return replace(
            listing, product=replace(listing.product, created_at=listing.product.created_at.replace(microsecond=0))
        )


class ManyInOrderOfIds(MemoryProducts):
    """Answers in the order of its index."""

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return await super().get_many(sorted(ids))


class ManyAsOftenAsAsked(MemoryProducts):
    """Tells a product as often as its id is named."""

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return tuple(self._shelf.listing(id) for id in ids if id in self._shelf.products)


class ManyActiveOnly(MemoryProducts):
    """Leaves archived products out, of which orders still tell."""

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return tuple(listing for listing in await super().get_many(ids) if listing.product.status == "active")


class ManyOrNone(MemoryProducts):
    """Raises where one of many is unknown."""

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return tuple([await self.get(id) for id in dict.fromkeys(ids)])


class BatchStopsAtRefusal(MemoryProducts):
    """Tries none behind the first of a batch that is refused."""

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        for entry, units in entries:
            try:
                await self.add(entry, units=units)
            except ShopError as refusal:
                return {entry.product.id: refusal}
        return {}


class BatchRefusesSilently(MemoryProducts):
    """Tells nobody what it refused."""

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        for entry in entries:
            with suppress(ShopError):
                await self.save(entry)
        return {}


class BatchRaises(MemoryProducts):
    """Raises the first refusal, as `save` does."""

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        for entry in entries:
            await self.save(entry)
        return {}


class BatchWithOneReason(MemoryProducts):
    """Takes every refusal of a batch for a taken sku."""

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        return {id: SkuTaken("Taken.") for id in await super().add_many(entries)}


class BatchWithoutUnits(MemoryProducts):
    """Starts every product of a batch with nothing."""

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        return await super().add_many([(entry, 0) for entry, _ in entries])


class BatchKeepsNoneOfEqualSkus(MemoryProducts):
    """Refuses both of two that want one sku, though one could have it."""

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        skus = [entry.product.details.sku for entry, _ in entries]
        rivals = {entry.product.id for entry, _ in entries if skus.count(entry.product.details.sku) > 1}
        refused = await super().add_many([each for each in entries if each[0].product.id not in rivals])
        return {**refused, **{id: SkuTaken("Taken.") for id in rivals}}
