"""A whole shop in memory: what lasts, and services over it that a test can slow down, disturb or stop at any call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from adapters.outbound.in_process.cart import InProcessCatalog as CatalogOfCarts
from adapters.outbound.in_process.order import (
    InProcessCarts,
    InProcessCatalog,
    InProcessOrderRecords,
    InProcessStock,
    InProcessStockRecords,
)
from adapters.outbound.memory.cart import MemoryCartStore
from adapters.outbound.memory.order import MemoryOrderStore, MemoryPublisher
from adapters.outbound.memory.product import MemoryProductStore
from core.cart.model import Owner
from core.cart.use_cases import CartUseCases
from core.order.errors import AddressUnknown
from core.order.model import Order
from core.order.ports import AddressBook, Orders
from core.order.use_cases import OrderUseCases
from core.order.use_cases.audit import Audit
from core.order.use_cases.place import Placement, Request
from core.product.model import Changes, Stock
from core.product.use_cases import ProductUseCases
from core.shared.address import PostalAddress
from core.shared.errors import ShopError, Unavailable
from tests.builders import an_id, details
from tests.core.order.orders import ALICE, HOME
from tests.fakes import FixedClock, PlainStemmer, SequentialIds, SequentialSecrets

Hook = Callable[[str], Awaitable[None]]
"""Called as `port.method:before` and `port.method:after` around each call of a port."""
CHECKOUT_SECONDS = 30
HOME_ID = an_id(801)


def down(*calls: str) -> Hook:
    """A hook by which those calls fail."""

    async def hook(call: str) -> None:
        if call.removesuffix(":before") in calls:
            raise Unavailable("It is down.")

    return hook


class Watched:
    """Any port, with a hook around each of its calls, also of those that it refuses."""

    def __init__(self, name: str, port: object, hook: Hook) -> None:
        self._name = name
        self._port = port
        self._hook = hook

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **arguments: Any) -> Any:
            await self._hook(f"{self._name}.{method}:before")
            try:
                result = await getattr(self._port, method)(*args, **arguments)
            except ShopError:
                await self._hook(f"{self._name}.{method}:after")
                raise
            await self._hook(f"{self._name}.{method}:after")
            return result

        return call


class OneAddress(AddressBook):
    """Everybody lives at `HOME`."""

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        if address_id != HOME_ID:
            raise AddressUnknown("There is no such address.")
        return HOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    product: ProductUseCases
    cart: CartUseCases
    order: OrderUseCases
    audit: Audit

    async def place(self, *, key: str | None = None, customer_id: str = ALICE, **request: Any) -> Placement:
        return await self.order.place_order(customer_id=customer_id, key=key, request=Request(**request))


class Shop:
    """What lasts when processes end: the stores, the time, and what was told."""

    def __init__(self, *, orders: Orders | None = None, products: MemoryProductStore | None = None) -> None:
        self.clock = FixedClock()
        self.new_id = SequentialIds(self.clock)
        self.products = products or MemoryProductStore()
        self.carts = MemoryCartStore().carts
        self.orders = orders or MemoryOrderStore().orders
        self.publisher = MemoryPublisher()
        self.calm = self.services()

    def services(self, hook: Hook | None = None) -> Services:
        """All services, in one new process, with `hook` around every call of a port."""

        def port(name: str, port: Any) -> Any:
            return self.port(name, port, hook)

        product = ProductUseCases.over(
            products=port("product.products", self.products.products),
            stocks=port("product.stocks", self.products.stocks),
            stemmer=PlainStemmer(),
            clock=self.clock,
            new_id=self.new_id,
            currency="USD",
        )
        cart = CartUseCases.over(
            carts=port("cart.carts", self.carts),
            catalog=port("cart.catalog", CatalogOfCarts(product)),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=SequentialSecrets(),
            currency="USD",
        )
        order = OrderUseCases.over(
            orders=port("orders", self.orders),
            carts=port("carts", InProcessCarts(cart)),
            catalog=port("catalog", InProcessCatalog(product)),
            stock=port("stock", InProcessStock(product)),
            addresses=port("addresses", OneAddress()),
            publisher=port("publisher", self.publisher),
            clock=self.clock,
            new_id=self.new_id,
            checkout_seconds=CHECKOUT_SECONDS,
        )
        audit = Audit(
            orders=InProcessOrderRecords(order),
            stocks=InProcessStockRecords(product),
            catalog=InProcessCatalog(product),
            clock=self.clock,
        )
        return Services(product=product, cart=cart, order=order, audit=audit)

    def port(self, name: str, port: Any, hook: Hook | None) -> Any:
        """The port as services see it; a shop with a broken part has that here, over the calls that are watched."""
        return port if hook is None else Watched(name, port, hook)

    async def sell(self, units: int, *, price: int = 1_000) -> str:
        """A new product's id."""
        sku = f"SKU-{self.new_id()}"
        listing = await self.calm.product.add_product(details=details(sku=sku, price=price), units=units)
        return listing.product.id

    async def reprice(self, product_id: str, price: int) -> None:
        listing = await self.calm.product.get_product(product_id=product_id)
        await self.calm.product.change_product(
            product_id=product_id,
            version=listing.product.version,
            changes=Changes(amount=price),
        )

    async def remove_units(self, product_id: str, units: int) -> None:
        await self.calm.product.adjust_stock(product_id=product_id, delta=-units, reason="broken", by="admin")

    async def put(self, product_id: str, quantity: int = 1, *, customer_id: str = ALICE) -> None:
        await self.calm.cart.add_item(owner=Owner.customer(customer_id), product_id=product_id, quantity=quantity)

    async def in_cart(self, customer_id: str = ALICE) -> dict[str, int]:
        cart = await self.calm.cart.get_cart(customer_id=customer_id)
        return {line.product_id: line.quantity for line in cart.lines}

    async def cart_version(self, customer_id: str = ALICE) -> int:
        return (await self.calm.cart.get_cart(customer_id=customer_id)).version

    async def stock(self, product_id: str) -> Stock:
        page = await self.products.stocks.list(limit=100, after=None)
        return next(stock for stock in page.items if stock.product_id == product_id)

    async def every_order(self) -> list[Order]:
        page = await self.orders.list_all(limit=100, after=None)
        assert page.next is None
        assert all(isinstance(order, Order) for order in page.items)
        return [order for order in page.items if isinstance(order, Order)]

    async def the_order(self) -> Order:
        (order,) = await self.every_order()
        return order

    async def settle_down(self) -> None:
        """Let a worker come by until nothing is left to do, and tell all there is to tell."""
        for _ in range(50):
            if not await self.orders.due(self.clock.now().replace(year=9999), limit=1):
                break
            await self.calm.order.resume_orders()
            self.clock.advance(3)
        self.clock.advance(11)  # whoever had begun to tell an event is not waited for any longer
        await self.calm.order.relay_events()

    async def violations(self) -> list[str]:
        """What is wrong with a shop that has settled down; nothing should be."""
        found = [difference.sentence for difference in await self.calm.audit()]
        for order in await self.every_order():
            told = {event.type for event in self.publisher.told if event.subject == order.id}
            if order.next_try is not None or order.outbox or order.todos or order.open_cart:
                found.append(f"order {order.id} is left half-way: {order}")
            if told != events_of(order):
                found.append(f"order {order.id} is {order.state}, but {told} was told")
        return found


def events_of(order: Order) -> set[str]:
    """What is to be told of an order, by its history."""
    told = {f"order.{change.status}" for change in order.history if change.status != "pending"}
    return told if order.ever_confirmed or "order.cancelled" not in told else {"order.refused"}
