"""What `CoalescedProducts` promises beyond the contract of `Products`; each fact is told of a way to make one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from adapters.outbound.decorators.shared_read import PATIENCE
from adapters.outbound.memory.product import MemoryProductStore
from core.product.errors import ProductNotFound
from core.product.model import Listing, Query
from core.product.ports import Products, Stocks
from core.shared.context import RequestContext
from core.shared.errors import Unavailable
from core.shared.ports import Clock
from tests.adapters.decorators.slow import READ, Slow, by
from tests.builders import NOW, a_product, an_entry, an_id, kept
from tests.virtual_time import LoopClock

Make = Callable[[Products, Clock], Products]
Ask = Callable[[Products], Awaitable[Any]]
EVERYTHING = Query()
LISTS: list[Ask] = [
    lambda products: products.search(Query(in_stock=True), limit=9, after=None),
    lambda products: products.facets(Query(in_stock=True), ["price"]),
    lambda products: products.categories(),
]


class Stage:
    """A slow store of `count` products, and those who ask it through what is tried."""

    def __init__(self, make: Make) -> None:
        store = MemoryProductStore()
        self.store: Products = store.products
        self.stocks: Stocks = store.stocks
        self.slow = Slow(store.products)
        self.products = make(cast(Products, self.slow), LoopClock())

    async def filled(self, count: int) -> "Stage":
        for number in range(count):
            await self.store.add(an_entry(number), units=5)
        return self

    @property
    def reads(self) -> list[str]:
        return [method for method, *_ in self.slow.calls]

    async def price(self, number: int) -> int:
        return (await self.products.get(an_id(number))).product.details.price.amount

    async def written(self, write: Awaitable[None]) -> None:
        """A write takes no time, so that reads that were sent before it are under way when it is done."""
        self.slow.seconds = 0.0
        await write
        self.slow.seconds = READ

    async def reprice(self, number: int, version: int) -> None:
        """Saves it as that version, at that price."""
        await self.written(self.products.save(kept(replace(a_product(number, price=version), version=version))))

    async def ask_as(self, number: int, request: RequestContext) -> Listing:
        return await by(request, self.products.get(an_id(number)))


async def many_gets_at_once_are_two_reads(make: Make) -> None:
    stage = await Stage(make).filled(32)
    listings = await asyncio.gather(*(stage.products.get(an_id(number)) for number in range(32)))
    assert [listing.product.id for listing in listings] == [an_id(number) for number in range(32)]
    assert stage.slow.calls == [("get", an_id(0)), ("get_many", tuple(an_id(number) for number in range(1, 32)))]


async def a_product_that_many_ask_for_is_asked_for_once(make: Make) -> None:
    stage = await Stage(make).filled(1)
    await asyncio.gather(*(stage.products.get(an_id(0)) for _ in range(32)))
    assert stage.slow.calls in ([("get", an_id(0))], [("get", an_id(0))] * 2)


async def who_asks_alone_waits_for_nobody(make: Make) -> None:
    stage = await Stage(make).filled(3)
    for number in range(3):
        await stage.products.get(an_id(number))
    assert stage.reads == ["get"] * 3
    assert LoopClock().monotonic() == pytest.approx(3 * READ)


async def each_gets_their_own_product_or_their_own_refusal(make: Make) -> None:
    stage = await Stage(make).filled(3)
    asked = [0, 7, 1, 8, 2, 7, 0, 8]
    answers = await asyncio.gather(*(stage.products.get(an_id(number)) for number in asked), return_exceptions=True)
    for number, answer in zip(asked, answers, strict=True):
        if number < 3:
            assert not isinstance(answer, BaseException)
            assert answer.product.id == an_id(number)
        else:
            assert type(answer) is ProductNotFound
    refusals = [answer for answer in answers if isinstance(answer, ProductNotFound)]
    assert len({id(refusal) for refusal in refusals}) == 4


async def a_get_after_a_write_sees_it(make: Make) -> None:
    """However many reads are under way that were sent before it."""
    stage = await Stage(make).filled(2)
    earlier = [asyncio.create_task(stage.price(number)) for number in (0, 0, 1)]
    for version in range(2, 12):
        await asyncio.sleep(READ / 3)
        await stage.reprice(0, version)
        earlier.append(asyncio.create_task(stage.price(1)))
        assert await stage.price(0) == version
    await asyncio.gather(*earlier)


async def a_get_after_an_add_or_an_adjustment_sees_it(make: Make) -> None:
    stage = await Stage(make).filled(1)
    under_way = [asyncio.create_task(stage.products.get(an_id(number))) for number in (0, 1, 0)]
    await asyncio.sleep(READ / 2)
    await stage.written(stage.products.add(an_entry(1), units=1))
    await stage.stocks.adjust(an_id(0), delta=4, key="a", fingerprint="f", at=NOW)
    new, old = await asyncio.gather(stage.products.get(an_id(1)), stage.products.get(an_id(0)))
    assert (new.available, old.available) == (1, 9)
    await asyncio.gather(*under_way, return_exceptions=True)


async def a_list_after_a_write_sees_it(make: Make) -> None:
    """A write of a stock too, which goes past the decorator, as that of another process does."""
    for ask in LISTS:
        stage = await Stage(make).filled(1)
        none_yet = await ask(stage.store)
        under_way = [asyncio.create_task(_of(ask(stage.products))) for _ in range(3)]
        await asyncio.sleep(READ / 2)
        await stage.written(stage.products.add(an_entry(1, price=9), units=1))
        new = await ask(stage.products)
        assert new == await ask(stage.store) != none_yet
        assert (await asyncio.gather(*under_way))[0] == none_yet

        under_way = [asyncio.create_task(_of(ask(stage.products))) for _ in range(3)]
        await asyncio.sleep(READ / 2)
        await stage.stocks.adjust(an_id(1), delta=-1, key="a", fingerprint="f", at=NOW)
        assert await ask(stage.products) == await ask(stage.store)
        await asyncio.gather(*under_way)


async def equal_lists_at_once_are_two_reads(make: Make) -> None:
    for ask in LISTS:
        stage = await Stage(make).filled(3)
        answers = await asyncio.gather(*(ask(stage.products) for _ in range(32)))
        assert answers == [await ask(stage.store)] * 32
        assert len(stage.reads) <= 2


async def different_lists_are_different_questions(make: Make) -> None:
    stage = await Stage(make).filled(6)
    first = await stage.store.search(EVERYTHING, limit=2, after=None)
    asks: list[Ask] = [
        lambda products: products.search(EVERYTHING, limit=2, after=None),
        lambda products: products.search(EVERYTHING, limit=3, after=None),
        lambda products: products.search(EVERYTHING, limit=2, after=first.next),
        lambda products: products.search(Query(sort="created_at"), limit=2, after=None),
        lambda products: products.facets(EVERYTHING, ["tag"]),
        lambda products: products.facets(EVERYTHING, ["price", "tag"]),
        lambda products: products.facets(Query(max_price=0), ["tag"]),
        lambda products: products.categories(),
    ]
    answers = await asyncio.gather(*(ask(stage.products) for ask in asks * 2))
    assert answers == [await ask(stage.store) for ask in asks] * 2
    assert len(stage.reads) <= 2 * len(asks)
    assert LoopClock().monotonic() == pytest.approx(len(stage.reads) / len(asks) * READ), "They waited for each other."


async def a_failure_reaches_each_as_an_error_of_their_own(make: Make) -> None:
    stage = await Stage(make).filled(9)
    stage.slow.down = 2
    errors = await asyncio.gather(*(stage.products.get(an_id(n)) for n in range(9)), return_exceptions=True)
    assert len({id(error) for error in errors}) == 9
    for error in errors:
        assert isinstance(error, Unavailable)
        assert (error.detail, error.retry_after, error.facts) == ("It is down.", 7, {"table": "products"})
        assert isinstance(error.__cause__, OSError)
        error.facts["mine"] = True
        assert sum("mine" in getattr(other, "facts", ()) for other in errors) == 1
        del error.facts["mine"]
    assert len(stage.reads) == 2


async def a_failure_is_not_that_of_those_who_still_wait(make: Make) -> None:
    stage = await Stage(make).filled(3)
    stage.slow.down = 1
    answers = await asyncio.gather(*(stage.price(number) for number in range(3)), return_exceptions=True)
    assert isinstance(answers[0], Unavailable)
    assert answers[1:] == [4_900, 4_900]


async def what_is_refused_to_one_is_not_refused_to_others(make: Make) -> None:
    """A store that chokes on an id, as a driver does that cannot encode it."""
    stage = await Stage(make).filled(3)

    class Choking:
        async def get(self, id: str) -> object:
            return await stage.slow.get(id.encode().decode())

        async def get_many(self, ids: tuple[str, ...]) -> object:
            return await stage.slow.get_many([id.encode().decode() for id in ids])

    store: Any = Choking()
    products = make(store, LoopClock())
    ids = [an_id(0), "\ud800", an_id(1), an_id(2)]
    answers = await asyncio.gather(*(products.get(id) for id in ids), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["Listing", "UnicodeEncodeError", "Listing", "Listing"]


async def who_hangs_up_takes_nothing_from_others(make: Make) -> None:
    """The one who asked first, one whose read is under way, and one who still waits for it to be sent."""
    stage = await Stage(make).filled(6)
    for moment in (READ / 2, READ * 3 / 2):
        for leaver in range(6):
            asked = [asyncio.create_task(stage.price(number)) for number in range(6)]
            await asyncio.sleep(moment)
            asked[leaver].cancel()
            answers = await asyncio.gather(*asked, return_exceptions=True)
            gone = leaver if moment < READ or leaver else None  # the first had its answer by then
            for number, answer in enumerate(answers):
                assert isinstance(answer, asyncio.CancelledError) if number == gone else answer == 4_900, answers


async def nobody_is_asked_for_who_has_gone(make: Make) -> None:
    stage = await Stage(make).filled(3)
    asked = [asyncio.create_task(stage.price(number)) for number in range(3)]
    await asyncio.sleep(READ / 2)
    asked[1].cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert stage.slow.calls == [("get", an_id(0)), ("get", an_id(2))]


async def who_has_no_time_left_gives_up_alone(make: Make) -> None:
    stage = await Stage(make).filled(4)
    given_up_at = []

    async def hurried(number: int) -> None:
        with pytest.raises(Unavailable):
            await stage.ask_as(number, RequestContext(deadline=READ * 1.5))
        given_up_at.append(LoopClock().monotonic())

    patient = [asyncio.create_task(stage.ask_as(0, RequestContext()))]
    await asyncio.sleep(0)
    others = [asyncio.create_task(hurried(number)) for number in (1, 2)]
    patient.append(asyncio.create_task(stage.ask_as(3, RequestContext(deadline=9.0))))
    assert [listing.product.id for listing in await asyncio.gather(*patient)] == [an_id(0), an_id(3)]
    await asyncio.gather(*others)
    assert given_up_at == pytest.approx([READ * 1.5] * 2)


async def a_read_for_several_lasts_as_long_as_the_latest_of_their_deadlines(make: Make) -> None:
    for deadlines, latest in (((5.0, 9.0, 7.0), 9.0), ((5.0, None, 7.0), None)):
        stage = await Stage(make).filled(4)
        requests = [RequestContext(request_id="first", deadline=4.0)]
        requests += [RequestContext(request_id="other", traceparent="t", deadline=each) for each in deadlines]
        await asyncio.gather(*(stage.ask_as(number, request) for number, request in enumerate(requests)))
        assert stage.slow.requests == [requests[0], RequestContext(deadline=latest)]


async def a_read_for_one_is_theirs(make: Make) -> None:
    stage = await Stage(make).filled(2)
    requests = [RequestContext(request_id=str(n), traceparent="t", deadline=9.0 + n) for n in range(2)]
    await asyncio.gather(*(stage.ask_as(number, request) for number, request in enumerate(requests)))
    assert stage.slow.requests == requests


async def a_read_that_hangs_is_waited_for_no_longer_than_patience_says(make: Make) -> None:
    stage = await Stage(make).filled(3)
    stage.slow.seconds = 60.0
    hanging = asyncio.create_task(stage.price(0))
    await asyncio.sleep(PATIENCE / 2)
    stage.slow.seconds = READ
    waiting = asyncio.create_task(stage.price(1))
    await asyncio.sleep(PATIENCE)
    assert not waiting.done()
    assert await stage.price(2) == 4_900
    assert await waiting == 4_900
    assert await stage.price(1) == 4_900
    assert LoopClock().monotonic() < 1
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def _of(question: Awaitable[Any]) -> Any:
    return await question
