"""Each service has the store that its setting names; they are opened and closed together."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from adapters.bootstrap.local import local_shop
from adapters.bootstrap.registry import NEEDS, UnknownAdapter
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.outbound.memory.cart import MemoryCarts
from adapters.outbound.memory.order import MemoryOrders
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.mongo.cart import MongoCarts
from adapters.outbound.mongo.order import MongoOrders
from adapters.outbound.mongo.tallies import MongoTallies
from adapters.outbound.mongo.user import MongoUsers
from tests.builders import an_entry, an_id
from tests.database import mongo_url
from tests.fakes import FixedClock

CARTS = ", ".join(sorted(NEEDS["cart"].adapters))
SERVICES: tuple[Service, ...] = ("product", "user", "cart", "order")


def settings(**named: str) -> Settings:
    return Settings.model_validate({"store": "memory", "mongo_database": f"test_{uuid4().hex}", **named})


def places(found: Settings) -> Mapping[str, tuple[str, str]]:
    choices = {service: found.store_of(service) for service in SERVICES}
    return {service: (choice.technology, choice.address) for service, choice in choices.items()}


def test_a_services_own_setting_goes_before_the_common_one() -> None:
    found = places(settings(store="mongo", mongo_url="mongodb://here", cart_store="memory", user_store="x:/a:b"))
    assert found == {
        "product": ("mongo", "mongodb://here"),
        "user": ("x", "/a:b"),
        "cart": ("memory", ""),
        "order": ("mongo", "mongodb://here"),
    }


def test_an_address_in_the_setting_goes_before_mongo_url() -> None:
    found = settings(order_store="mongo:mongodb://me:hush@there", mongo_url="mongodb://here").store_of("order")
    assert found.address == "mongodb://me:hush@there"
    assert (found.variable, found.addressed_by) == ("ORDER_STORE", "ORDER_STORE")


def test_neither_settings_nor_choices_show_an_address() -> None:
    found = settings(store="mongo:mongodb://me:hush@there", cart_store="x:hush")
    assert "hush" not in repr(found)
    assert "hush" not in repr([found.store_of(service) for service in SERVICES])


@pytest.mark.parametrize("technology", ["memory", "mongo"])
async def test_opened_stores_are_ready_to_use(technology: str) -> None:
    """One that stands on nothing, and one on a connection; the suites open any other in this way."""
    found = settings(product_store=technology, mongo_url=mongo_url() if technology == "mongo" else "")
    stores = Stores(found)
    store = stores.of("product")
    async with stores:
        await store.products.add(an_entry(), units=1)
        assert (await store.products.get(an_id(1))).available == 1
    if technology == "mongo":
        async with AsyncMongoClient[dict[str, object]](mongo_url()) as client:
            await client.drop_database(found.mongo_database)


async def test_each_service_has_its_own_technology_and_one_connection_serves_all_at_an_address() -> None:
    stores = Stores(settings(store="mongo", cart_store="memory", order_store="mongo:mongodb://127.0.0.1:1"))
    products, users, carts, orders = (stores.of(service) for service in SERVICES)
    assert type(carts.carts) is MemoryCarts
    assert type(users.users) is MongoUsers
    assert stores.of("product") is products
    assert len(stores._connections) == 2
    assert type(orders.orders) is MongoOrders


async def test_a_shop_in_one_process_has_stores_of_several_technologies() -> None:
    shop = local_shop(settings(cart_store="mongo"))
    assert type(shop.cart.view_cart.shelf.carts) is MongoCarts
    assert type(shop.order.place_order.orders) is MemoryOrders


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "disk",
            rf"^CART_STORE is wrong\. There is no cart adapter 'disk'; there are: {CARTS}\.$",
        ),
        ("memory:/tmp", r"^CART_STORE is wrong\. For the store memory, it is memory alone, without an address\.$"),
        ("mongo://me:hush@there", r"^CART_STORE is wrong\. .* behind the name and a colon, as in mongo:mongodb://"),
        ("mongo:http://me:hush@there", r"^CART_STORE: not an address of MongoDB"),
    ],
)
def test_a_store_that_cannot_be_is_told_by_its_variable_in_one_sentence(name: str, sentence: str) -> None:
    with pytest.raises((UnknownAdapter, ValueError), match=sentence) as wrong:
        Stores(settings(cart_store=name)).of("cart")
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize(
    ("named", "places"),
    [
        ({"user_store": "mongo:mongodb://127.0.0.1:1"}, {("mongo", "mongodb://127.0.0.1:1")}),
        ({"user_store": "memory", "mongo_url": "mongodb://127.0.0.1:2"}, {("mongo", "mongodb://127.0.0.1:2")}),
    ],
)
def test_tries_are_counted_where_the_service_keeps_its_data_or_else_where_others_would(
    named: Mapping[str, str], places: set[tuple[str, str]]
) -> None:
    stores = Stores(settings(throttle="mongo", **named))
    stores.of("user")
    assert isinstance(stores.tallies_of("user", FixedClock()), MongoTallies)
    assert stores._connections.keys() == places


def test_tries_are_counted_in_memory_wherever_the_data_is() -> None:
    stores = Stores(settings(throttle="memory", user_store="mongo:mongodb://127.0.0.1:1"))
    assert isinstance(stores.tallies_of("user", FixedClock()), MemoryTallies)
    assert not stores._connections


def test_a_place_to_count_that_there_is_not_is_told_by_its_variable() -> None:
    with pytest.raises(UnknownAdapter, match=r"^THROTTLE is wrong\. There is no tallies adapter 'redis'"):
        Stores(settings(throttle="redis")).tallies_of("user", FixedClock())
