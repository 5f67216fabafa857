"""What both `core.cart.ports.Catalog` and `core.order.ports.Catalog` promise: how a service sees the catalogue.

No clause expects a change to be told before `OFFERS_AGE_MAX` has passed; that orders see it at once is theirs to add.
"""

from dataclasses import asdict
from typing import Any

import pytest

from core.cart import OFFERS_AGE_MAX
from core.cart import ports as cart_ports
from core.order import ports as order_ports
from core.shared.errors import Unavailable
from tests.adapters.neighbours.shop import francs
from tests.adapters.neighbours.ways import Stage
from tests.builders import an_id

Catalogs = Stage[cart_ports.Catalog] | Stage[order_ports.Catalog]


def aged(stage: Catalogs) -> None:
    """Lets so much time pass that nobody may tell what was."""
    stage.shop.clock.advance(OFFERS_AGE_MAX + 0.001)


async def _told(stage: Catalogs, product_id: str) -> Any:
    return (await stage.adapter.offers([product_id]))[product_id]


async def an_offer_says_what_a_product_costs_and_how_many_there_are(stage: Catalogs) -> None:
    boots, socks = await stage.shop.on_sale(1, units=5, price=4_900), await stage.shop.on_sale(2, units=0, price=0)
    offers = await stage.adapter.offers([boots, socks])
    assert {id: asdict(offer) for id, offer in offers.items()} == {
        boots: {
            "product_id": boots,
            "sku": "SKU-1",
            "name": "Leather boots",
            "price": asdict(francs(4_900)),
            "available": 5,
            "for_sale": True,
        },
        socks: {
            "product_id": socks,
            "sku": "SKU-2",
            "name": "Leather boots",
            "price": asdict(francs(0)),
            "available": 0,
            "for_sale": True,
        },
    }


async def what_is_asked_for_is_told_and_nothing_else(stage: Catalogs) -> None:
    boots, socks, hats = [await stage.shop.on_sale(number) for number in range(3)]
    assert set(await stage.adapter.offers({boots, socks, hats})) == {boots, socks, hats}
    for asked in ([socks], [hats, boots], [], (boots, boots), {socks: 1}.keys()):
        assert set(await stage.adapter.offers(asked)) == {*asked}


async def what_does_not_exist_is_left_out(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale()
    nothing = ["", ",", f"{boots},{boots}", "a&limit=1", "../x", "$gt", "é", "\0", "\ud800", "x" * 10_000]
    asked = [an_id(99), boots.upper(), *nothing]
    assert await stage.adapter.offers(asked) == {}
    assert list(await stage.adapter.offers([*asked, boots])) == [boots]


async def an_archived_product_is_told_but_not_for_sale(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale()
    await stage.shop.product.archive_product(product_id=boots, version=1)
    offer = await _told(stage, boots)
    assert (offer.for_sale, offer.available, offer.price) == (False, 5, francs(4_900))


async def what_is_on_hold_is_not_available(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale(units=5)
    await stage.shop.hold(stage.shop.new_id(), {boots: 2})
    assert (await _told(stage, boots)).available == 3


async def a_full_cart_and_one_product_more_are_told_as_well(stage: Catalogs) -> None:
    ids = [await stage.shop.on_sale(number, price=number) for number in range(101)]
    offers = await stage.adapter.offers(ids)
    assert {id: offer.price for id, offer in offers.items()} == {id: francs(n) for n, id in enumerate(ids)}


async def whatever_changes_is_told_in_the_end(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale()
    order = stage.shop.new_id()
    await stage.adapter.offers([boots])
    await stage.shop.change(boots, amount=5_900, name="Crème — 東京", sku="NEW")
    aged(stage)
    offer = await _told(stage, boots)
    assert (offer.price, offer.name, offer.sku) == (francs(5_900), "Crème — 東京", "NEW")
    await stage.shop.hold(order, {boots: 5})
    aged(stage)
    assert (await _told(stage, boots)).available == 0
    for status in ("archived", "active"):
        await stage.shop.change(boots, status=status)
        aged(stage)
        assert (await _told(stage, boots)).for_sale == (status == "active")


async def what_did_not_exist_is_told_when_it_does(stage: Catalogs) -> None:
    first = an_id(1)
    assert await stage.adapter.offers([first]) == {}
    assert await stage.shop.on_sale() == first
    aged(stage)
    assert set(await stage.adapter.offers([first])) == {first}


async def an_answer_stays_as_it_was_told(stage: Catalogs) -> None:
    boots, socks = await stage.shop.on_sale(1), await stage.shop.on_sale(2)
    answer = await stage.adapter.offers([boots])
    before = dict(answer)
    await stage.shop.change(boots, amount=1)
    aged(stage)
    await stage.adapter.offers([boots, socks])
    assert answer == before


async def the_list_of_products_stays_the_askers(stage: Catalogs) -> None:
    asked = [an_id(99), await stage.shop.on_sale(1), await stage.shop.on_sale(2)]
    given = asked.copy()
    await stage.adapter.offers(given)
    assert given == asked


async def a_catalogue_that_cannot_answer_is_unavailable(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale()
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.offers([boots])
    assert set(await stage.adapter.offers([boots])) == {boots}


async def what_was_known_once_is_no_answer_for_ever(stage: Catalogs) -> None:
    boots = await stage.shop.on_sale()
    await stage.adapter.offers([boots])
    aged(stage)
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.offers([boots])


async def some_of_the_offers_are_no_answer(stage: Catalogs) -> None:
    boots, socks = await stage.shop.on_sale(1), await stage.shop.on_sale(2)
    await stage.adapter.offers([boots])
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.offers([boots, socks])
