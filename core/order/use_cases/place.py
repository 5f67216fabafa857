"""Placing an order: intent first, then every effect keyed by the order's id."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

from core.order.errors import (
    CartChanged,
    CartEmpty,
    CheckoutClash,
    CheckoutInProgress,
    OrderInvalid,
    OrderNotFound,
    OutOfStock,
    PriceChanged,
    ProductNotForSale,
    Shortage,
)
from core.order.model import CartContents, Line, Offer, Order, RequestKey
from core.order.ports import AddressBook, Carts, Catalog, Orders
from core.order.use_cases.checkout import Checkout
from core.shared.address import PostalAddress
from core.shared.context import REQUEST
from core.shared.errors import IdempotencyKeyReused, ShopError, Unavailable, VersionStale
from core.shared.money import Money, total
from core.shared.ports import Clock, NewId

ATTEMPTS = 20
"""How often an order is tried against other checkouts of the same cart that end just then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a customer asks for: where the order goes, and what they believe of their cart."""

    shipping_address: PostalAddress | None = None
    address_id: str | None = None
    cart_version: int | None = None
    expected_total: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The order that answers a request, and whether an earlier request had made it."""

    order: Order
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """Order what is in the cart."""

    orders: Orders
    carts: Carts
    catalog: Catalog
    addresses: AddressBook
    checkout: Checkout
    clock: Clock
    new_id: NewId
    checkout_seconds: int

    async def __call__(self, *, customer_id: str, key: str | None, request: Request) -> Placement:
        """The order, confirmed or still undecided: a function of what the order has become, never a stored answer.

        Raises: CartEmpty, ProductNotForSale, PriceChanged, OutOfStock, CartChanged, CheckoutInProgress, OrderCancelled,
        OrderInvalid, AddressInvalid, AddressUnknown, IdempotencyKeyReused, TooManyKeys, Unavailable.
        """
        if request.shipping_address and request.address_id:
            raise OrderInvalid("An order has a shipping address or the id of one, not both.")
        given = RequestKey.given(key, asdict(request)) if key is not None else None
        if given and (known := await self._by_key(customer_id, given)):
            return await self._answer(known, given)
        cart = await self.carts.get(customer_id)
        try:
            if request.cart_version not in (None, cart.version):
                raise CartChanged(f"The cart is at version {cart.version}.", cart_version=cart.version)
            lines = await self._lines(cart, request.expected_total)
            address = request.shipping_address.checked() if request.shipping_address else None
            if request.address_id:
                address = await self.addresses.get(customer_id, request.address_id)
        except Unavailable:
            raise
        except ShopError as refusal:
            order = await self._made_meanwhile(customer_id, given, cart, request, refusal)
            return await self._answer(order, given)
        now = self.clock.now()
        return await self._insert(
            Order.placed(
                id=self.new_id(),
                customer_id=customer_id,
                lines=lines,
                shipping_address=address,
                key=given,
                cart_id=cart.id,
                cart_version=cart.version,
                at=now,
                deadline=now + timedelta(seconds=self.checkout_seconds),
            ),
            given,
        )

    async def _lines(self, cart: CartContents, expected_total: Money | None) -> tuple[Line, ...]:
        """The cart's lines at today's prices, if they can be ordered as far as can be seen now."""
        if not cart.lines:
            raise CartEmpty("There is nothing in the cart to order.")
        offers = await self.catalog.offers([line.product_id for line in cart.lines])
        _check_for_sale(cart, offers)
        lines = tuple(
            Line(
                product_id=line.product_id,
                sku=offers[line.product_id].sku,
                name=offers[line.product_id].name,
                unit_price=offers[line.product_id].price,
                quantity=line.quantity,
            )
            for line in cart.lines
        )
        _check_prices(cart, lines, expected_total)
        short = tuple(
            Shortage(product_id=line.product_id, quantity=line.quantity, available=offers[line.product_id].available)
            for line in lines
            if offers[line.product_id].available < line.quantity
        )
        if short:
            raise OutOfStock(short)
        return lines

    async def _made_meanwhile(
        self,
        customer_id: str,
        given: RequestKey | None,
        cart: CartContents,
        request: Request,
        refusal: ShopError,
    ) -> Order:
        """The order that an equal request has made since this one began, if that is why this one would be refused.

        Raises: the refusal.
        """
        if given and (same_key := await self._by_key(customer_id, given)):
            return same_key
        version = cart.version if request.cart_version is None else request.cart_version
        if same_cart := await self._by_key(customer_id, RequestKey.of_cart(cart.id, version)):
            return await self._joined(same_cart, given)
        if isinstance(refusal, CartEmpty):
            bought = await self._by_key(customer_id, RequestKey.of_cart(cart.id, cart.version - 1))
            began = REQUEST.get().began_at
            if bought and began and bought.confirmed_at and began <= bought.confirmed_at:
                return await self._joined(bought, given)
            if bought:  # for a client that lost the answer of a request without a key
                refusal.facts["order_id"] = bought.id
        raise refusal

    async def _insert(self, order: Order, given: RequestKey | None) -> Placement:
        for _ in range(ATTEMPTS):
            try:
                await self.orders.add(order)
            except CheckoutClash:
                winner = await self._winner(order, given)
                if winner is not None:
                    return await self._answer(winner, given)
            else:
                return await self._answer(order, given, replayed=False)
        raise Unavailable("Too many checkouts of this cart are under way; try again.")

    async def _winner(self, order: Order, given: RequestKey | None) -> Order | None:
        """The order that was first, if it answers this request too; `None` if it has failed meanwhile.

        Raises: CheckoutInProgress if it is of another state of the cart.
        """
        if given and (same_key := await self._by_key(order.customer_id, given)):
            return same_key
        same_cart = await self._by_key(order.customer_id, RequestKey.of_cart(order.cart_id, order.cart_version))
        if same_cart:
            return await self._joined(same_cart, given)
        try:
            other = await self.orders.by_open_cart(order.cart_id)
        except OrderNotFound:
            return None
        raise CheckoutInProgress("Another order of this cart is being made.", order_id=other.id)

    async def _joined(self, order: Order, given: RequestKey | None) -> Order:
        """The order, with this request's key among its keys before anything is answered from it."""
        while given and all(key.key != given.key for key in order.keys):
            joined = order.joined_by(given)
            try:
                await self.orders.save(joined)
            except VersionStale:
                order = await self.orders.get(order.id)
            except CheckoutClash:  # the same key came twice at once, and its twin was first
                return await self.orders.by_key(order.customer_id, given.key)
            else:
                return joined
        return order

    async def _by_key(self, customer_id: str, key: RequestKey) -> Order | None:
        try:
            return await self.orders.by_key(customer_id, key.key)
        except OrderNotFound:
            return None

    async def _answer(self, order: Order, given: RequestKey | None, *, replayed: bool = True) -> Placement:
        """What has become of the order, driven on first. Raises: the reason for which it failed."""
        if given and any(key.key == given.key and key != given for key in order.keys):
            raise IdempotencyKeyReused("This idempotency key was used for another order.", order_id=order.id)
        order = await self.checkout.drive_as_far_as_possible(order)
        if refusal := order.refusal():
            refusal.replayed = replayed
            raise refusal
        return Placement(order=order, replayed=replayed)


def _check_for_sale(cart: CartContents, offers: Mapping[str, Offer]) -> None:
    """Raises: ProductNotForSale naming every line that cannot be sold."""
    gone = tuple(
        {"product_id": line.product_id}
        for line in cart.lines
        if line.product_id not in offers or not offers[line.product_id].for_sale
    )
    if gone:
        raise ProductNotForSale("Some of the cart is no longer for sale.", lines=gone)


def _check_prices(cart: CartContents, lines: tuple[Line, ...], expected_total: Money | None) -> None:
    """Raises: PriceChanged if the total is not the one expected; without one, if a price is not the one seen."""
    now = total((line.line_total for line in lines), lines[0].unit_price.currency)
    if expected_total is not None:
        if expected_total != now:
            raise PriceChanged("The total is not the expected one.", old=expected_total, new=now)
        return
    changed = tuple(
        {"product_id": seen.product_id, "old": seen.price, "new": line.unit_price}
        for seen, line in zip(cart.lines, lines, strict=True)
        if seen.price != line.unit_price
    )
    if changed:
        old = total((line.price.times(line.quantity) for line in cart.lines), now.currency)
        raise PriceChanged("A price has changed since it was put into the cart.", lines=changed, old=old, new=now)
