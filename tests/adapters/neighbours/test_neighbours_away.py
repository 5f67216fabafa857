"""What a service makes of a neighbour that is not there, talks nonsense, or does not let it in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from adapters.outbound.http_client import cart as http_cart
from adapters.outbound.http_client import order as http_order
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.http_client.security import HttpKeySource
from core.shared.errors import Unavailable
from tests.adapters.http_client.calling import channel_to
from tests.adapters.http_client.peer import Manner, answering, cutting, peer, resetting
from tests.adapters.neighbours.shop import Shop
from tests.adapters.neighbours.ways import channel, served
from tests.builders import an_id
from tests.virtual_time import in_virtual_time

ONE = {an_id(2): 1}
CALLS: dict[str, Callable[[Channel], Awaitable[object]]] = {
    "catalog of carts": lambda peer: http_cart.HttpCatalog(peer).offers([an_id(1)]),
    "catalog of orders": lambda peer: http_order.HttpCatalog(peer).offers([an_id(1)]),
    "hold": lambda peer: http_order.HttpStock(peer).hold(an_id(1), ONE),
    "release": lambda peer: http_order.HttpStock(peer).release(an_id(1), ONE),
    "settle": lambda peer: http_order.HttpStock(peer).settle(an_id(1), ONE),
    "stock records": lambda peer: http_order.HttpStockRecords(peer).list(limit=1, after="a cursor"),
    "cart": lambda peer: http_order.HttpCarts(peer).get(an_id(1)),
    "subtract": lambda peer: http_order.HttpCarts(peer).subtract(an_id(1), an_id(2), ONE),
    "address": lambda peer: http_order.HttpAddressBook(peer).get(an_id(1), an_id(2)),
    "order records": lambda peer: http_order.HttpOrderRecords(peer).list(limit=1, after=None),
    "keys": lambda peer: HttpKeySource(peer).fetch(),
}
EFFECTS = {"hold", "release", "settle", "subtract"}
ONCE = {"keys"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("manner", "attempts"),
    [(resetting, 3), (cutting, 3), (answering(503), 3), (answering(500), 1), (answering(404, {"code": "gone"}), 1)],
)
@in_virtual_time
async def test_whatever_happens_to_a_neighbour_it_is_unavailable(manner: Manner, attempts: int, call: str) -> None:
    async with peer(manner) as broken, channel_to(broken.url) as neighbour:
        with pytest.raises(Unavailable):
            await CALLS[call](neighbour)
        assert len(broken.received) == (1 if call in ONCE else attempts)


@in_virtual_time
async def test_an_effect_is_asked_for_in_the_same_words_until_it_is_answered() -> None:
    for call in sorted(EFFECTS):
        async with peer(cutting, cutting, answering(204)) as broken, channel_to(broken.url) as neighbour:
            await CALLS[call](neighbour)
            assert len({(request.method, request.target, request.body) for request in broken.received}) == 1


@pytest.mark.parametrize("call", sorted(CALLS.keys() - EFFECTS - {"keys"}))
@pytest.mark.parametrize("nonsense", [{}, [], None, "well", {"items": [{}], "lines": [{}]}, {"items": 7, "lines": {}}])
@in_virtual_time
async def test_an_answer_of_another_shape_is_none(nonsense: object, call: str) -> None:
    async with peer(answering(200, nonsense)) as odd, channel_to(odd.url) as neighbour:
        with pytest.raises(Unavailable):
            await CALLS[call](neighbour)


@asynccontextmanager
async def product_service_seen_by(caller: str) -> AsyncIterator[tuple[Shop, Channel]]:
    shop = Shop()
    async with served(shop, "product") as url, channel(shop, url, "product", caller) as products:
        yield shop, products


@pytest.mark.parametrize(
    ("caller", "status"), [("cart", 403), ("user", 403), ("product", 403), ("audit", 403), ("somebody", 401)]
)
async def test_only_the_order_service_may_hold_units(caller: str, status: int) -> None:
    async with product_service_seen_by(caller) as (shop, products):
        boots = await shop.on_sale()
        with pytest.raises(Unavailable, match=str(status)):
            await http_order.HttpStock(products).hold(shop.new_id(), {boots: 1})
        assert await shop.available(boots) == 5


async def test_the_catalogue_is_there_for_any_service() -> None:
    async with product_service_seen_by("cart") as (shop, products):
        boots = await shop.on_sale()
        assert list(await http_cart.HttpCatalog(products).offers([boots])) == [boots]
