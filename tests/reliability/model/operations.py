"""What people do in a shop, each thing twice: as the plain shop has it, and by the real use cases."""

from abc import abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from core.cart.model import Owner
from core.order.model import Status
from core.product.model import Changes
from core.shared.context import Caller
from core.shared.errors import Unavailable
from tests.builders import an_id, usd
from tests.core.order.shop import Services, Shop
from tests.reliability.model.plain import PlainShop
from tests.reliability.model.things import Answer, Steps

PEOPLE = {"ada": an_id(901), "bob": an_id(902), "admin": an_id(903)}
CALLERS = {
    name: Caller(id=id, kind="customer", roles=frozenset({"admin"} if name == "admin" else ()))
    for name, id in PEOPLE.items()
}


@dataclass(frozen=True)
class Scene:
    """A real shop, and the ids of what is a number in the plain one; orders are numbered by their ids' order."""

    shop: Shop
    products: list[str] = field(default_factory=list)
    guests: dict[str, str] = field(default_factory=dict)

    def owner(self, name: str) -> Owner:
        return Owner.customer(PEOPLE[name]) if name in PEOPLE else Owner.guest(self.guests[name])

    async def order(self, rank: int) -> str:
        return (await self.shop.every_order())[rank].id

    async def version(self, product: int) -> int:
        return (await self.shop.calm.product.get_product(product_id=self.products[product])).product.version


class Operation(Protocol):
    @abstractmethod
    def plainly(self, shop: PlainShop) -> Steps: ...

    @abstractmethod
    async def really(self, scene: Scene, services: Services) -> Answer:
        """By the use cases; an order is named by its id. Raises: what they raise."""


@dataclass(frozen=True)
class Put(Operation):
    cart: str
    product: int
    units: int
    beside: bool

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.put(self.cart, self.product, self.units, beside=self.beside)

    async def really(self, scene: Scene, services: Services) -> Answer:
        put = services.cart.add_item if self.beside else services.cart.set_item
        await put(owner=scene.owner(self.cart), product_id=scene.products[self.product], quantity=self.units)
        return ("done",)


@dataclass(frozen=True)
class Remove(Operation):
    """One product, or all of them."""

    cart: str
    product: int | None

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.remove(self.cart, self.product)

    async def really(self, scene: Scene, services: Services) -> Answer:
        owner = scene.owner(self.cart)
        if self.product is None:
            await services.cart.empty_cart(owner=owner)
        else:
            await services.cart.remove_item(owner=owner, product_id=scene.products[self.product])
        return ("done",)


@dataclass(frozen=True)
class Merge(Operation):
    guest: str
    who: str

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.merge(self.guest, self.who)

    async def really(self, scene: Scene, services: Services) -> Answer:
        await services.cart.merge_carts(customer_id=PEOPLE[self.who], token=scene.guests[self.guest])
        return ("done",)


@dataclass(frozen=True)
class Reprice(Operation):
    product: int
    price: int

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.described(self.product, price=self.price)

    async def really(self, scene: Scene, services: Services) -> Answer:
        product_id, version = scene.products[self.product], await scene.version(self.product)
        changes = Changes(amount=self.price)
        await services.product.change_product(product_id=product_id, version=version, changes=changes)
        return ("done",)


@dataclass(frozen=True)
class Archive(Operation):
    product: int

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.described(self.product, for_sale=False)

    async def really(self, scene: Scene, services: Services) -> Answer:
        product_id, version = scene.products[self.product], await scene.version(self.product)
        await services.product.archive_product(product_id=product_id, version=version)
        return ("done",)


@dataclass(frozen=True)
class SellAgain(Operation):
    product: int

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.described(self.product, for_sale=True)

    async def really(self, scene: Scene, services: Services) -> Answer:
        product_id, version = scene.products[self.product], await scene.version(self.product)
        changes = Changes(status="active")
        await services.product.change_product(product_id=product_id, version=version, changes=changes)
        return ("done",)


@dataclass(frozen=True)
class Adjust(Operation):
    product: int
    units: int

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.adjust(self.product, self.units)

    async def really(self, scene: Scene, services: Services) -> Answer:
        product_id = scene.products[self.product]
        await services.product.adjust_stock(product_id=product_id, delta=self.units, reason="counted", by="admin")
        return ("done",)


@dataclass(frozen=True)
class Place(Operation):
    who: str
    key: str | None = None
    expected_total: int | None = None
    cart_version: int | None = None

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.place(self.who, self.key, self.expected_total, self.cart_version)

    async def really(self, scene: Scene, services: Services) -> Answer:
        placed = await services.place(
            key=self.key,
            customer_id=PEOPLE[self.who],
            expected_total=None if self.expected_total is None else usd(self.expected_total),
            cart_version=self.cart_version,
        )
        return ("placed", placed.order.id, placed.order.status, placed.replayed)


@dataclass(frozen=True)
class Cancel(Operation):
    order: int
    who: str

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.cancel(sorted(shop.orders)[self.order], self.who)

    async def really(self, scene: Scene, services: Services) -> Answer:
        order_id = await scene.order(self.order)
        order = await services.order.cancel_order(order_id=order_id, caller=CALLERS[self.who])
        return ("order", order.id, order.status)


@dataclass(frozen=True)
class Move(Operation):
    order: int
    status: Status

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.move(sorted(shop.orders)[self.order], self.status)

    async def really(self, scene: Scene, services: Services) -> Answer:
        order_id = await scene.order(self.order)
        order = await services.order.move_order(order_id=order_id, status=self.status, note="")
        return ("order", order.id, order.status)


@dataclass(frozen=True)
class Look(Operation):
    """Somebody asks for an order, and for their orders: of others' they learn nothing."""

    order: int
    who: str

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.look(sorted(shop.orders)[self.order], self.who)

    async def really(self, scene: Scene, services: Services) -> Answer:
        caller = CALLERS[self.who]
        page = await services.order.list_orders(caller=caller, customer_id=None, status=None, limit=100, after=None)
        order = await services.order.get_order(order_id=await scene.order(self.order), caller=caller)
        return ("order", order.id, order.status, len(page.items))


@dataclass(frozen=True)
class Work(Operation):
    """A round of the worker. When it takes an order up is its own business, what becomes of that is not."""

    due: list[int] = field(default_factory=list, repr=False)

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.work([sorted(shop.orders)[rank] for rank in self.due])

    async def really(self, scene: Scene, services: Services) -> Answer:
        ids = [order.id for order in await scene.shop.every_order()]
        due = await scene.shop.orders.due(scene.shop.clock.now(), limit=50)
        self.due[:] = [ids.index(order.id) for order in due]
        report = await services.order.resume_orders()
        return ("round", report.done, len(report.failures))


@dataclass(frozen=True)
class Relay(Operation):
    """A round of telling events: all that the plain shop knows is which orders it has saved, if it fails or not."""

    telling: list[int] = field(default_factory=list, repr=False)

    def plainly(self, shop: PlainShop) -> Steps:
        return shop.tell([sorted(shop.orders)[rank] for rank in self.telling])

    async def really(self, scene: Scene, services: Services) -> Answer:
        ids = [order.id for order in await scene.shop.every_order()]
        telling = await scene.shop.orders.with_events(scene.shop.clock.now(), limit=100)
        self.telling[:] = [ids.index(order.id) for order in telling]
        with suppress(Unavailable):
            await services.order.relay_events()
        return ("done",)
