"""The contract of `core.order.ports.Catalog`, where it is stricter than that of carts."""

import pytest

from core.order.ports import Catalog
from core.shared.errors import Unavailable
from tests.adapters.neighbours.shop import francs
from tests.adapters.neighbours.ways import Stage


async def a_price_that_changed_between_two_reads_is_seen_by_the_second(stage: Stage[Catalog]) -> None:
    boots = await stage.shop.on_sale()
    for amount in (4_900, 5_900, 1):
        await stage.shop.change(boots, amount=amount)
        assert (await stage.adapter.offers([boots]))[boots].price == francs(amount)


async def units_that_are_taken_between_two_reads_are_missed_by_the_second(stage: Stage[Catalog]) -> None:
    boots = await stage.shop.on_sale(units=2)
    for left in (2, 1, 0):
        assert (await stage.adapter.offers([boots]))[boots].available == left
        await stage.shop.product.adjust_stock(product_id=boots, delta=-1 if left else 1, reason="counted", by="admin")


async def what_is_archived_between_two_reads_is_not_for_sale_in_the_second(stage: Stage[Catalog]) -> None:
    boots = await stage.shop.on_sale()
    assert (await stage.adapter.offers([boots]))[boots].for_sale
    await stage.shop.change(boots, status="archived")
    assert not (await stage.adapter.offers([boots]))[boots].for_sale


async def a_catalogue_that_cannot_answer_now_is_unavailable_whatever_it_said(stage: Stage[Catalog]) -> None:
    boots = await stage.shop.on_sale()
    await stage.adapter.offers([boots])
    with stage.shop.away(), pytest.raises(Unavailable):
        await stage.adapter.offers([boots])
