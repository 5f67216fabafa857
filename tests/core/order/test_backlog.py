"""How much is left to be done about orders is told, until it is done."""

import pytest

from core.order.model import State
from core.shared.rounds import Waiting
from tests.core.order.shop import Shop, down

NOTHING = Waiting(count=0, oldest=None)


async def unfinished(shop: Shop) -> dict[State, Waiting]:
    """What waits, without the states in which nothing does."""
    told = (await shop.calm.order.tell_backlog()).unfinished
    return {state: waiting for state, waiting in told.items() if waiting != NOTHING}


@pytest.mark.parametrize(("fault", "state"), [("stock.hold", "PENDING"), ("carts.subtract", "CONFIRMED")])
async def test_an_order_that_is_left_half_way_is_told_until_it_is_done(fault: str, state: State) -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))
    began = shop.clock.now()
    await shop.services(down(fault)).place()
    assert await unfinished(shop) == {state: Waiting(count=1, oldest=began)}
    shop.clock.advance(6)
    assert await unfinished(shop) == {state: Waiting(count=1, oldest=began)}
    await shop.settle_down()
    assert await unfinished(shop) == {}


async def test_events_are_told_of_until_somebody_told_them() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5))
    began = shop.clock.now()
    await shop.calm.place()
    assert (await shop.calm.order.tell_backlog()).untold == Waiting(count=1, oldest=began)
    await shop.calm.order.relay_events()
    assert (await shop.calm.order.tell_backlog()).untold == NOTHING


async def test_units_are_held_until_they_are_sent() -> None:
    shop = Shop()
    await shop.put(await shop.sell(5), 2)
    await shop.put(await shop.sell(5), 3)
    order = (await shop.calm.place()).order
    held = await shop.calm.product.tell_held()
    assert (held.units, held.holds) == (5, 2)
    await shop.calm.order.move_order(order_id=order.id, status="shipped", note="")
    held = await shop.calm.product.tell_held()
    assert (held.units, held.holds) == (0, 0)
