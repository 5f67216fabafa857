"""The contract of `core.cart.ports.Catalog`, where it is not that of orders too."""

from core.cart import OFFERS_AGE_MAX
from core.cart.ports import Catalog
from tests.adapters.contracts.catalogs import aged
from tests.adapters.neighbours.shop import francs
from tests.adapters.neighbours.ways import Stage


async def an_offer_does_not_stay_young_by_being_asked_for(stage: Stage[Catalog]) -> None:
    boots = await stage.shop.on_sale(price=4_900)
    await stage.adapter.offers([boots])
    await stage.shop.change(boots, amount=5_900)
    for _ in range(2):
        stage.shop.clock.advance(OFFERS_AGE_MAX / 2)
        await stage.adapter.offers([boots])
    stage.shop.clock.advance(0.001)
    assert (await stage.adapter.offers([boots]))[boots].price == francs(5_900)


async def offers_are_as_old_as_they_are_each(stage: Stage[Catalog]) -> None:
    boots, socks = await stage.shop.on_sale(1), await stage.shop.on_sale(2)
    await stage.adapter.offers([boots])
    stage.shop.clock.advance(OFFERS_AGE_MAX / 2)
    await stage.adapter.offers([boots, socks])
    for product in (boots, socks):
        await stage.shop.change(product, amount=1)
    stage.shop.clock.advance(OFFERS_AGE_MAX / 2 + 0.001)
    assert (await stage.adapter.offers([boots, socks]))[boots].price == francs(1)
    aged(stage)
    assert {offer.price for offer in (await stage.adapter.offers([boots, socks])).values()} == {francs(1)}
