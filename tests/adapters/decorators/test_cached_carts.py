"""A shop whose cart service remembers offers: what it shows may be a moment old, what it does and charges never is."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.bootstrap.cart import cart_use_cases
from adapters.bootstrap.common import Common
from adapters.bootstrap.settings import Settings
from adapters.inbound.web.errors import status_of
from adapters.outbound.decorators.cart import CachedCatalog
from adapters.outbound.in_process.cart import InProcessCatalog as CatalogOfCarts
from adapters.outbound.in_process.order import InProcessCarts, InProcessCatalog, InProcessStock
from adapters.outbound.memory.order import MemoryOrderStore, MemoryPublisher
from adapters.outbound.memory.product import MemoryProductStore
from core.cart import OFFERS_AGE_MAX
from core.cart.errors import OutOfStock, ProductNotForSale
from core.cart.model import Item, Owner
from core.order import ports as order_ports
from core.order.errors import OutOfStock as OrderOutOfStock
from core.order.errors import PriceChanged
from core.order.model import Offer, Order
from core.order.use_cases import OrderUseCases
from core.order.use_cases.place import Request
from core.product.model import Changes
from core.product.use_cases import ProductUseCases
from core.shared.money import Money
from tests.builders import an_id, details, usd
from tests.core.order.shop import OneAddress
from tests.fakes import FixedClock, PlainStemmer, SequentialIds

ALICE = an_id(901)
PRICE, NEW_PRICE = 4_900, 5_900


class CachedForOrders(order_ports.Catalog):
    """The naive twin: orders see the catalogue through the cache of carts."""

    def __init__(self, cache: CachedCatalog) -> None:
        self._cache = cache

    async def offers(self, product_ids: Any) -> dict[str, Offer]:
        offers = await self._cache.offers(product_ids)
        return {
            id: Offer(**{name: getattr(offer, name) for name in Offer.__dataclass_fields__})
            for id, offer in offers.items()
        }


@dataclass
class Shop:
    """One product on sale, and one customer; `seconds` are the cache's, `naive` lets orders use it."""

    seconds: float = OFFERS_AGE_MAX
    naive: bool = False

    def __post_init__(self) -> None:
        self.clock = FixedClock()
        new_id = SequentialIds(self.clock)
        store = MemoryProductStore()
        self.stocks = store.stocks
        self.product = ProductUseCases.over(
            products=store.products,
            stocks=store.stocks,
            stemmer=PlainStemmer(),
            clock=self.clock,
            new_id=new_id,
            currency="USD",
        )
        settings = Settings.model_validate({"store": "memory", "catalog_cache_seconds": self.seconds})
        common = replace(Common.of("cart", settings), clock=self.clock, new_id=new_id)
        self.cart = cart_use_cases(common, CatalogOfCarts(self.product))
        shown = self.cart.view_cart.shelf.catalog
        self.order = OrderUseCases.over(
            orders=MemoryOrderStore().orders,
            carts=InProcessCarts(self.cart),
            catalog=CachedForOrders(shown)
            if self.naive and isinstance(shown, CachedCatalog)
            else InProcessCatalog(self.product),
            stock=InProcessStock(self.product),
            addresses=OneAddress(),
            publisher=MemoryPublisher(),
            clock=self.clock,
            new_id=new_id,
            checkout_seconds=30,
        )

    async def opened(self, *, units: int = 10) -> "Shop":
        """With a unit of the product in the cart, seen at its price."""
        self.boots = (await self.product.add_product(details=details(price=PRICE), units=units)).product.id
        await self.add()
        assert (await self.seen()).unit_price == usd(PRICE)
        return self

    async def add(self, quantity: int = 1) -> Item:
        view = await self.cart.add_item(owner=Owner.customer(ALICE), product_id=self.boots, quantity=quantity)
        return view.items[0]

    async def seen(self) -> Item:
        return (await self.cart.view_cart(owner=Owner.customer(ALICE))).items[0]

    async def ordered(self, expected_total: Money | None = None) -> Order:
        request = Request(expected_total=expected_total)
        return (await self.order.place_order(customer_id=ALICE, key=None, request=request)).order

    async def change(self, **changes: Any) -> None:
        version = (await self.product.get_product(product_id=self.boots)).product.version
        await self.product.change_product(product_id=self.boots, version=version, changes=Changes(**changes))

    async def restock(self, delta: int) -> None:
        await self.product.adjust_stock(product_id=self.boots, delta=delta, reason="counted", by="test")


async def test_a_price_that_a_cart_shows_from_memory_is_never_charged() -> None:
    shop = await Shop().opened()
    await shop.change(amount=NEW_PRICE)
    assert (await shop.seen()).unit_price == usd(PRICE), "The cache is not on."
    for expected in (None, usd(PRICE)):
        with pytest.raises(PriceChanged) as refused:
            await shop.ordered(expected)
        assert (refused.value.facts["old"], refused.value.facts["new"]) == (usd(PRICE), usd(NEW_PRICE))
        assert (refused.value.code, status_of(type(refused.value))) == ("price_changed", 409)


async def test_orders_that_see_the_catalogue_through_the_cache_are_caught() -> None:
    shop = await Shop(naive=True).opened()
    await shop.change(amount=NEW_PRICE)
    assert (await shop.seen()).unit_price == usd(PRICE)
    assert (await shop.ordered()).total == usd(PRICE), "The naive twin is no longer naive."


async def test_a_cart_tells_the_new_price_when_the_time_of_the_old_one_is_up() -> None:
    shop = await Shop().opened()
    await shop.change(amount=NEW_PRICE)
    shop.clock.advance(OFFERS_AGE_MAX)
    seen = await shop.seen()
    assert (seen.unit_price, seen.price_changed_from) == (usd(NEW_PRICE), usd(PRICE))
    assert (await shop.ordered(seen.line_total)).total == usd(NEW_PRICE)


async def test_what_a_customer_puts_in_is_at_the_price_of_now_and_stays_so_when_they_look() -> None:
    shop = await Shop().opened()
    await shop.change(amount=NEW_PRICE)
    assert (await shop.seen()).unit_price == usd(PRICE)
    for item in (await shop.add(), await shop.seen()):
        assert (item.unit_price, item.price_changed_from, item.quantity) == (usd(NEW_PRICE), None, 2)
    assert (await shop.ordered()).total == usd(2 * NEW_PRICE)


async def test_nobody_is_refused_from_memory() -> None:
    """Sold out, or off sale, and so remembered; then there again."""
    shop = await Shop().opened(units=1)
    with pytest.raises(OutOfStock):
        await shop.add()
    assert (await shop.seen()).available == 1
    await shop.restock(5)
    assert [item.available for item in (await shop.add(), await shop.seen())] == [6, 6]

    await shop.change(status="archived")
    with pytest.raises(ProductNotForSale):
        await shop.add()
    assert (await shop.seen()).available == 0
    await shop.change(status="active")
    assert [item.available for item in (await shop.add(), await shop.seen())] == [6, 6]


async def test_nobody_is_promised_from_memory_what_is_gone() -> None:
    shop = await Shop().opened(units=5)
    await shop.restock(-5)
    assert (await shop.seen()).available == 5, "The cache is not on."
    with pytest.raises(OutOfStock):
        await shop.add()
    with pytest.raises(OrderOutOfStock):
        await shop.ordered()


async def test_without_a_cache_a_cart_tells_every_change_at_once() -> None:
    shop = await Shop(seconds=0).opened()
    await shop.change(amount=NEW_PRICE)
    assert (await shop.seen()).unit_price == usd(NEW_PRICE)
