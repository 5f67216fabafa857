"""How carts and orders see the catalogue."""

import pytest

from core.cart import model as cart_model
from core.order import model as order_model
from core.product.model import Changes, Listing
from tests.adapters.neighbours.ways import Neighbours, Shop, on_every_way
from tests.builders import an_id, details, usd

CATALOGS = pytest.mark.parametrize(
    ("catalog", "offer"), [("catalog_of_carts", cart_model.Offer), ("catalog_of_orders", order_model.Offer)]
)
Offer = type[cart_model.Offer] | type[order_model.Offer]


async def on_sale(shop: Shop, number: int = 1, *, units: int = 5, price: int = 4_900) -> Listing:
    return await shop.product.add_product(details=details(sku=f"SKU-{number}", price=price), units=units)


@CATALOGS
@on_every_way("product")
async def test_an_offer_says_what_a_product_costs_and_how_many_there_are(
    shop: Shop, neighbours: Neighbours, catalog: str, offer: Offer
) -> None:
    boots, socks = await on_sale(shop, 1, units=5, price=4_900), await on_sale(shop, 2, units=0, price=0)
    ids = [boots.product.id, socks.product.id]
    expected = {
        ids[0]: offer(
            product_id=ids[0], sku="SKU-1", name="Leather boots", price=usd(4_900), available=5, for_sale=True
        ),
        ids[1]: offer(product_id=ids[1], sku="SKU-2", name="Leather boots", price=usd(0), available=0, for_sale=True),
    }
    assert await getattr(neighbours, catalog).offers(ids) == expected
    assert await getattr(neighbours, catalog).offers({*ids}) == expected
    assert await getattr(neighbours, catalog).offers(ids[:1]) == {ids[0]: expected[ids[0]]}


@CATALOGS
@on_every_way("product")
async def test_an_archived_product_is_told_but_not_for_sale(
    shop: Shop, neighbours: Neighbours, catalog: str, offer: Offer
) -> None:
    boots = (await on_sale(shop)).product
    await shop.product.archive_product(product_id=boots.id, version=1)
    offers = await getattr(neighbours, catalog).offers([boots.id])
    assert (offers[boots.id].for_sale, offers[boots.id].available) == (False, 5)


@CATALOGS
@on_every_way("product")
async def test_a_change_is_told_at_once(shop: Shop, neighbours: Neighbours, catalog: str, offer: Offer) -> None:
    boots = (await on_sale(shop)).product
    await getattr(neighbours, catalog).offers([boots.id])
    changes = Changes(amount=5_900, name="Crème — 東京")
    await shop.product.change_product(product_id=boots.id, version=1, changes=changes)
    told = (await getattr(neighbours, catalog).offers([boots.id]))[boots.id]
    assert (told.price, told.name) == (usd(5_900), "Crème — 東京")


@CATALOGS
@on_every_way("product")
async def test_what_does_not_exist_is_left_out(shop: Shop, neighbours: Neighbours, catalog: str, offer: Offer) -> None:
    boots = (await on_sale(shop)).product
    nothing = ["", ",", f"{boots.id},{boots.id}", "a&limit=1", "../x", "$gt", "é", "\0", "\ud800", "x" * 10_000]
    asked = [an_id(99), boots.id.upper(), *nothing]
    assert await getattr(neighbours, catalog).offers(asked) == {}
    assert list(await getattr(neighbours, catalog).offers([*asked, boots.id])) == [boots.id]
    assert await getattr(neighbours, catalog).offers([]) == {}


@CATALOGS
@on_every_way("product")
async def test_a_full_cart_and_one_product_more_are_told_as_well(
    shop: Shop, neighbours: Neighbours, catalog: str, offer: Offer
) -> None:
    ids = [(await on_sale(shop, number, price=number)).product.id for number in range(101)]
    offers = await getattr(neighbours, catalog).offers(ids)
    assert {id: offer.price.amount for id, offer in offers.items()} == {id: n for n, id in enumerate(ids)}
