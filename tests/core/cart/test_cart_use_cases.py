"""What a customer, a guest and the order service do with carts."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass, field

import pytest

from adapters.outbound.memory.cart import MemoryCarts
from core.cart.errors import (
    CartAlreadyMerged,
    CartTokenInvalid,
    GuestCartUnknown,
    OutOfStock,
    ProductNotForSale,
    QuantityInvalid,
    Shortage,
)
from core.cart.model import GUEST_CART_LASTS, Cart, CartView, Offer, Owner
from core.cart.ports import Catalog
from core.cart.use_cases import CartUseCases
from core.shared.errors import Unavailable, VersionStale
from tests.builders import an_id, usd
from tests.core.cart.carts import ALICE
from tests.fakes import FixedClock, SequentialIds, SequentialSecrets

ALICE_ID, BOB_ID = an_id(901), an_id(902)
BOOTS, SOCKS = an_id(1), an_id(2)


class Carts(MemoryCarts):
    """Lets others go first at each call, and fails once if `fail` is set: then after that many saves."""

    def __init__(self) -> None:
        super().__init__()
        self.fail: int | None = None

    async def get(self, owner: Owner) -> Cart:
        await asyncio.sleep(0)
        return await super().get(owner)

    async def save(self, cart: Cart) -> None:
        await asyncio.sleep(0)
        if self.fail == 0:
            self.fail = None
            raise Unavailable("It is down.")
        await super().save(cart)
        if self.fail:
            self.fail -= 1


@dataclass
class Prices(Catalog):
    """A catalogue of what it is given."""

    known: dict[str, Offer] = field(default_factory=dict)

    def sell(self, product_id: str, *, price: int = 100, available: int = 500, for_sale: bool = True) -> None:
        self.known[product_id] = Offer(
            product_id=product_id, sku="S", name="N", price=usd(price), available=available, for_sale=for_sale
        )

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        await asyncio.sleep(0)
        return {id: self.known[id] for id in product_ids if id in self.known}


class Stage:
    def __init__(self, carts: Carts | None = None) -> None:
        self.carts, self.catalog = carts or Carts(), Prices()
        self.clock = clock = FixedClock()
        self.catalog.sell(BOOTS)
        self.catalog.sell(SOCKS)
        self.can = CartUseCases.over(
            carts=self.carts,
            catalog=self.catalog,
            clock=clock,
            new_id=SequentialIds(clock),
            new_secret=SequentialSecrets(),
            currency="USD",
        )

    async def add(self, product_id: str = BOOTS, quantity: int = 1, *, owner: Owner = ALICE) -> CartView:
        return await self.can.add_item(owner=owner, product_id=product_id, quantity=quantity)

    async def guest(self) -> str:
        token = await self.can.start_guest_cart()
        await self.add(quantity=2, owner=Owner.guest(token))
        return token


def quantities(view: CartView) -> dict[str, int]:
    return {item.product_id: item.quantity for item in view.items}


async def test_a_customer_without_a_cart_has_an_empty_one() -> None:
    view = await Stage().can.view_cart(owner=ALICE)
    assert (view.id, view.version, view.items, view.total) == (None, 0, (), usd(0))


async def test_added_units_add_up() -> None:
    stage = Stage()
    await stage.add(BOOTS, 2)
    view = await stage.add(BOOTS, 3)
    assert (quantities(view), view.total, view.version) == ({BOOTS: 5}, usd(500), 2)


async def test_thirty_two_adds_at_once_all_count() -> None:
    stage = Stage()
    await asyncio.gather(*(stage.add(BOOTS) for _ in range(32)))
    view = await stage.can.view_cart(owner=ALICE)
    assert (quantities(view), view.version) == ({BOOTS: 32}, 32)


async def test_a_set_quantity_replaces_and_none_takes_out() -> None:
    stage = Stage()
    await stage.add(BOOTS, 2)
    assert quantities(await stage.can.set_item(owner=ALICE, product_id=BOOTS, quantity=7)) == {BOOTS: 7}
    assert quantities(await stage.can.set_item(owner=ALICE, product_id=BOOTS, quantity=0)) == {}


async def test_what_is_not_sold_does_not_get_into_the_cart() -> None:
    stage = Stage()
    stage.catalog.sell(SOCKS, for_sale=False)
    for product_id in (SOCKS, an_id(99)):
        with pytest.raises(ProductNotForSale):
            await stage.add(product_id)


async def test_more_than_there_is_does_not_get_into_the_cart() -> None:
    stage = Stage()
    stage.catalog.sell(BOOTS, available=3)
    await stage.add(BOOTS, 2)
    with pytest.raises(OutOfStock) as refusal:
        await stage.add(BOOTS, 2)
    assert refusal.value.lines == (Shortage(product_id=BOOTS, quantity=4, available=3),)
    with pytest.raises(QuantityInvalid):
        await stage.add(BOOTS, 1_000)
    assert quantities(await stage.can.view_cart(owner=ALICE)) == {BOOTS: 2}


async def test_a_cart_shows_todays_prices_and_what_has_changed() -> None:
    stage = Stage()
    await stage.add(BOOTS, 2)
    stage.catalog.sell(BOOTS, price=90)
    view = await stage.can.view_cart(owner=ALICE)
    (item,) = view.items
    assert (item.unit_price, item.price_changed_from, view.total) == (usd(90), usd(100), usd(180))
    (item,) = (await stage.add(BOOTS)).items
    assert item.price_changed_from is None


async def test_a_change_for_another_version_is_refused() -> None:
    stage = Stage()
    await stage.add(BOOTS)
    await stage.add(BOOTS)
    for change in (
        stage.can.add_item(owner=ALICE, product_id=BOOTS, quantity=1, version=1),
        stage.can.set_item(owner=ALICE, product_id=BOOTS, quantity=0, version=1),
        stage.can.remove_item(owner=ALICE, product_id=BOOTS, version=3),
        stage.can.empty_cart(owner=ALICE, version=1),
    ):
        with pytest.raises(VersionStale):
            await change
    await stage.can.remove_item(owner=ALICE, product_id=BOOTS, version=2)
    assert (await stage.can.view_cart(owner=ALICE)).items == ()


async def test_of_two_changes_for_one_version_one_is_made() -> None:
    stage = Stage()
    await stage.add(BOOTS)
    changes = (stage.can.add_item(owner=ALICE, product_id=BOOTS, quantity=1, version=1) for _ in range(8))
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert sum(isinstance(outcome, CartView) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VersionStale) for outcome in outcomes) == 7


async def test_a_guest_opens_their_cart_by_its_token_alone() -> None:
    stage = Stage()
    token = await stage.guest()
    assert quantities(await stage.can.view_cart(owner=Owner.guest(token))) == {BOOTS: 2}
    with pytest.raises(CartTokenInvalid):
        await stage.can.view_cart(owner=Owner.guest(token + "x"))


async def test_a_guest_cart_that_does_not_exist_cannot_come_along() -> None:
    stage = Stage()
    with pytest.raises(GuestCartUnknown):
        await stage.can.merge_carts(customer_id=ALICE_ID, token="unknown")
    assert (await stage.can.view_cart(owner=ALICE)).version == 0


async def test_an_expired_guest_cart_is_an_unknown_one() -> None:
    """The store still has it: nobody else changes anything meanwhile."""
    stage = Stage()
    token = await stage.guest()
    owner = Owner.guest(token)
    stage.clock.advance(GUEST_CART_LASTS.total_seconds() - 1)
    await stage.add(owner=owner)
    stage.clock.advance(GUEST_CART_LASTS.total_seconds() - 1)
    assert quantities(await stage.can.view_cart(owner=owner)) == {BOOTS: 3}
    stage.clock.advance(1)
    for attempt in (
        stage.can.view_cart(owner=owner),
        stage.add(owner=owner),
        stage.can.set_item(owner=owner, product_id=BOOTS, quantity=1),
        stage.can.remove_item(owner=owner, product_id=BOOTS),
        stage.can.empty_cart(owner=owner),
    ):
        with pytest.raises(CartTokenInvalid):
            await attempt
    with pytest.raises(GuestCartUnknown):
        await stage.can.merge_carts(customer_id=ALICE_ID, token=token)
    assert (await stage.carts.get(owner)).version == 3


async def test_a_customers_cart_is_there_after_years() -> None:
    stage = Stage()
    await stage.add(quantity=2)
    stage.clock.advance(100 * GUEST_CART_LASTS.total_seconds())
    await stage.guest()
    assert quantities(await stage.can.view_cart(owner=ALICE)) == {BOOTS: 2}


async def test_a_guest_cart_comes_along_once() -> None:
    stage = Stage()
    token = await stage.guest()
    await stage.add(SOCKS)
    for _ in range(3):
        view = await stage.can.merge_carts(customer_id=ALICE_ID, token=token)
        assert quantities(view) == {SOCKS: 1, BOOTS: 2}
    with pytest.raises(CartAlreadyMerged):
        await stage.can.merge_carts(customer_id=BOB_ID, token=token)
    with pytest.raises(CartAlreadyMerged):
        await stage.can.view_cart(owner=Owner.guest(token))


async def test_a_merge_that_breaks_off_anywhere_is_made_whole_by_the_next() -> None:
    for saves in range(3):
        stage = Stage()
        token = await stage.guest()
        await stage.add(BOOTS)
        stage.carts.fail = saves
        with pytest.raises(Unavailable):
            await stage.can.merge_carts(customer_id=ALICE_ID, token=token)
        assert quantities(await stage.can.merge_carts(customer_id=ALICE_ID, token=token)) == {BOOTS: 3}
        await stage.can.empty_cart(owner=ALICE)
        assert quantities(await stage.can.merge_carts(customer_id=ALICE_ID, token=token)) == {}


async def test_a_guest_cart_that_two_customers_want_goes_to_one() -> None:
    stage = Stage()
    token = await stage.guest()
    merges = (stage.can.merge_carts(customer_id=id, token=token) for id in (ALICE_ID, BOB_ID) for _ in range(4))
    outcomes = await asyncio.gather(*merges, return_exceptions=True)
    assert all(isinstance(outcome, CartView | CartAlreadyMerged) for outcome in outcomes)
    carts = [await stage.can.get_cart(customer_id=id) for id in (ALICE_ID, BOB_ID)]
    assert sorted(cart.quantity_of(BOOTS) for cart in carts) == [0, 2]


async def test_an_order_is_subtracted_once_and_what_came_since_stays() -> None:
    stage = Stage()
    await stage.add(BOOTS, 3)
    order = an_id(31)

    def subtract() -> Awaitable[None]:
        return stage.can.subtract_order(customer_id=ALICE_ID, order_id=order, quantities={BOOTS: 3})

    await asyncio.gather(subtract(), stage.add(SOCKS), subtract(), stage.add(BOOTS), subtract())
    await subtract()
    assert quantities(await stage.can.view_cart(owner=ALICE)) == {SOCKS: 1, BOOTS: 1}


class VersionsIgnored(Carts):
    """Keeps whatever comes last."""

    async def save(self, cart: Cart) -> None:
        await asyncio.sleep(0)
        self._carts[cart.owner] = cart


async def test_a_store_that_ignores_versions_loses_a_change() -> None:
    stage = Stage(VersionsIgnored())
    await asyncio.gather(*(stage.add(BOOTS) for _ in range(32)))
    assert quantities(await stage.can.view_cart(owner=ALICE)) != {BOOTS: 32}
