"""The watch over what is asked of MongoDB bites: see `tests/adapters/served.py`."""

from typing import Any

import pymongo
import pytest

from tests.adapters.served import Commands, Filter, Keys, served
from tests.adapters.stores import in_mongo
from tests.database import mongo_url


async def test_a_careless_write_is_noticed() -> None:
    commands = Commands()
    client = pymongo.AsyncMongoClient[dict[str, Any]](mongo_url(), event_listeners=[commands])
    async with client:
        await client["test_careless"]["products"].insert_one({"_id": "1"})
        await client.drop_database("test_careless")
    with pytest.raises(AssertionError, match="not durable"):
        commands.check()


async def test_a_query_without_an_index_is_noticed() -> None:
    async def look_at_all() -> None:
        async with in_mongo("product") as store, store.products._collection.use() as products:
            await products.find({"description": "boots"}).to_list()

    with pytest.raises(AssertionError, match="no index serves"):
        await look_at_all()


async def test_a_sorted_list_without_an_end_is_noticed() -> None:
    async def list_all() -> None:
        async with in_mongo("product") as store, store.products._collection.use() as products:
            await (await products.aggregate([{"$match": {"terms": "*"}}, {"$sort": {"created": 1}}])).to_list()

    with pytest.raises(AssertionError, match="more than a page"):
        await list_all()


def test_an_index_serves_a_query_that_fixes_its_first_fields_and_sorts_by_the_next() -> None:
    by_name, by_name_down = [("name_key", 1), ("created", 1)], [("name_key", -1), ("created", -1)]
    good: list[tuple[Filter, Keys]] = [
        ({"_id": "1", "version": 3}, []),
        ({"sku": "S"}, []),
        ({"created": {"$gt": "1"}}, [("created", 1)]),
        ({}, [("created", 1)]),
        ({"terms": "*"}, by_name),
        ({"terms": {"$all": ["a", "b"]}, "stock.in_stock": True}, by_name_down),
        ({"$and": [{"terms": "*"}, {"name_key": "boots"}, {"created": {"$lt": "1"}}]}, by_name),
        ({"$or": [{"sku": "S"}, {"_id": "1"}]}, []),
        ({"sku": {"$in": ["S", "T"]}}, []),
        ({"terms": {"$in": ["a", "b"]}}, []),
        ({"$and": [{"terms": "a"}, {"$and": [{"terms": {"$in": ["b", "c"]}}, {"$nor": [{"terms": "d"}]}]}]}, by_name),
    ]
    bad: list[tuple[Filter, Keys]] = [
        ({}, []),
        ({"name": "Boots"}, []),
        ({"name_key": "boots"}, []),
        ({"terms": {"$gt": "a"}}, by_name),
        ({"terms": {"$in": ["a", "b"]}}, by_name),
        ({"terms": "*"}, [("name_key", 1), ("created", -1)]),
        ({"terms": "*"}, [("created", 1), ("name_key", 1)]),
        ({"terms": "*"}, [("name", 1)]),
        ({"terms": {"$ne": "*"}}, []),
        ({"$or": [{"sku": "S"}, {"name": "Boots"}]}, []),
    ]
    assert [query for query in good if not served("products", *query)] == []
    assert [query for query in bad if served("products", *query)] == []
