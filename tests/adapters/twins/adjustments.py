"""Stores of stock as one could get them wrong: what is counted in and out by hand."""

import asyncio
from dataclasses import replace
from datetime import datetime

from adapters.outbound.memory.product import MemoryStocks
from core.product.errors import OutOfStock, ProductInvalid
from core.product.model import ADJUSTMENT_REMEMBERED, Adjustment
from core.shared.errors import IdempotencyKeyReused


class LookedBeforeItAdjusted(MemoryStocks):
    """Looks for the key, then lets somebody else pass."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        old = self._stock(product_id)
        stock = old.adjust(delta, key=key, fingerprint=fingerprint, at=at)
        await asyncio.sleep(0)
        self._shelf.keep_stock(stock)
        return stock is not old


class KeyIgnored(MemoryStocks):
    """Adjusts each time that it is asked."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        stock = self._stock(product_id)
        unknown = {each: known for each, known in stock.adjustments.items() if each != key}
        self._shelf.keep_stock(
            replace(stock, adjustments=unknown).adjust(delta, key=key, fingerprint=fingerprint, at=at)
        )
        return True


class KeyForAnything(MemoryStocks):
    """Takes another adjustment under a known key for the one it knows."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        try:
            return await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)
        except IdempotencyKeyReused:
            return False


class KeyForEver(MemoryStocks):
    """Knows a key for longer than a day."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        known = self._stock(product_id).adjustments.get(key)
        if known is not None and known.at == at - ADJUSTMENT_REMEMBERED:
            return False
        return await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)


class KeysOfAllProducts(MemoryStocks):
    """Knows a key of one product from another."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        others = [stock for id, stock in self._shelf.stocks.items() if id != product_id]
        if product_id in self._shelf.stocks and any(key in stock.adjustments for stock in others):
            return False
        return await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)


class AdjustmentsNeverForgotten(MemoryStocks):
    """Lets the keys of adjustments pile up."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        before = self._stock(product_id).adjustments
        changed = await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)
        stock = self._stock(product_id)
        self._shelf.keep_stock(replace(stock, adjustments={**before, **stock.adjustments}))
        return changed


class AdjustedBelowNothing(MemoryStocks):
    """Lets more be counted out than there is."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        try:
            return await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)
        except OutOfStock:
            stock = self._stock(product_id)
            noted = {**stock.adjustments, key: Adjustment(fingerprint=fingerprint, at=at)}
            less = replace(stock, received=stock.received + delta, available=stock.available + delta)
            self._shelf.keep_stock(replace(less, revision=stock.revision + 1, adjustments=noted))
            return True


class HeldCountedOut(MemoryStocks):
    """Lets units be counted out that are held."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        stock = self._stock(product_id)
        free = replace(stock, available=stock.available + stock.held)
        new = free.adjust(delta, key=key, fingerprint=fingerprint, at=at)
        self._shelf.keep_stock(stock if new is free else replace(new, available=new.available - stock.held))
        return new is not free


class NoLargestNumber(MemoryStocks):
    """Swallows the refusal of a number that is too large."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        try:
            return await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)
        except ProductInvalid:
            return False


class ChangedEachTime(MemoryStocks):
    """Says that it adjusted what it had adjusted before."""

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        await super().adjust(product_id, delta=delta, key=key, fingerprint=fingerprint, at=at)
        return True
