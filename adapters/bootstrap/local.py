"""The whole shop in one process: four services plugged into each other's ports, with no socket between them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings
from adapters.bootstrap.stores import Stores
from adapters.outbound.in_process.cart import InProcessCatalog
from adapters.outbound.in_process.order import (
    InProcessAddressBook,
    InProcessCarts,
    InProcessOrderRecords,
    InProcessStock,
    InProcessStockRecords,
)
from adapters.outbound.in_process.order import InProcessCatalog as InProcessOrderCatalog
from adapters.outbound.snowball.product import SnowballStemmer
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.outbound.system.secret import UrlSafeSecret
from core.cart.use_cases import CartUseCases
from core.order.use_cases import OrderUseCases
from core.order.use_cases.audit import Audit
from core.product.use_cases import ProductUseCases
from core.shared.ports import Clock
from core.user.use_cases import UserUseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalShop:
    """Every use case there is, over the four stores; `async with` opens and closes what they stand on."""

    product: ProductUseCases
    user: UserUseCases
    cart: CartUseCases
    order: OrderUseCases
    audit: Audit
    _open: AsyncExitStack
    _stores: Stores
    _resources: Sequence[AbstractAsyncContextManager[object]]

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._stores)
        for resource in self._resources:
            await self._open.enter_async_context(resource)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._open.aclose()


def local_shop(settings: Settings, *, clock: Clock | None = None) -> LocalShop:
    """The shop that `settings` describe; the addresses of the services do not matter to it."""
    time = clock or SystemClock()
    new_id = Uuid7(time)
    stores = Stores(settings)
    product_store = stores.of("product")
    product = ProductUseCases.over(
        products=product_store.products,
        stocks=product_store.stocks,
        stemmer=SnowballStemmer(),
        clock=time,
        new_id=new_id,
        currency=settings.currency,
    )
    accounts = Accounts.over(
        stores.of("user"), settings, tallies=stores.tallies_of("user", time), clock=time, new_id=new_id
    )
    cart = CartUseCases.over(
        carts=stores.of("cart").carts,
        catalog=InProcessCatalog(product),
        clock=time,
        new_id=new_id,
        new_secret=UrlSafeSecret(),
        currency=settings.currency,
    )
    order = OrderUseCases.over(
        orders=stores.of("order").orders,
        carts=InProcessCarts(cart),
        catalog=InProcessOrderCatalog(product),
        stock=InProcessStock(product),
        addresses=InProcessAddressBook(accounts.use_cases.get_address),
        publisher=load("publisher", settings.event_publisher)(),
        clock=time,
        new_id=new_id,
        checkout_seconds=settings.checkout_seconds,
    )
    return LocalShop(
        product=product,
        user=accounts.use_cases,
        cart=cart,
        order=order,
        audit=Audit(
            orders=InProcessOrderRecords(order),
            stocks=InProcessStockRecords(product),
            catalog=InProcessOrderCatalog(product),
            clock=time,
        ),
        _open=AsyncExitStack(),
        _stores=stores,
        _resources=accounts.resources,
    )
