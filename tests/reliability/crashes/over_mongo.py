"""Shops over MongoDB's wire: one database for many shops, one after another, each new and empty."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import Any
from uuid import uuid4

import pymongo

from adapters.outbound.mongo.cart import MongoCartStore
from adapters.outbound.mongo.database import Limits, MongoDatabase
from adapters.outbound.mongo.order import MongoOrderStore
from adapters.outbound.mongo.product import MongoProductStore
from tests.core.order.shop import Shop

Client = pymongo.AsyncMongoClient[dict[str, Any]]
COLLECTIONS = ("orders", "products", "carts")


def kept_in(database: MongoDatabase, shop: Shop) -> Shop:
    """The same shop, as it is seen through a database."""
    seen = copy(shop)
    products: Any = MongoProductStore(database)
    carts: Any = MongoCartStore(database).carts
    seen.orders, seen.products, seen.carts = MongoOrderStore(database).orders, products, carts
    seen.calm = seen.services()
    return seen


class Premises:
    """A database at an address, in which one shop after another is opened, made by `make`."""

    def __init__(self, client: Client, name: str, make: Callable[[], Shop]) -> None:
        self._client = client
        self._make = make
        self.name = name
        self.database = MongoDatabase(client, name, limits=Limits(seconds=30))

    async def new_shop(self) -> Shop:
        for collection in COLLECTIONS:
            await self._client[self.name][collection].delete_many({})
        return kept_in(self.database, self._make())


@asynccontextmanager
async def premises(url: str, make: Callable[[], Shop] = Shop) -> AsyncIterator[Premises]:
    client = Client(url, tz_aware=True)
    place = Premises(client, f"test_{uuid4().hex}", make)
    async with place.database:
        try:
            for collection in COLLECTIONS:
                await place.database.collection(collection).prepare()
            yield place
        finally:
            await client.drop_database(place.name)


@asynccontextmanager
async def seen_through(url: str, name: str) -> AsyncIterator[MongoDatabase]:
    """The database as another process sees it, at another address perhaps."""
    client = Client(url, tz_aware=True)
    async with MongoDatabase(client, name, limits=Limits(seconds=30)) as database:
        for collection in COLLECTIONS:
            await database.collection(collection).prepare()
        yield database
