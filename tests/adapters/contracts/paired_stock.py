"""A product's stock in a store beside the model of it: each step is done on both, and must end alike."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from core.product.model import Stock
from core.product.ports import Stocks
from core.shared.errors import ShopError
from tests.adapters.contracts.pages import walked
from tests.adapters.stores import ProductStore
from tests.builders import NOW, a_stock, an_entry, an_id

Step = Callable[[], Awaitable[bool | None]]


class Pair:
    def __init__(self, stocks: Stocks, model: Stock) -> None:
        self._stocks = stocks
        self.model = model

    async def take(self, order_id: str, quantity: int) -> None:
        await self._both(
            partial(self._stocks.take, self.model.product_id, order_id, quantity=quantity),
            lambda stock: stock.take(order_id, quantity),
        )

    async def release(self, order_id: str, *, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.release, self.model.product_id, order_id, at=at),
            lambda stock: stock.release(order_id, at=at),
        )

    async def settle(self, order_id: str, *, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.settle, self.model.product_id, order_id, at=at),
            lambda stock: stock.settle(order_id, at=at),
        )

    async def adjust(self, delta: int, *, key: str, fingerprint: str, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.adjust, self.model.product_id, delta=delta, key=key, fingerprint=fingerprint, at=at),
            lambda stock: stock.adjust(delta, key=key, fingerprint=fingerprint, at=at),
        )

    async def _both(self, on_store: Step, on_model: Callable[[Stock], Stock]) -> None:
        before, expected = self.model, ""
        try:
            self.model = on_model(before)
        except ShopError as refusal:
            expected = _told(refusal)
        try:
            changed = await on_store()
        except ShopError as refusal:
            found = _told(refusal)
        else:
            found = ""
            assert changed in (None, self.model is not before)
        assert found == expected


def _told(refusal: ShopError) -> str:
    return f"{refusal.code}: {refusal.detail} {refusal.facts}"


async def a_pair(store: ProductStore, number: int, *, units: int) -> Pair:
    entry = an_entry(number, name="B", description="", tags=(), category="C")  # few words are quickly indexed
    await store.products.add(entry, units=units)
    return Pair(store.stocks, a_stock(units, product_id=an_id(number)))


async def every_stock(stocks: Stocks, *, limit: int = 100) -> list[Stock]:
    return await walked(lambda after: stocks.list(limit=limit, after=after), limit=limit)


async def stock_of(stocks: Stocks, number: int) -> Stock:
    return next(stock for stock in await every_stock(stocks) if stock.product_id == an_id(number))
