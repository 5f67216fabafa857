"""What `CachedCatalog` and `FreshCatalog` promise beyond the contract of `Catalog`; told of a way to make a cache."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import cast

import pytest

from adapters.outbound.decorators.cart import CachedCatalog, FreshCatalog
from core.cart.model import Offer
from core.cart.ports import Catalog
from core.shared.context import RequestContext
from core.shared.errors import Unavailable
from tests.adapters.decorators.slow import READ, Slow, by
from tests.builders import usd
from tests.virtual_time import LoopClock

Make = Callable[..., CachedCatalog]
SECONDS = 5.0
SIZE = 10


class Prices(Catalog):
    """A catalogue of what it is given."""

    def __init__(self) -> None:
        self.known: dict[str, Offer] = {}

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        return {id: self.known[id] for id in product_ids if id in self.known}


class Stage:
    """A slow catalogue, and those who ask it through the cache, or past it."""

    def __init__(self, make: Make) -> None:
        self._prices = Prices()
        self.slow = Slow(self._prices)
        self.cached = make(cast(Catalog, self.slow), clock=LoopClock(), seconds=SECONDS, size=SIZE)
        self.fresh = FreshCatalog(self.cached)
        self.reprice("boots", 1)
        self.reprice("socks", 1)

    def reprice(self, product: str, price: int) -> None:
        self._prices.known[product] = Offer(
            product_id=product, sku=product, name=product, price=usd(price), available=1, for_sale=True
        )

    async def price(self, product: str) -> int:
        return (await self.cached.offers([product]))[product].price.amount

    async def fresh_price(self, product: str) -> int:
        return (await self.fresh.offers([product]))[product].price.amount

    @property
    def asked(self) -> list[set[str]]:
        return [set(ids) for _, ids in self.slow.calls]


async def what_is_known_is_not_asked_for(make: Make) -> None:
    stage = Stage(make)
    first = await stage.cached.offers(["boots"])
    assert await stage.cached.offers(["boots"]) == first == {"boots": stage._prices.known["boots"]}
    assert stage.asked == [{"boots"}]


async def only_what_is_missing_is_asked_for_and_in_one_call(make: Make) -> None:
    stage = Stage(make)
    for product in ("hats", "coats", "gloves"):
        stage.reprice(product, 1)
    await stage.cached.offers(["boots", "socks"])
    offers = await stage.cached.offers(["hats", "boots", "coats", "socks", "gloves", "hats"])
    assert set(offers) == {"hats", "boots", "coats", "socks", "gloves"}
    assert stage.asked == [{"boots", "socks"}, {"hats", "coats", "gloves"}]


async def an_offer_is_as_old_as_its_question(make: Make) -> None:
    """Its time does not begin with the answer, and not anew with each asker."""
    stage = Stage(make)
    assert await stage.price("boots") == 1
    stage.reprice("boots", 2)
    await asyncio.sleep(SECONDS - 2 * READ)
    assert await stage.price("boots") == 1
    await asyncio.sleep(READ + 0.001)
    assert await stage.price("boots") == 2


async def offers_of_one_cart_age_each_by_itself(make: Make) -> None:
    stage = Stage(make)
    await stage.price("boots")
    await asyncio.sleep(SECONDS / 2)
    await stage.cached.offers(["boots", "socks"])
    await asyncio.sleep(SECONDS / 2)
    await stage.cached.offers(["boots", "socks"])
    assert stage.asked == [{"boots"}, {"socks"}, {"boots"}]


async def misses_at_once_are_one_call(make: Make) -> None:
    stage = Stage(make)
    assert await asyncio.gather(*(stage.price("boots") for _ in range(32))) == [1] * 32
    assert stage.asked == [{"boots"}]


async def different_misses_at_once_are_two_calls(make: Make) -> None:
    stage = Stage(make)
    for number in range(8):
        stage.reprice(str(number), number)
    assert await asyncio.gather(*(stage.price(str(number)) for number in range(8))) == list(range(8))
    assert stage.asked == [{"0"}, set("1234567")]


async def each_is_told_what_they_asked_for(make: Make) -> None:
    stage = Stage(make)
    asked = [["boots"], ["socks", "boots"], ["nothing"], [], ["socks"], ["nothing", "socks"]]
    answers = await asyncio.gather(*(stage.cached.offers(products) for products in asked))
    assert [set(answer) for answer in answers] == [set(products) - {"nothing"} for products in asked]


async def what_does_not_exist_is_asked_for_again(make: Make) -> None:
    stage = Stage(make)
    assert await stage.cached.offers(["hats"]) == {}
    stage.reprice("hats", 3)
    assert await stage.price("hats") == 3


async def a_failure_is_not_remembered(make: Make) -> None:
    stage = Stage(make)
    stage.slow.down = 1
    with pytest.raises(Unavailable):
        await stage.cached.offers(["boots"])
    assert await stage.price("boots") == 1


async def an_offer_is_not_told_beyond_its_time_because_there_is_no_other(make: Make) -> None:
    stage = Stage(make)
    await stage.price("boots")
    await asyncio.sleep(SECONDS)
    stage.slow.down = 1
    with pytest.raises(Unavailable):
        await stage.cached.offers(["boots"])


async def no_more_is_remembered_than_size(make: Make) -> None:
    """Those asked for last: by their asking, not by the time that they were learnt."""
    stage = Stage(make)
    for number in range(SIZE):
        stage.reprice(str(number), number)
        await stage.price(str(number))
    await stage.price("0")
    await stage.price("boots")
    asked = len(stage.asked)
    await stage.cached.offers(["0", "boots", *map(str, range(2, SIZE))])
    assert len(stage.asked) == asked
    await stage.price("1")
    assert len(stage.asked) == asked + 1


async def a_cart_of_more_than_size_is_told_in_full(make: Make) -> None:
    stage = Stage(make)
    many = [str(number) for number in range(3 * SIZE)]
    for number in many:
        stage.reprice(number, int(number))
    for _ in range(2):
        assert set(await stage.cached.offers(many)) == set(many)


async def who_asks_afresh_is_told_what_is(make: Make) -> None:
    stage = Stage(make)
    await stage.price("boots")
    stage.reprice("boots", 2)
    assert (await stage.price("boots"), await stage.fresh_price("boots")) == (1, 2)
    stage.reprice("boots", 3)
    assert await stage.fresh_price("boots") == 3


async def the_cache_learns_what_one_was_told_who_asked_afresh(make: Make) -> None:
    stage = Stage(make)
    await stage.price("boots")
    stage.reprice("boots", 2)
    await stage.fresh_price("boots")
    assert await stage.price("boots") == 2
    assert len(stage.asked) == 2


async def an_old_answer_that_comes_late_replaces_no_newer_one(make: Make) -> None:
    stage = Stage(make)
    stage.slow.seconds = 1.0
    late = asyncio.create_task(stage.fresh_price("boots"))
    await asyncio.sleep(READ)
    stage.slow.seconds = READ
    stage.reprice("boots", 2)
    assert await stage.fresh_price("boots") == 2
    assert await late == 1
    assert await stage.price("boots") == 2


async def who_hangs_up_takes_nothing_from_others(make: Make) -> None:
    for leaver in range(4):
        stage = Stage(make)
        stage.reprice("hats", 3)
        asked = [asyncio.create_task(stage.price(product)) for product in ("boots", "socks", "socks", "hats")]
        await asyncio.sleep(READ / 2 if leaver == 0 else READ * 3 / 2)
        asked[leaver].cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for number, answer in enumerate(answers):
            assert isinstance(answer, asyncio.CancelledError) if number == leaver else isinstance(answer, int)


async def nobodys_deadline_is_anothers(make: Make) -> None:
    stage = Stage(make)
    hurried, patient = RequestContext(deadline=READ * 1.2), RequestContext(deadline=9.0)
    questions = [stage.price(product) for product in ("hats", "boots", "socks")]
    stage.reprice("hats", 3)
    requests = (patient, hurried, patient)
    answers = await asyncio.gather(*map(by, requests, questions), return_exceptions=True)
    assert (answers[0], answers[2]) == (3, 1)
    assert isinstance(answers[1], Unavailable)
