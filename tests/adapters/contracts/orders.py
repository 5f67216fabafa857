"""The contract of `core.order.ports.Orders`, where it keeps and finds single orders.

Lists are in `order_lists`, and what is told of orders in `outbox`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace

import pytest

from core.order.errors import CheckoutClash, OrderNotFound, Shortage
from core.order.model import Change, Line, RequestKey
from core.order.ports import Orders
from core.shared.address import PostalAddress
from core.shared.errors import VersionStale
from core.shared.money import MAX_AMOUNT, Money
from tests.adapters.contracts.rivals import MANY, kept, until_kept
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.builders import NOW, an_id
from tests.core.order.orders import ALICE, BOB, HOME, LIVES, a_key, after, confirmed, placed, refused

CART = an_id(77)


async def an_order_that_is_not_there_is_not_found(orders: Orders) -> None:
    await orders.add(placed(0xABC))
    for id in (an_id(32), an_id(0xABC).upper(), placed(0xABC).cart_id, *TEXTS):
        with pytest.raises(OrderNotFound):
            await orders.get(id)


async def every_revision_comes_back_to_the_field(orders: Orders) -> None:
    for life in LIVES:
        first, *others = life()
        await orders.add(first)
        assert await orders.get(first.id) == first
        for order in others:
            await orders.save(order)
            assert await orders.get(order.id) == order


async def every_text_and_amount_comes_back_as_it_was(orders: Orders) -> None:
    for number, text in enumerate(TEXTS):
        price = Money(amount=MAX_AMOUNT - number, currency=("JPY", "EUR")[number % 2])
        line = Line(product_id=text, sku=text, name=text, unit_price=price, quantity=1)
        free = replace(line, unit_price=replace(price, amount=0), quantity=1_000_000)
        given = placed(number)
        order = replace(
            given,
            lines=(line, free, free),
            shipping_address=PostalAddress(**dict.fromkeys(asdict(HOME), text)),
            keys=(RequestKey(key=f"{number}{text}", fingerprint=text), *given.keys),
            cart_version=2**31,
            open_cart=f"{number}{text}",
            history=(*given.history, Change(status="pending", at=NOW, by=text, note=text)),
            shortages=(Shortage(product_id=text, quantity=3, available=0),),
            tries=2**31,
        )
        await orders.add(order)
        assert await orders.get(order.id) == order
        assert await orders.by_key(ALICE, f"{number}{text}") == order
        assert await orders.by_open_cart(f"{number}{text}") == order


async def every_time_comes_back_in_utc_to_the_millisecond(orders: Orders) -> None:
    for number, moment in enumerate(MOMENTS):
        (event,) = confirmed(number).outbox
        order = replace(
            confirmed(number),
            deadline=moment,
            placed_at=moment,
            history=(Change(status="pending", at=moment, by="customer", note=""),),
            outbox=(replace(event, at=moment),),
            next_try=moment,
            relay_after=moment,
        )
        await orders.add(order)
        found = await orders.get(order.id)
        assert found == order
        assert is_utc(found.deadline, found.placed_at, found.history[0].at, found.outbox[0].at)
        assert is_utc(found.next_try, found.relay_after)


async def only_the_next_revision_is_kept(orders: Orders) -> None:
    life = LIVES[0]()
    await orders.add(life[0])
    await orders.save(life[1])
    await orders.save(life[2])
    for stale in (life[0], life[1], life[2], life[4]):
        with pytest.raises(VersionStale):
            await orders.save(stale)
    assert await orders.get(life[0].id) == life[2]
    await orders.save(life[3])


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
    for find in (orders.by_key(BOB, "key:two"), orders.by_open_cart(CART)):
        with pytest.raises(OrderNotFound):
            await find


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
    await orders.save(placed(32).joined_by(a_key("his")))


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
    others = [(BOB, "key:one"), (BOB, ""), ("", "key:one"), (ALICE, "key:three"), (ALICE, "one"), (ALICE, "KEY:ONE")]
    for customer_id, key in [*others, *((ALICE, text) for text in TEXTS)]:
        with pytest.raises(OrderNotFound):
            await orders.by_key(customer_id, key)


async def an_order_is_found_by_its_cart_while_that_is_open(orders: Orders) -> None:
    order = placed(31, cart_id=CART).held(at=after(1)).confirmed(at=after(2))
    await orders.add(order)
    assert await orders.by_open_cart(CART) == order
    await orders.save(order.ticked("subtract_cart"))
    await orders.add(refused(32))
    for cart_id in (CART, placed(32).cart_id, *TEXTS):
        with pytest.raises(OrderNotFound):
            await orders.by_open_cart(cart_id)


async def of_many_next_revisions_one_is_kept(orders: Orders) -> None:
    order = placed()
    await orders.add(order)
    for _ in range(3):
        rivals = [order.joined_by(a_key(f"{order.revision}-{number}")) for number in range(MANY)]
        (order,) = await kept(rivals, orders.save, VersionStale)
        assert await orders.get(order.id) == order


async def of_many_orders_of_one_id_one_is_kept(orders: Orders) -> None:
    rivals = [placed(cart_id=an_id(100 + number)) for number in range(MANY)]
    assert await kept(rivals, orders.add, CheckoutClash) == [await orders.get(placed().id)]


async def of_many_orders_with_one_key_one_is_kept(orders: Orders) -> None:
    rivals = [placed(number, key=a_key("same")) for number in range(MANY)]
    (winner,) = await kept(rivals, orders.add, CheckoutClash)
    assert await orders.by_key(ALICE, "key:same") == winner
    page = await orders.list_all(limit=100, after=None)
    assert page.items == (winner,)


async def of_many_orders_of_one_cart_one_is_kept(orders: Orders) -> None:
    rivals = [placed(number, cart_id=CART, cart_version=number) for number in range(MANY)]
    assert await kept(rivals, orders.add, CheckoutClash) == [await orders.by_open_cart(CART)]


async def of_many_orders_joined_by_one_key_one_is_kept(orders: Orders) -> None:
    given = [placed(number) for number in range(MANY)]
    for order in given:
        await orders.add(order)
    rivals = [order.joined_by(a_key("same")) for order in given]
    assert await kept(rivals, orders.save, CheckoutClash) == [await orders.by_key(ALICE, "key:same")]


async def of_many_orders_that_take_up_one_cart_one_does(orders: Orders) -> None:
    given = [placed(number) for number in range(MANY)]
    for order in given:
        await orders.add(order)
    rivals = [replace(order.held(at=after(1)), open_cart=CART) for order in given]
    assert await kept(rivals, orders.save, CheckoutClash) == [await orders.by_open_cart(CART)]


async def no_change_is_lost(orders: Orders) -> None:
    """Many writers, who each read, change, save, and do so anew when another was first."""
    await orders.add(placed())

    def joining(number: int) -> Callable[[], Awaitable[None]]:
        async def join() -> None:
            order = await orders.get(placed().id)
            await orders.save(order.joined_by(a_key(str(number))))

        return join

    await asyncio.gather(*(until_kept(joining(number), VersionStale) for number in range(MANY)))
    order = await orders.get(placed().id)
    assert order.revision == 1 + MANY
    assert {key.key for key in order.keys} == {placed().keys[0].key, *(f"key:{number}" for number in range(MANY))}
