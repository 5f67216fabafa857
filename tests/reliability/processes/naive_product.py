"""The product service as it is often written: stock is read, reckoned with and written back. `python -m` runs it."""

import asyncio
import signal
import sys

import uvicorn

from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Settings, read
from adapters.bootstrap.web import web_app
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.product import ImportLimits, product_router
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.memory.product import MemoryProductStore, MemoryStocks
from adapters.outbound.snowball.product import SnowballStemmer
from core.product.use_cases import ProductUseCases

ROUND_TRIP = 0.05
"""Seconds to a database and back."""


class ReadThenWritten(MemoryStocks):
    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        stock = self._stock(product_id)
        await asyncio.sleep(ROUND_TRIP)
        self._shelf.keep_stock(stock.take(order_id, quantity))


def app(settings: Settings) -> ShopApp:
    common = Common.of("product", settings)
    peers = Peers.of(common)
    store, users = MemoryProductStore(), peers.channel("user")
    assert isinstance(store.stocks, MemoryStocks)
    use_cases = ProductUseCases.over(
        products=store.products,
        stocks=ReadThenWritten(store.stocks._shelf),
        stemmer=SnowballStemmer(),
        clock=common.clock,
        new_id=common.new_id,
        currency=settings.currency,
    )
    limits = ImportLimits(body_bytes=settings.import_limit_bytes, seconds=10, monotonic=common.clock.monotonic)
    return web_app(
        common,
        product_router(use_cases, limits),
        verifier=common.verifier(HttpKeySource(users)),
        service_verifier=peers.verifier,
        resources=(*common.foundation, users),
    )


if __name__ == "__main__":
    settings = read(Settings)
    assert settings.port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # which uvicorn raises again at its end
    uvicorn.run(app(settings), port=settings.port, log_config=None, access_log=False)
