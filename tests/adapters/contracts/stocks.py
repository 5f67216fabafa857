"""The contract of `core.product.ports.Stocks`: each verb does what `Stock`'s method of that name says, and no more."""

import asyncio
import random
from datetime import timedelta
from functools import partial
from itertools import product as combinations

import pytest

from core.product.errors import HoldClosed, HoldUnknown, OutOfStock, ProductInvalid, ProductNotFound, Shortage
from core.product.model import ADJUSTMENT_REMEMBERED, HOLD_REMEMBERED, UNITS_MAX, Adjustment, Stock
from core.shared.errors import IdempotencyKeyReused
from core.shared.paging import Cursor, CursorInvalid
from tests.adapters.contracts.pages import paged
from tests.adapters.contracts.paired_stock import a_pair, every_stock, stock_of
from tests.adapters.stores import ProductStore
from tests.builders import NOW, a_product, a_stock, an_entry, an_id, kept

ORDER, OTHER = an_id(1_000), an_id(1_001)
VERBS = ("take", "release", "settle")
MOMENT = timedelta(milliseconds=1)


async def all_orders_of_verbs_up_to_three_end_as_the_model_says(store: ProductStore) -> None:
    """Each sequence, with repetitions, on a product of its own: every step's outcome, and the stock at the end."""
    sequences = [verbs for length in range(1, 4) for verbs in combinations(VERBS, repeat=length)]

    async def played(number: int, verbs: tuple[str, ...]) -> Stock:
        pair = await a_pair(store, number, units=3)
        for verb in verbs:
            await (pair.take(ORDER, 2) if verb == "take" else getattr(pair, verb)(ORDER))
        return pair.model

    models = await asyncio.gather(*(played(number, verbs) for number, verbs in enumerate(sequences)))
    assert await every_stock(store.stocks) == models


async def random_dealings_end_as_the_model_says(store: ProductStore) -> None:
    """Few orders, keys and units, so that they meet; a clock that runs past what is remembered."""
    steps, refused = 0, 0
    for seed in range(3):
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
            assert await stock_of(store.stocks, seed) == pair.model
            assert pair.model.available + pair.model.held + pair.model.sold == pair.model.received
            steps, refused = steps + 1, refused + (pair.model is before)
    assert steps / 10 < refused < steps * 9 / 10


async def units_are_taken_once_an_order(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDER, 2)
    await pair.take(ORDER, 2)
    assert await every_stock(store.stocks) == [pair.model]
    assert (pair.model.available, pair.model.revision) == (3, 2)
    for quantity in (1, 3):
        with pytest.raises(HoldClosed):
            await store.stocks.take(an_id(1), ORDER, quantity=quantity)


async def every_order_and_every_product_has_holds_of_its_own(store: ProductStore) -> None:
    one, two = await a_pair(store, 1, units=5), await a_pair(store, 2, units=5)
    await one.take(ORDER, 1)
    await two.take(ORDER, 2)
    await one.take(OTHER, 3)
    await one.release(ORDER)
    await two.settle(ORDER)
    assert await every_stock(store.stocks) == [one.model, two.model]
    assert (one.model.available, one.model.held, two.model.available, two.model.sold) == (2, 3, 3, 2)


async def a_shortage_names_the_product_and_what_there_is(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=2)
    with pytest.raises(OutOfStock) as short:
        await store.stocks.take(an_id(1), ORDER, quantity=3)
    assert short.value.lines == (Shortage(product_id=an_id(1), quantity=3, available=2),)
    assert await every_stock(store.stocks) == [a_stock(2)]
    await store.stocks.take(an_id(1), ORDER, quantity=2)  # the last ones, too, can be had


async def units_come_back_once(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDER, 2)
    for _ in range(2):
        await pair.release(ORDER)
    assert await every_stock(store.stocks) == [pair.model]
    assert (pair.model.available, pair.model.revision) == (5, 3)


async def units_are_sold_once_and_for_good(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDER, 2)
    for _ in range(2):
        await pair.settle(ORDER)
    assert (pair.model.available, pair.model.sold, pair.model.revision) == (3, 2, 3)
    with pytest.raises(HoldClosed):
        await store.stocks.release(an_id(1), ORDER, at=NOW)
    with pytest.raises(HoldClosed):
        await store.stocks.take(an_id(1), ORDER, quantity=2)
    assert await every_stock(store.stocks) == [pair.model]


async def a_release_before_the_take_closes_the_hold(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=2)
    await store.stocks.release(an_id(1), ORDER, at=NOW)
    with pytest.raises(HoldClosed):
        await store.stocks.take(an_id(1), ORDER, quantity=1)
    with pytest.raises(HoldClosed):
        await store.stocks.settle(an_id(1), ORDER, at=NOW)
    with pytest.raises(HoldUnknown):
        await store.stocks.settle(an_id(1), OTHER, at=NOW)
    assert (await stock_of(store.stocks, 1)).available == 2


async def closed_holds_are_forgotten_in_time_and_held_ones_never(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=9)
    sold, void, held = an_id(1), an_id(2), an_id(3)
    for order in (sold, void, held):
        await pair.take(order, 1)
    await pair.settle(sold)
    await pair.release(void)
    for later in (HOLD_REMEMBERED, HOLD_REMEMBERED + MOMENT):
        await pair.release(an_id(4, at=NOW + later), at=NOW + later)
        assert await stock_of(store.stocks, 1) == pair.model
    assert set(pair.model.holds) > {held}
    assert not {sold, void} & set(pair.model.holds)
    for order in (sold, held):
        await pair.settle(order, at=NOW + HOLD_REMEMBERED + MOMENT)
    assert await stock_of(store.stocks, 1) == pair.model
    assert pair.model.sold == 2


async def a_settled_hold_is_the_time_to_forget_others_too(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=9)
    later = NOW + HOLD_REMEMBERED + MOMENT
    new = an_id(2, at=later)
    await pair.take(ORDER, 1)
    await pair.settle(ORDER)
    await pair.take(new, 1)
    await pair.settle(new, at=later)
    assert await stock_of(store.stocks, 1) == pair.model
    assert set(pair.model.holds) == {new}


async def an_adjustment_is_made_once_a_key_for_a_day(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=2)
    tell = partial(store.stocks.adjust, an_id(1), delta=3, key="ab", fingerprint="$three")
    assert await tell(at=NOW) is True
    assert await tell(at=NOW + ADJUSTMENT_REMEMBERED - MOMENT) is False
    with pytest.raises(IdempotencyKeyReused):
        await store.stocks.adjust(an_id(1), delta=4, key="ab", fingerprint="four", at=NOW)
    assert await tell(at=NOW + ADJUSTMENT_REMEMBERED) is True
    stock = await stock_of(store.stocks, 1)
    assert (stock.received, stock.available, stock.revision) == (8, 8, 3)
    assert stock.adjustments == {"ab": Adjustment(fingerprint="$three", at=NOW + ADJUSTMENT_REMEMBERED)}
    assert stock.adjustments["ab"].at.utcoffset() == timedelta(0)


async def every_product_has_adjustments_of_its_own(store: ProductStore) -> None:
    pairs = [await a_pair(store, number, units=5) for number in (1, 2)]
    for pair, delta in zip(pairs, (-1, 2), strict=True):
        await pair.adjust(delta, key="a-b", fingerprint=str(delta))
    assert await every_stock(store.stocks) == [pair.model for pair in pairs]
    assert [pair.model.available for pair in pairs] == [4, 7]


async def old_adjustments_are_forgotten(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    for hours, key in enumerate("abc"):
        await pair.adjust(1, key=key, fingerprint=key, at=NOW + timedelta(hours=hours))
    await pair.adjust(1, key="d", fingerprint="d", at=NOW + ADJUSTMENT_REMEMBERED + timedelta(hours=1))
    assert await stock_of(store.stocks, 1) == pair.model
    assert set(pair.model.adjustments) == {"c", "d"}


async def stock_is_never_adjusted_below_nothing_or_beyond_the_largest_number(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=2)
    with pytest.raises(OutOfStock):
        await store.stocks.adjust(an_id(1), delta=-3, key="a", fingerprint="a", at=NOW)
    with pytest.raises(ProductInvalid):
        await store.stocks.adjust(an_id(1), delta=UNITS_MAX - 1, key="b", fingerprint="b", at=NOW)
    assert await every_stock(store.stocks) == [a_stock(2)]
    await store.stocks.adjust(an_id(1), delta=UNITS_MAX - 2, key="c", fingerprint="c", at=NOW)
    await store.stocks.adjust(an_id(1), delta=-UNITS_MAX, key="d", fingerprint="d", at=NOW)
    assert (await stock_of(store.stocks, 1)).received == 0


async def units_that_are_held_cannot_be_counted_out(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    await pair.take(ORDER, 3)
    await pair.adjust(-3, key="a", fingerprint="a")
    await pair.adjust(-2, key="b", fingerprint="b")
    assert await every_stock(store.stocks) == [pair.model]
    assert (pair.model.available, pair.model.held, pair.model.received) == (0, 3, 3)


async def stock_of_an_unknown_product_is_not_found(store: ProductStore) -> None:
    await store.products.add(an_entry(2), units=1)
    for id in (an_id(1), "no id"):
        for step in (
            partial(store.stocks.take, id, ORDER, quantity=1),
            partial(store.stocks.release, id, ORDER, at=NOW),
            partial(store.stocks.settle, id, ORDER, at=NOW),
            partial(store.stocks.adjust, id, delta=1, key="a", fingerprint="a", at=NOW),
        ):
            with pytest.raises(ProductNotFound):
                await step()
    assert await every_stock(store.stocks) == [a_stock(1, product_id=an_id(2))]


async def the_catalogue_tells_every_change_of_stock(store: ProductStore) -> None:
    pair = await a_pair(store, 1, units=5)
    archived = (await store.products.get(an_id(1))).product.archived(at=NOW)
    await store.products.save(kept(archived))
    for step in (
        partial(pair.take, ORDER, 2),
        partial(pair.take, OTHER, 1),
        partial(pair.release, OTHER),
        partial(pair.settle, ORDER),
        partial(pair.adjust, -3, key="a", fingerprint="a"),
    ):
        await step()
        listing = await store.products.get(an_id(1))
        assert (listing.available, listing.stock_revision) == (pair.model.available, pair.model.revision)
    assert (await store.products.get(an_id(1))).product == archived


async def every_stock_is_listed_by_product_id(store: ProductStore) -> None:
    assert await every_stock(store.stocks) == []
    for number in (3, 1, 5, 2, 4):
        await store.products.add(an_entry(number), units=number)
    await store.products.save(kept(a_product(2).archived(at=NOW)))
    for limit in (1, 2, 5):
        stocks = await every_stock(store.stocks, limit=limit)
        assert stocks == [a_stock(number, product_id=an_id(number)) for number in range(1, 6)]
    page = await store.stocks.list(limit=2, after=None)
    assert page.next == Cursor(order="product_id", key=(an_id(2),))


async def a_page_ends_before_it_has_too_many_holds(store: ProductStore) -> None:
    """A stock that alone has more is a page of its own, wherever it is in the list."""
    for number, holds in enumerate((4, 2, 1, 5, 0, 3, 0, 1, 2, 6), start=1):
        await store.products.add(an_entry(number), units=holds)
        for order in range(holds):
            await store.stocks.take(an_id(number), an_id(1_000 + order), quantity=1)

    async def pages(limit: int) -> list[list[int]]:
        found = await paged(lambda after: store.stocks.list(limit=limit, after=after, holds=3))
        return [[len(stock.holds) for stock in page] for page in found]

    assert await pages(limit=100) == [[4], [2, 1], [5], [0, 3, 0], [1, 2], [6]]
    assert await pages(limit=2) == [[4], [2, 1], [5], [0, 3], [0, 1], [2], [6]]
    assert len((await store.stocks.list(limit=100, after=None)).items) == 10


async def a_cursor_of_another_list_is_refused(store: ProductStore) -> None:
    await store.products.add(an_entry(1), units=0)
    for cursor in (
        Cursor(order="name", key=("a", an_id(1))),
        Cursor(order="name", key=(an_id(1),)),
        Cursor(order="product_id", key=("a", an_id(1))),
        Cursor(order="product_id", key=(1,)),
    ):
        with pytest.raises(CursorInvalid):
            await store.stocks.list(limit=2, after=cursor)
