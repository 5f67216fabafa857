"""Adapters are chosen by name, and a suite runs on every one that is registered."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from adapters.bootstrap.registry import ADAPTERS, UnknownAdapter, load
from adapters.bootstrap.stores import Stores
from tests.adapters.stores import OPENERS
from tests.builders import a_product, an_id
from tests.database import mongo_url

ROOT = Path(__file__).parents[2]
STORES = [service for service in ("product", "user", "cart", "order") if service in ADAPTERS]


def test_every_registered_adapter_can_be_loaded() -> None:
    for group, adapters in ADAPTERS.items():
        for name in adapters:
            assert callable(load(group, name)), (group, name)


def test_an_unknown_adapter_is_told_which_there_are() -> None:
    with pytest.raises(UnknownAdapter, match="There is no product adapter 'disk'; there are: memory, mongo"):
        load("product", "disk")
    with pytest.raises(UnknownAdapter, match=r"'shoes'; there are: .*product"):
        load("shoes", "memory")


@pytest.mark.parametrize("service", STORES)
def test_every_registered_store_is_in_its_suite(service: str) -> None:
    assert set(ADAPTERS[service]) <= set(OPENERS), "tests/adapters/stores.py cannot open one of them"
    suite = Path(__file__).with_name(f"test_{service}_store.py")
    assert f'@on_every_store("{service}")' in suite.read_text()


def test_a_memory_store_is_had_without_the_driver_of_any_database() -> None:
    program = "import sys; from adapters.bootstrap.registry import load; load('product', 'memory'); print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "adapters.outbound.memory.product" in loaded
    assert not {"pymongo", "bson"} & set(loaded)


@pytest.mark.parametrize("technology", ADAPTERS["product"])
async def test_opened_stores_are_ready_to_use(technology: str) -> None:
    url, database = mongo_url() if technology == "mongo" else "", f"test_{uuid4().hex}"
    stores = Stores(technology, url=url, database=database)
    store = stores.of("product")
    async with stores:
        await store.products.add(a_product(), units=1)
        assert (await store.products.get(an_id(1))).available == 1
    if technology == "mongo":
        async with AsyncMongoClient[dict[str, object]](url) as client:
            await client.drop_database(database)
