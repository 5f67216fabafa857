"""Four services over memory, to arrange things by: what one asks another, the other's use cases have made so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar, cast

from adapters.outbound.in_process import cart as in_process_cart
from adapters.outbound.in_process import order as in_process_order
from adapters.outbound.log.order import LogPublisher
from adapters.outbound.memory.cart import MemoryCartStore
from adapters.outbound.memory.mail import MemoryNotifier
from adapters.outbound.memory.order import MemoryOrderStore
from adapters.outbound.memory.product import MemoryProductStore
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.memory.user import MemoryUserStore
from core.cart.use_cases import CartUseCases
from core.order.use_cases import OrderUseCases
from core.product.model import Changes, Line
from core.product.use_cases import ProductUseCases
from core.shared.errors import Unavailable
from core.shared.money import Money
from core.shared.throttle import Throttle
from core.user.model import AccessToken, User
from core.user.ports import AccessTokens
from core.user.use_cases import UserUseCases
from tests.builders import details, loose_limits
from tests.core.user.people import LINKS
from tests.fakes import (
    FewCommonPasswords,
    FixedClock,
    PlainPasswords,
    PlainStemmer,
    SequentialIds,
    SequentialSecrets,
)

CURRENCY = "CHF"
"""Not the one that an adapter would take for granted."""
KEY: Mapping[str, object] = {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB"}

CHANGES = {"save", "take", "release", "settle"}
"""What repositories are told, rather than asked."""

T = TypeVar("T")


def francs(amount: int) -> Money:
    return Money(amount=amount, currency=CURRENCY)


class Shop:
    """The use cases; the orders' repository is there to be filled without a checkout, the keys to be changed."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.new_id = SequentialIds(self.clock)
        self.orders = MemoryOrderStore().orders
        self.keys = PublishedKeys(self)
        self.is_away = False
        self.loses_answers = False

    @contextmanager
    def away(self) -> Iterator[None]:
        """Meanwhile no service can answer: none reaches its store, and over HTTP they are not there at all."""
        self.is_away = True
        try:
            yield
        finally:
            self.is_away = False

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """Meanwhile the stores do what they are told, and then cannot say so."""
        self.loses_answers = True
        try:
            yield
        finally:
            self.loses_answers = False

    async def on_sale(self, number: object = 1, *, units: int = 5, price: int = 4_900) -> str:
        """The id of a new product, which sorts behind earlier ones; each number has its own sku."""
        boots = replace(details(sku=f"SKU-{number}"), price=francs(price))
        return (await self.product.add_product(details=boots, units=units)).product.id

    async def change(self, product_id: str, **changes: Any) -> None:
        """`changes` are those of the model."""
        version = (await self.product.get_product(product_id=product_id)).product.version
        await self.product.change_product(product_id=product_id, version=version, changes=Changes(**changes))

    async def hold(self, order_id: str, quantities: Mapping[str, int]) -> None:
        lines = [Line(product_id=id, quantity=quantity) for id, quantity in quantities.items()]
        await self.product.take_hold(order_id=order_id, lines=lines)

    async def available(self, product_id: str) -> int:
        return (await self.product.get_product(product_id=product_id)).available

    @cached_property
    def product(self) -> ProductUseCases:
        store = MemoryProductStore()
        return ProductUseCases.over(
            products=self._within_reach(store.products),
            stocks=self._within_reach(store.stocks),
            stemmer=PlainStemmer(),
            clock=self.clock,
            new_id=self.new_id,
            currency=CURRENCY,
        )

    @cached_property
    def user(self) -> UserUseCases:
        store = MemoryUserStore()
        return UserUseCases.over(
            users=self._within_reach(store.users),
            sessions=self._within_reach(store.sessions),
            proofs=self._within_reach(store.proofs),
            pending_mails=self._within_reach(store.pending_mails),
            notifier=MemoryNotifier(),
            mail_links=LINKS,
            passwords=PlainPasswords(),
            common_passwords=FewCommonPasswords(),
            access_tokens=self.keys,
            throttle=Throttle(tallies=MemoryTallies(self.clock), clock=self.clock),
            limits=loose_limits(),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=SequentialSecrets(),
            session_lasts=timedelta(days=1),
        )

    @cached_property
    def cart(self) -> CartUseCases:
        return CartUseCases.over(
            carts=self._within_reach(MemoryCartStore().carts),
            catalog=in_process_cart.InProcessCatalog(self.product),
            clock=self.clock,
            new_id=self.new_id,
            new_secret=SequentialSecrets(),
            currency=CURRENCY,
        )

    @cached_property
    def order(self) -> OrderUseCases:
        return OrderUseCases.over(
            orders=self._within_reach(self.orders),
            carts=in_process_order.InProcessCarts(self.cart),
            catalog=in_process_order.InProcessCatalog(self.product),
            stock=in_process_order.InProcessStock(self.product),
            addresses=in_process_order.InProcessAddressBook(self.user.get_address),
            publisher=LogPublisher(),
            clock=self.clock,
            new_id=self.new_id,
            checkout_seconds=30,
        )

    def check(self) -> None:
        """Raises: Unavailable."""
        if self.is_away:
            raise Unavailable("The store cannot be reached.")

    def _within_reach(self, repository: T) -> T:
        return cast(T, _WithinReach(repository, self))


class _WithinReach:
    """A repository, unless the shop is away."""

    def __init__(self, repository: object, shop: Shop) -> None:
        self._repository = repository
        self._shop = shop

    def __getattr__(self, method: str) -> Any:
        self._shop.check()
        does = getattr(self._repository, method)
        if not (self._shop.loses_answers and method in CHANGES):
            return does

        async def done(*arguments: Any, **named: Any) -> None:
            await does(*arguments, **named)
            raise Unavailable("The store's answer was lost.")

        return done


class PublishedKeys(AccessTokens):
    """Has keys to publish, and signs nothing."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.published: list[Mapping[str, object]] = [KEY]

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        raise NotImplementedError

    def jwks(self) -> Mapping[str, object]:
        self._shop.check()
        return {"keys": list(self.published)}
