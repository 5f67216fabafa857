"""The contract of `core.order.ports.Orders`, where it keeps and finds single orders; lists are in `order_lists`."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.order.errors import CheckoutClash, OrderNotFound
from core.order.model import Order, RequestKey
from core.order.ports import Orders
from core.shared.errors import VersionStale
from core.shared.events import Event
from tests.builders import an_id
from tests.core.order.orders import ALICE, BOB, LIVES, a_key, after, confirmed, placed, refused

CART = an_id(77)


async def an_order_that_is_not_there_is_not_found(orders: Orders) -> None:
    await orders.add(placed(31))
    with pytest.raises(OrderNotFound):
        await orders.get(an_id(32))
    with pytest.raises(OrderNotFound):
        await orders.get("")


async def every_revision_comes_back_to_the_field(orders: Orders) -> None:
    for life in LIVES:
        first, *others = life()
        await orders.add(first)
        assert await orders.get(first.id) == first
        for order in others:
            await orders.save(order)
            assert await orders.get(order.id) == order


async def times_come_back_in_utc_to_the_millisecond(orders: Orders) -> None:
    for number, millisecond in enumerate((0, 1, 499, 500, 999)):
        at = datetime(2026, 12, 31, 23, 59, 59, millisecond * 1000, tzinfo=UTC)
        order = placed(number, at=at, deadline=at).held(at=at).confirmed(at=at)
        await orders.add(order)
        kept = await orders.get(order.id)
        assert kept == order
        times = [kept.placed_at, kept.deadline, kept.next_try, kept.history[-1].at, kept.outbox[0].at]
        assert all(time is not None and time.utcoffset() == timedelta(0) for time in times)


async def an_events_data_comes_back_as_it_was_and_is_nobody_elses(orders: Orders) -> None:
    def order(revision: int = 1) -> tuple[Order, dict[str, object]]:
        data: dict[str, object] = {
            "n": 10**15,
            "f": 0.1,
            "b": True,
            "none": None,
            "list": [{"é": ["x", 1]}, []],
            "": {},
        }
        event = Event(id="1", type="order.confirmed", subject="s", at=after(1), data=data)
        return replace(placed(), outbox=(event,), revision=revision), data

    added, data = order()
    await orders.add(added)
    data["n"] = "changed after it was kept"
    saved, data = order(revision=2)
    assert await orders.get(saved.id) == order()[0]
    await orders.save(saved)
    data["list"] = "changed after it was kept"
    (read,) = (await orders.get(saved.id)).outbox
    assert isinstance(read.data, dict)
    read.data["n"] = "changed after it was read"
    assert await orders.get(saved.id) == order(revision=2)[0]


async def only_the_next_revision_is_kept(orders: Orders) -> None:
    life = LIVES[0]()
    await orders.add(life[0])
    await orders.save(life[1])
    await orders.save(life[2])
    for stale in (life[0], life[1], life[2], life[4]):
        with pytest.raises(VersionStale):
            await orders.save(stale)
    assert await orders.get(life[0].id) == life[2]


async def an_order_that_was_never_added_cannot_be_saved(orders: Orders) -> None:
    for order in (placed(), placed().held(at=after(1))):
        with pytest.raises(VersionStale):
            await orders.save(order)
    with pytest.raises(OrderNotFound):
        await orders.get(placed().id)


async def an_order_is_added_once(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("one")))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(31, key=a_key("one")))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(31, key=a_key("two"), customer_id=BOB, cart_id=CART))
    assert await orders.get(an_id(31)) == placed(31, key=a_key("one"))


async def of_one_customers_orders_one_has_a_key(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("same")))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(32, key=a_key("same")))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(33, key=a_key("same", "another request")))
    await orders.add(placed(34, key=a_key("other")))
    await orders.add(placed(35, key=a_key("same"), customer_id=BOB))


async def of_one_customers_orders_one_is_of_a_carts_version(orders: Orders) -> None:
    await orders.add(confirmed(31, cart_id=CART).ticked("subtract_cart"))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(32, cart_id=CART))
    await orders.add(placed(33, cart_id=CART, cart_version=4))


async def a_cart_has_one_open_order(orders: Orders) -> None:
    await orders.add(placed(31, cart_id=CART, cart_version=3))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(32, cart_id=CART, cart_version=4))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(33, cart_id=CART, cart_version=4, customer_id=BOB))
    await orders.add(placed(34))


async def a_joined_order_may_not_take_anothers_key(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("hers")))
    await orders.add(placed(32))
    with pytest.raises(CheckoutClash):
        await orders.save(placed(32).joined_by(a_key("hers")))
    assert await orders.get(an_id(32)) == placed(32)


async def a_saved_order_may_not_take_anothers_open_cart(orders: Orders) -> None:
    await orders.add(placed(31, cart_id=CART))
    await orders.add(placed(32))
    with pytest.raises(CheckoutClash):
        await orders.save(replace(placed(32).held(at=after(1)), open_cart=CART))
    assert await orders.get(an_id(32)) == placed(32)


async def a_stale_save_is_stale_though_it_would_clash(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("hers")))
    await orders.add(placed(32))
    with pytest.raises(VersionStale):
        await orders.save(placed(32).held(at=after(1)).joined_by(a_key("hers")))


async def an_order_keeps_its_own_keys_and_cart_as_it_goes_on(orders: Orders) -> None:
    await orders.add(placed(key=a_key()))
    await orders.save(placed(key=a_key()).held(at=after(1)))
    await orders.save(placed(key=a_key()).held(at=after(1)).confirmed(at=after(2)))
    assert (await orders.by_key(ALICE, a_key().key)).state == "CONFIRMED"
    assert (await orders.by_open_cart(placed().cart_id)).state == "CONFIRMED"


async def a_clash_leaves_nothing_behind(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("taken")))
    with pytest.raises(CheckoutClash):
        await orders.add(placed(32, key=a_key("taken"), cart_id=CART))
    with pytest.raises(OrderNotFound):
        await orders.get(an_id(32))
    with pytest.raises(OrderNotFound):
        await orders.by_open_cart(CART)
    await orders.add(placed(33, key=a_key("free"), cart_id=CART))


async def an_attempt_that_failed_frees_its_cart_and_the_version(orders: Orders) -> None:
    life = LIVES[1]()
    await orders.add(life[0])
    await orders.save(life[1])
    cart_key = RequestKey.of_cart(life[0].cart_id, life[0].cart_version)
    with pytest.raises(OrderNotFound):
        await orders.by_key(ALICE, cart_key.key)
    with pytest.raises(OrderNotFound):
        await orders.by_open_cart(life[0].cart_id)
    again = placed(99, cart_id=life[0].cart_id)
    await orders.add(again)
    await orders.save(life[2])
    assert await orders.by_key(ALICE, cart_key.key) == again


async def a_customer_may_have_many_orders_without_a_key(orders: Orders) -> None:
    for number in range(3):
        assert refused(number).keys == ()
        await orders.add(refused(number))


async def an_order_is_found_by_each_of_its_keys(orders: Orders) -> None:
    await orders.add(placed(31, key=a_key("one")))
    joined = placed(31, key=a_key("one")).joined_by(a_key("two"))
    await orders.save(joined)
    for key in ("key:one", "key:two", f"cart:{joined.cart_id}:3"):
        assert await orders.by_key(ALICE, key) == joined
    for customer_id, key in ((BOB, "key:one"), (ALICE, "key:three"), (ALICE, "one"), (ALICE, "")):
        with pytest.raises(OrderNotFound):
            await orders.by_key(customer_id, key)


async def an_order_is_found_by_its_cart_while_that_is_open(orders: Orders) -> None:
    order = placed(31, cart_id=CART).held(at=after(1)).confirmed(at=after(2))
    await orders.add(order)
    assert await orders.by_open_cart(CART) == order
    await orders.save(order.ticked("subtract_cart"))
    for cart_id in (CART, ""):
        with pytest.raises(OrderNotFound):
            await orders.by_open_cart(cart_id)


async def of_many_next_revisions_one_is_kept(orders: Orders) -> None:
    order = placed()
    await orders.add(order)
    for _ in range(4):
        rivals = [order.joined_by(a_key(f"{order.revision}-{number}")) for number in range(32)]
        results = await asyncio.gather(*(orders.save(rival) for rival in rivals), return_exceptions=True)
        (order,) = _kept(rivals, results, VersionStale)
        assert await orders.get(order.id) == order


async def of_many_orders_with_one_key_one_is_kept(orders: Orders) -> None:
    rivals = [placed(number, key=a_key("same")) for number in range(20)]
    results = await asyncio.gather(*(orders.add(rival) for rival in rivals), return_exceptions=True)
    (winner,) = _kept(rivals, results, CheckoutClash)
    assert await orders.by_key(ALICE, "key:same") == winner
    page = await orders.list_all(limit=100, after=None)
    assert page.items == (winner,)


async def of_many_orders_of_one_cart_one_is_kept(orders: Orders) -> None:
    rivals = [placed(number, cart_id=CART, cart_version=number) for number in range(20)]
    results = await asyncio.gather(*(orders.add(rival) for rival in rivals), return_exceptions=True)
    (winner,) = _kept(rivals, results, CheckoutClash)
    assert await orders.by_open_cart(CART) == winner


async def of_many_orders_joined_by_one_key_one_is_kept(orders: Orders) -> None:
    placed_orders = [placed(number) for number in range(20)]
    for order in placed_orders:
        await orders.add(order)
    rivals = [order.joined_by(a_key("same")) for order in placed_orders]
    results = await asyncio.gather(*(orders.save(rival) for rival in rivals), return_exceptions=True)
    (winner,) = _kept(rivals, results, CheckoutClash)
    assert await orders.by_key(ALICE, "key:same") == winner


async def no_change_is_lost(orders: Orders) -> None:
    """Thirty-two writers, who each read, change, save, and do so anew when another was first."""
    await orders.add(placed())

    async def join(number: int) -> None:
        while True:
            order = await orders.get(placed().id)
            try:
                await orders.save(order.joined_by(a_key(str(number))))
            except VersionStale:
                continue
            return

    await asyncio.gather(*(join(number) for number in range(32)))
    order = await orders.get(placed().id)
    assert order.revision == 33
    assert {key.key for key in order.keys} == {placed().keys[0].key, *(f"key:{number}" for number in range(32))}


def _kept(rivals: list[Order], results: Iterable[object], refusal: type[Exception]) -> list[Order]:
    """Those of the rivals that were kept; all others met the refusal."""
    outcomes = list(results)
    assert all(outcome is None or isinstance(outcome, refusal) for outcome in outcomes), outcomes
    return [rival for rival, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
