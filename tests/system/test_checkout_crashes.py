"""The process ends, or a call fails, before and after every call of every port; the shop must come out right."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest

from core.order.use_cases.place import Placement
from core.shared.context import Caller
from core.shared.errors import Conflict, ShopError, Unavailable
from tests.core.order.broken import NeverDue, TakenAnew
from tests.core.order.orders import ALICE
from tests.core.order.shop import Hook, Services, Shop

UNITS, QUANTITY = 10, 2
CUSTOMER = Caller(id=ALICE, kind="customer")
Act = Callable[[Shop], Awaitable[None]]


class Killed(BaseException):
    """The process has ended; nothing after the `await` runs."""


class Fault:
    """Raises an error at one call of a port, told by its number, and writes all calls down."""

    def __init__(self, number: int | None, error: BaseException, rival: Hook | None) -> None:
        self.calls: list[str] = []
        self._number = number
        self._error = error
        self._rival = rival

    async def __call__(self, call: str) -> None:
        self.calls.append(call)
        if self._rival is not None:
            await self._rival(call)
        if len(self.calls) - 1 == self._number:
            raise self._error


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Something that is done in a shop: `prepare` sets the scene, and `rival` gets in the way."""

    name: str
    prepare: Act
    run: Callable[[Shop, Services], Awaitable[object]]
    rival: Callable[[Shop], Hook] | None = None

    async def failing(
        self, number: int | None, error: BaseException, new_shop: Callable[[], Shop] = Shop
    ) -> tuple[Shop, Fault, object]:
        """The shop after the flow failed at that call, the calls that it came to, and what it answered."""
        shop = new_shop()
        for _ in range(2):
            await shop.put(await shop.sell(UNITS), QUANTITY)
        await self.prepare(shop)
        fault = Fault(number, error, self.rival(shop) if self.rival else None)
        try:
            answer = await self.run(shop, shop.services(fault))
        except (Killed, ShopError) as raised:
            answer = raised
        return shop, fault, answer


async def nothing(shop: Shop) -> None:
    pass


async def ordered(shop: Shop) -> None:
    await shop.calm.place(key="k")


async def left_half_way(shop: Shop) -> None:
    async def end(call: str) -> None:
        if call == "orders.add:after":
            raise Killed

    with pytest.raises(Killed):
        await shop.services(end).place(key="k")
    shop.clock.advance(6)


async def left_in_cancellation(shop: Shop) -> None:
    async def end(call: str) -> None:
        if call == "stock.release:before":
            raise Killed

    await ordered(shop)
    with pytest.raises(Killed):
        await cancel(shop, shop.services(end))
    shop.clock.advance(6)


def the_last_units_go(shop: Shop) -> Hook:
    """Once the order is kept, nearly all units of the second product are taken away."""

    async def hook(call: str) -> None:
        if call == "orders.add:after":
            second = sorted(await shop.in_cart())[1]
            await shop.remove_units(second, UNITS - 1)

    return hook


async def place(shop: Shop, services: Services) -> Placement:
    return await services.place(key="k")


async def cancel(shop: Shop, services: Services) -> None:
    await services.order.cancel_order(order_id=(await shop.the_order()).id, caller=CUSTOMER)


async def ship(shop: Shop, services: Services) -> None:
    await services.order.move_order(order_id=(await shop.the_order()).id, status="shipped", note="")


async def resume(shop: Shop, services: Services) -> None:
    await services.order.resume_orders()


async def relay(shop: Shop, services: Services) -> None:
    await services.order.relay_events()


FLOWS = [
    Flow(name="place", prepare=nothing, run=place),
    Flow(name="place what runs short", prepare=nothing, run=place, rival=the_last_units_go),
    Flow(name="place again", prepare=left_half_way, run=place),
    Flow(name="cancel", prepare=ordered, run=cancel),
    Flow(name="cancel in the making", prepare=left_half_way, run=cancel),
    Flow(name="ship", prepare=ordered, run=ship),
    Flow(name="resume", prepare=left_half_way, run=resume),
    Flow(name="resume a cancellation", prepare=left_in_cancellation, run=resume),
    Flow(name="relay", prepare=ordered, run=relay),
]


async def by_a_worker(shop: Shop) -> None:
    shop.clock.advance(6)
    await shop.settle_down()


async def by_a_worker_after_the_deadline(shop: Shop) -> None:
    shop.clock.advance(60)
    await shop.settle_down()


async def by_the_clients_retry(shop: Shop) -> None:
    with suppress(Conflict):
        await shop.calm.place(key="k")
    await shop.settle_down()


ENDINGS = [by_a_worker, by_a_worker_after_the_deadline, by_the_clients_retry]


async def violations(shop: Shop, answer: object) -> list[str]:
    """What is wrong in the end, by the audit and by what this scene must come to."""
    found = await shop.violations()
    orders = await shop.every_order()
    bought = [order for order in orders if order.status in ("confirmed", "shipped")]
    page = await shop.products.stocks.list(limit=10, after=None)
    if any(stock.held + stock.sold != QUANTITY * len(bought) for stock in page.items):
        found.append(f"{len(bought)} orders, but the stock is {page.items}")
    left = {} if any(order.ever_confirmed for order in orders) else {stock.product_id: QUANTITY for stock in page.items}
    if await shop.in_cart() != left:
        found.append(f"the cart has {await shop.in_cart()}")
    if isinstance(answer, Placement) and answer.order.ever_confirmed:
        found += [] if [order.id for order in bought] == [answer.order.id] else ["what was confirmed is lost"]
    return found


async def every_failure(
    flow: Flow, new_shop: Callable[[], Shop] = Shop, endings: Sequence[Act] = ENDINGS
) -> tuple[int, list[str]]:
    """How many crash points there are, and what went wrong at which."""
    _, whole, _ = await flow.failing(None, Killed(), new_shop)
    found, points = [], 0
    for number, call in enumerate(whole.calls):
        for error in (Killed, lambda: Unavailable("A call failed.")):
            for ending in endings:
                shop, fault, answer = await flow.failing(number, error(), new_shop)
                assert fault.calls[: number + 1] == whole.calls[: number + 1]
                await ending(shop)
                found += [f"{call}, {answer!r}, ended {ending.__name__}: {v}" for v in await violations(shop, answer)]
                points += 1
    print(f"{flow.name}: {points} crash points, {len(found)} violations")
    return points, found


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
async def test_whatever_fails_the_shop_comes_out_right(flow: Flow) -> None:
    points, found = await every_failure(flow)
    assert found == []
    assert points


@pytest.mark.parametrize(
    "new_shop", [lambda: Shop(orders=NeverDue()), lambda: Shop(products=TakenAnew())], ids=["never due", "taken anew"]
)
async def test_a_store_that_only_works_while_nothing_fails_is_told(new_shop: Callable[[], Shop]) -> None:
    shop, _, answer = await FLOWS[0].failing(None, Killed(), new_shop)
    await by_a_worker(shop)
    assert await violations(shop, answer) == []
    _, found = await every_failure(FLOWS[0], new_shop, [by_a_worker])
    assert found


async def test_a_worker_that_fails_too_leaves_the_shop_right() -> None:
    """The request's process ends at one call, and then the worker's at another."""
    _, whole, _ = await FLOWS[0].failing(None, Killed())
    found, points = [], 0
    for number in range(0, len(whole.calls), 4):
        again, ended = 0, False
        while not ended:
            shop, first, answer = await FLOWS[0].failing(number, Killed())
            shop.clock.advance(6)
            second = Fault(again, Killed(), None)
            try:
                await shop.services(second).order.resume_orders()
                ended = True
            except Killed:
                await by_a_worker(shop)
                found += [f"{first.calls[-1]}, {second.calls[-1]}: {v}" for v in await violations(shop, answer)]
                points, again = points + 1, again + 1
    print(f"a request and a worker: {points} crash points, {len(found)} violations")
    assert found == []


async def test_a_request_that_is_tried_again_in_time_is_confirmed() -> None:
    _, whole, _ = await FLOWS[0].failing(None, Killed())
    for number in range(len(whole.calls)):
        shop, _, _ = await FLOWS[0].failing(number, Killed())
        placement = await shop.calm.place(key="k")
        assert placement.order.status == "confirmed"
        assert [order.id for order in await shop.every_order()] == [placement.order.id]
