"""What is held of a product whose document was kept before that was counted along in it."""

from adapters.outbound.mongo.product import MongoProductStore
from core.product.model import Held
from tests.adapters.stores import in_mongo
from tests.builders import NOW, an_entry, an_id


async def forgotten(store: MongoProductStore) -> None:
    async with store.stocks._collection.use() as products:  # type: ignore[attr-defined]  # a document of old
        await products.update_one({"_id": an_id(1)}, {"$unset": {"stock.held": 1}})


async def test_it_counts_again_from_the_next_change_and_exactly_once_all_was_given_back() -> None:
    async with in_mongo("product") as store:
        await store.products.add(an_entry(), units=9)
        for number in (2, 3):
            await store.stocks.take(an_id(1), an_id(number), quantity=2)
        await forgotten(store)
        assert await store.stocks.held(limit=9) == Held(units=0, holds=0)
        await store.stocks.take(an_id(1), an_id(4), quantity=1)
        assert await store.stocks.held(limit=9) == Held(units=5, holds=1)
        for number in (2, 3, 4):
            await store.stocks.release(an_id(1), an_id(number), at=NOW)
        assert await store.stocks.held(limit=9) == Held(units=0, holds=0)
        await store.stocks.take(an_id(1), an_id(5), quantity=1)
        assert await store.stocks.held(limit=9) == Held(units=1, holds=1)
