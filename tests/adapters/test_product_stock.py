"""What every store does with stock: each verb of `Stocks` does what `Stock`'s method of that name says, and no more."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product as combinations

import pytest

from adapters.outbound.memory.product import MemoryStocks
from adapters.outbound.mongo.product_stock import MongoStocks
from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductInvalid, ProductNotFound, Shortage
from core.product.model import ADJUSTMENT_REMEMBERED, HOLD_REMEMBERED, UNITS_MAX, Hold, Stock
from core.product.ports import PAGE_HOLDS_MAX, Stocks
from core.shared.errors import IdempotencyKeyReused, ShopError
from core.shared.paging import Cursor, CursorInvalid
from tests.adapters.stores import ProductStore, on_every_store
from tests.builders import NOW, a_product, a_stock, an_id

ORDER = an_id(1_000)
VERBS = ("take", "release", "settle")
Step = Callable[[], Awaitable[bool | None]]


async def stock_of(stocks: Stocks, product_id: str) -> Stock:
    return next(stock for stock in await every(stocks) if stock.product_id == product_id)


async def every(stocks: Stocks, *, limit: int = 100) -> list[Stock]:
    found: list[Stock] = []
    after: Cursor | None = None
    while True:
        page = await stocks.list(limit=limit, after=after)
        found += page.items
        after = page.next
        if after is None:
            return found
        assert len(page.items) == limit


class Pair:
    """A product's stock in a store, and the model of it; each step is done on both, and must end alike."""

    def __init__(self, stocks: Stocks, model: Stock) -> None:
        self._stocks = stocks
        self.model = model

    async def take(self, order_id: str, quantity: int) -> None:
        await self._both(
            partial(self._stocks.take, self.model.product_id, order_id, quantity=quantity),
            lambda stock: stock.take(order_id, quantity),
        )

    async def release(self, order_id: str, *, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.release, self.model.product_id, order_id, at=at),
            lambda stock: stock.release(order_id, at=at),
        )

    async def settle(self, order_id: str, *, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.settle, self.model.product_id, order_id, at=at),
            lambda stock: stock.settle(order_id, at=at),
        )

    async def adjust(self, delta: int, *, key: str, fingerprint: str, at: datetime = NOW) -> None:
        await self._both(
            partial(self._stocks.adjust, self.model.product_id, delta=delta, key=key, fingerprint=fingerprint, at=at),
            lambda stock: stock.adjust(delta, key=key, fingerprint=fingerprint, at=at),
        )

    async def _both(self, on_store: Step, on_model: Callable[[Stock], Stock]) -> None:
        before, expected = self.model, ""
        try:
            self.model = on_model(before)
        except ShopError as refusal:
            expected = told(refusal)
        try:
            changed = await on_store()
        except ShopError as refusal:
            found = told(refusal)
        else:
            found = ""
            assert changed in (None, self.model is not before)
        assert found == expected


def told(refusal: ShopError) -> str:
    return f"{refusal.code}: {refusal.detail} {refusal.facts}"


async def a_pair(store: ProductStore, number: int, units: int) -> Pair:
    product = a_product(number, name="B", description="", tags=(), category="C")  # few words are quickly indexed
    await store.products.add(product, units=units)
    return Pair(store.stocks, a_stock(units, product_id=product.id))


@pytest.mark.parametrize("first", VERBS)
@on_every_store("product")
async def test_all_orders_of_verbs_up_to_five_end_as_the_model_says(store: ProductStore, first: str) -> None:
    """Each sequence, with repetitions, on a product of its own: every step's outcome, and the stock at the end."""
    sequences = [(first, *verbs) for length in range(5) for verbs in combinations(VERBS, repeat=length)]

    async def played(number: int, verbs: tuple[str, ...]) -> Stock:
        pair = await a_pair(store, number, units=3)
        for verb in verbs:
            await (pair.take(ORDER, 2) if verb == "take" else getattr(pair, verb)(ORDER))
        return pair.model

    models = await asyncio.gather(*(played(number, verbs) for number, verbs in enumerate(sequences)))
    assert await every(store.stocks) == models
    steps = sum(len(verbs) for verbs in sequences)
    print(f"{len(sequences)} sequences of {steps} steps equal the model")


@on_every_store("product")
async def test_random_dealings_end_as_the_model_says(store: ProductStore) -> None:
    """Few orders, keys and units, so that they meet; a clock that runs past what is remembered."""
    steps, refused = 0, 0
    for seed in range(10):
        choose = random.Random(seed)
        pair = await a_pair(store, seed, units=choose.randint(0, 4))
        now = NOW
        for _ in range(40):
            now += timedelta(milliseconds=choose.choice([0, 1, 60_000, 3_600_000, 28_800_000]))
            order = an_id(choose.randint(1, 3), at=choose.choice([NOW, now, now - HOLD_REMEMBERED]))
            verb = choose.choice([*VERBS, "adjust"])
            before = pair.model
            if verb == "take":
                await pair.take(order, choose.randint(1, 3))
            elif verb == "adjust":
                key, delta = choose.choice("abc"), choose.choice([-2, -1, 1, 2])
                await pair.adjust(delta, key=key, fingerprint=str(delta), at=now)
            else:
                await getattr(pair, verb)(order, at=now)
            assert await stock_of(store.stocks, pair.model.product_id) == pair.model
            assert pair.model.available + pair.model.held + pair.model.sold == pair.model.received
            steps, refused = steps + 1, refused + (pair.model is before)
    print(f"{steps} steps equal the model, {steps - refused} of them changed something")
    assert steps / 10 < refused < steps * 9 / 10


@on_every_store("product")
async def test_units_are_taken_once_an_order(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDER, 2)
    await pair.take(ORDER, 2)
    assert (await stock_of(store.stocks, an_id(1))).available == 3
    with pytest.raises(HoldClosed):
        await store.stocks.take(an_id(1), ORDER, quantity=1)


@on_every_store("product")
async def test_a_shortage_names_the_product_and_what_there_is(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=2)
    with pytest.raises(OutOfStock) as short:
        await store.stocks.take(an_id(1), ORDER, quantity=3)
    assert short.value.lines == (Shortage(product_id=an_id(1), quantity=3, available=2),)
    assert await every(store.stocks) == [a_stock(2)]


@on_every_store("product")
async def test_a_release_before_the_take_closes_the_hold(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=2)
    await store.stocks.release(an_id(1), ORDER, at=NOW)
    with pytest.raises(HoldClosed):
        await store.stocks.take(an_id(1), ORDER, quantity=1)
    with pytest.raises(HoldClosed):
        await store.stocks.settle(an_id(1), ORDER, at=NOW)
    with pytest.raises(HoldUnknown):
        await store.stocks.settle(an_id(1), an_id(1_001), at=NOW)


@on_every_store("product")
async def test_closed_holds_are_forgotten_in_time_and_held_ones_never(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=9)
    sold, void, held = an_id(1), an_id(2), an_id(3)
    for order in (sold, void, held):
        await pair.take(order, 1)
    await pair.settle(sold)
    await pair.release(void)
    for later in (HOLD_REMEMBERED, HOLD_REMEMBERED + timedelta(milliseconds=1)):
        await pair.release(an_id(4, at=NOW + later), at=NOW + later)
        assert await stock_of(store.stocks, an_id(1)) == pair.model
    assert set(pair.model.holds) > {held}
    assert not {sold, void} & set(pair.model.holds)
    await pair.settle(sold, at=NOW + HOLD_REMEMBERED + timedelta(milliseconds=1))


@on_every_store("product")
async def test_an_adjustment_is_made_once_a_key_for_a_day(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=2)
    tell = partial(store.stocks.adjust, an_id(1), delta=3, key="ab", fingerprint="$three")
    assert await tell(at=NOW) is True
    assert await tell(at=NOW + ADJUSTMENT_REMEMBERED - timedelta(milliseconds=1)) is False
    with pytest.raises(IdempotencyKeyReused):
        await store.stocks.adjust(an_id(1), delta=4, key="ab", fingerprint="four", at=NOW)
    assert await tell(at=NOW + ADJUSTMENT_REMEMBERED) is True
    stock = await stock_of(store.stocks, an_id(1))
    assert (stock.received, stock.available, stock.revision) == (8, 8, 3)
    assert stock.adjustments["ab"].fingerprint == "$three"


@on_every_store("product")
async def test_stock_is_never_adjusted_below_nothing_or_beyond_the_largest_number(store: ProductStore) -> None:
    await store.products.add(a_product(1), units=2)
    with pytest.raises(OutOfStock):
        await store.stocks.adjust(an_id(1), delta=-3, key="a", fingerprint="a", at=NOW)
    with pytest.raises(ProductInvalid):
        await store.stocks.adjust(an_id(1), delta=UNITS_MAX - 1, key="b", fingerprint="b", at=NOW)
    await store.stocks.adjust(an_id(1), delta=UNITS_MAX - 2, key="c", fingerprint="c", at=NOW)
    await store.stocks.adjust(an_id(1), delta=-UNITS_MAX, key="d", fingerprint="d", at=NOW)
    assert (await stock_of(store.stocks, an_id(1))).received == 0


@on_every_store("product")
async def test_stock_of_an_unknown_product_is_not_found(store: ProductStore) -> None:
    for step in (
        partial(store.stocks.take, an_id(1), ORDER, quantity=1),
        partial(store.stocks.release, an_id(1), ORDER, at=NOW),
        partial(store.stocks.settle, an_id(1), ORDER, at=NOW),
        partial(store.stocks.adjust, an_id(1), delta=1, key="a", fingerprint="a", at=NOW),
    ):
        with pytest.raises(ProductNotFound):
            await step()


@on_every_store("product")
async def test_every_stock_is_listed_by_product_id(store: ProductStore) -> None:
    for number in (3, 1, 5, 2, 4):
        await store.products.add(a_product(number), units=number)
    await store.products.save(a_product(2).archived(at=NOW))
    for limit in (1, 2, 5):
        listed = await every(store.stocks, limit=limit)
        assert listed == [a_stock(number, product_id=an_id(number)) for number in range(1, 6)]
    page = await store.stocks.list(limit=2, after=None)
    assert page.next == Cursor(order="product_id", key=(an_id(2),))
    with pytest.raises(CursorInvalid):
        await store.stocks.list(limit=2, after=Cursor(order="name", key=("a", an_id(1))))


async def put_holds(stocks: Stocks, product_id: str, number: int) -> None:
    """So many holds at once, past the port: one by one they would take minutes."""
    ids = [an_id(order) for order in range(number)]
    if isinstance(stocks, MemoryStocks):
        holds = {id: Hold(quantity=1, state="held") for id in ids}
        stocks._shelf.keep_stock(a_stock(number, product_id=product_id, holds=holds))
    elif isinstance(stocks, MongoStocks):
        documents = {id: {"quantity": 1, "state": "held"} for id in ids}
        async with stocks._collection.use() as products:
            await products.update_one({"_id": product_id}, {"$set": {"stock.holds": documents}})
    else:
        pytest.fail("how does this store keep holds?")


@on_every_store("product")
async def test_a_page_of_stocks_ends_before_it_has_too_many_holds(store: ProductStore) -> None:
    """A stock that alone has more is a page of its own."""
    for number, holds in enumerate((2, PAGE_HOLDS_MAX + 1, PAGE_HOLDS_MAX - 1, 1, 1), start=1):
        await store.products.add(a_product(number), units=0)
        await put_holds(store.stocks, an_id(number), holds)
    pages: list[list[int]] = []
    after: Cursor | None = None
    while not pages or after is not None:
        page = await store.stocks.list(limit=100, after=after)
        pages.append([len(stock.holds) for stock in page.items])
        after = page.next
    assert pages == [[2], [PAGE_HOLDS_MAX + 1], [PAGE_HOLDS_MAX - 1, 1], [1]]
