"""What can be done with a cart; `CartUseCases` lists it all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.cart.errors import (
    CartBusy,
    CartNotFound,
    CartTokenInvalid,
    GuestCartUnknown,
    OutOfStock,
    ProductNotForSale,
    Shortage,
)
from core.cart.model import Cart, CartView, Item, Offer, Owner
from core.cart.ports import Carts, Catalog
from core.shared.errors import VersionStale
from core.shared.money import total
from core.shared.ports import Clock, NewId, NewSecret

ATTEMPTS = 100
"""How often a change is tried against other changes of the same cart; in each round somebody's succeeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The carts with all it takes to change and to show one; every use case stands on it."""

    carts: Carts
    catalog: Catalog
    clock: Clock
    new_id: NewId
    currency: str

    async def cart_of(self, owner: Owner) -> Cart:
        """The owner's cart; a customer without one has an empty one.

        Raises: CartTokenInvalid if there is no such guest cart, or it has expired.
        """
        try:
            cart = await self.carts.get(owner)
        except CartNotFound as missing:
            if owner.is_guest:
                raise CartTokenInvalid("No guest cart has this token.") from missing
            return Cart(id=self.new_id(), owner=owner, version=0, lines=(), updated_at=self.clock.now())
        if cart.is_over(at=self.clock.now()):
            raise CartTokenInvalid("No guest cart has this token.")
        return cart

    async def change(self, owner: Owner, rule: Callable[[Cart], Cart], *, version: int | None = None) -> Cart:
        """The cart after `rule`, which is applied anew to what another change has left.

        Raises: VersionStale if `version` is given and is not the cart's, CartBusy, and what the rule raises.
        """
        for _ in range(ATTEMPTS):
            cart = await self.cart_of(owner)
            check_version(cart, version)
            after = rule(cart)
            if after is cart:
                return cart
            try:
                await self.carts.save(after)
            except VersionStale:
                continue
            return after
        raise CartBusy("This cart is being changed too often; try again.")

    async def view(self, cart: Cart, offers: Mapping[str, Offer] | None = None) -> CartView:
        """The cart at today's prices, asking the catalogue for what `offers` does not tell. Raises: Unavailable."""
        known = dict(offers or {})
        unknown = [line.product_id for line in cart.lines if line.product_id not in known]
        if unknown:
            known.update(await self.catalog.offers(unknown))
        items = tuple(Item.of(line, known.get(line.product_id)) for line in cart.lines)
        return CartView(
            id=cart.id if cart.version else None,
            version=cart.version,
            items=items,
            total=total((item.line_total for item in items), self.currency),
            updated_at=cart.updated_at,
        )

    async def put(
        self, owner: Owner, product_id: str, quantity: Callable[[Cart], int], version: int | None
    ) -> CartView:
        """The cart with `quantity` of a product in it. Raises: as AddItem."""
        cart = await self.cart_of(owner)
        check_version(cart, version)
        offers = await self.catalog.offers({product_id, *(line.product_id for line in cart.lines)})
        offer = offers.get(product_id)
        if offer is None or not offer.for_sale or offer.price.currency != self.currency:
            raise ProductNotForSale("This product is not for sale.", product_id=product_id)

        def rule(cart: Cart) -> Cart:
            wanted = quantity(cart)
            after = cart.with_item(product_id, quantity=wanted, price=offer.price, at=self.clock.now())
            if wanted > offer.available:
                raise OutOfStock(Shortage(product_id=product_id, quantity=wanted, available=offer.available))
            return after

        return await self.view(await self.change(owner, rule, version=version), offers)


def check_version(cart: Cart, version: int | None) -> None:
    if version is not None and version != cart.version:
        raise VersionStale(f"The cart is at version {cart.version}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewCart:
    """Look into the cart, at today's prices."""

    shelf: Shelf

    async def __call__(self, *, owner: Owner) -> CartView:
        """Raises: CartTokenInvalid, CartAlreadyMerged, Unavailable."""
        return await self.shelf.view((await self.shelf.cart_of(owner)).opened())


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem:
    """Put units of a product into the cart, beside those that are there."""

    shelf: Shelf

    async def __call__(self, *, owner: Owner, product_id: str, quantity: int, version: int | None = None) -> CartView:
        """Raises: ProductNotForSale, OutOfStock, QuantityInvalid, CartFull, VersionStale, CartTokenInvalid,
        CartAlreadyMerged, CartBusy, Unavailable.
        """
        return await self.shelf.put(owner, product_id, lambda cart: cart.quantity_of(product_id) + quantity, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetItem:
    """Set how many units of a product are in the cart; none takes it out."""

    shelf: Shelf

    async def __call__(self, *, owner: Owner, product_id: str, quantity: int, version: int | None = None) -> CartView:
        """Raises: as AddItem."""
        if quantity:
            return await self.shelf.put(owner, product_id, lambda _: quantity, version)
        now = self.shelf.clock.now()
        cart = await self.shelf.change(owner, lambda cart: cart.without_item(product_id, at=now), version=version)
        return await self.shelf.view(cart)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveItem:
    """Take a product out of the cart."""

    shelf: Shelf

    async def __call__(self, *, owner: Owner, product_id: str, version: int | None = None) -> None:
        """Raises: VersionStale, CartTokenInvalid, CartAlreadyMerged, CartBusy."""
        now = self.shelf.clock.now()
        await self.shelf.change(owner, lambda cart: cart.without_item(product_id, at=now), version=version)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyCart:
    """Take everything out of the cart."""

    shelf: Shelf

    async def __call__(self, *, owner: Owner, version: int | None = None) -> None:
        """Raises: VersionStale, CartTokenInvalid, CartAlreadyMerged, CartBusy."""
        now = self.shelf.clock.now()
        await self.shelf.change(owner, lambda cart: cart.emptied(at=now), version=version)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartGuestCart:
    """Give someone unknown a cart of their own."""

    shelf: Shelf
    new_secret: NewSecret

    async def __call__(self) -> str:
        """The token that opens the cart until `GUEST_CART_LASTS` after its last change.

        It is not kept, so it cannot be told again.
        """
        token = self.new_secret()
        now = self.shelf.clock.now()
        await self.shelf.carts.save(
            Cart(id=self.shelf.new_id(), owner=Owner.guest(token), version=1, lines=(), updated_at=now)
        )
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCarts:
    """Bring a guest's cart along when they sign in."""

    shelf: Shelf

    async def __call__(self, *, customer_id: str, token: str) -> CartView:
        """Three steps, each safe to repeat: close the guest cart for all others, add its lines once, empty it.

        Raises: GuestCartUnknown, CartAlreadyMerged if it went to another customer, CartBusy, Unavailable.
        """
        now = self.shelf.clock.now()
        try:
            guest = await self.shelf.change(Owner.guest(token), lambda cart: cart.given_to(customer_id, at=now))
        except CartTokenInvalid as unknown:
            raise GuestCartUnknown("There is no guest cart with this token.") from unknown
        cart = await self.shelf.change(Owner.customer(customer_id), lambda cart: cart.merged_with(guest, at=now))
        await self.shelf.change(guest.owner, lambda cart: cart.handed_over(at=now))
        return await self.shelf.view(cart)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCart:
    """Hand a customer's cart to the order service."""

    shelf: Shelf

    async def __call__(self, *, customer_id: str) -> Cart:
        return await self.shelf.cart_of(Owner.customer(customer_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtractOrder:
    """Take out of the cart what an order bought, once; what was added since stays."""

    shelf: Shelf

    async def __call__(self, *, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        """`quantities` by product id. Raises: CartBusy."""
        now = self.shelf.clock.now()
        await self.shelf.change(Owner.customer(customer_id), lambda cart: cart.subtracted(order_id, quantities, at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class CartUseCases:
    """All that the cart service can do."""

    view_cart: ViewCart
    add_item: AddItem
    set_item: SetItem
    remove_item: RemoveItem
    empty_cart: EmptyCart
    start_guest_cart: StartGuestCart
    merge_carts: MergeCarts
    get_cart: GetCart
    subtract_order: SubtractOrder

    @classmethod
    def over(
        cls, *, carts: Carts, catalog: Catalog, clock: Clock, new_id: NewId, new_secret: NewSecret, currency: str
    ) -> "CartUseCases":
        """Every use case over the same ports."""
        shelf = Shelf(carts=carts, catalog=catalog, clock=clock, new_id=new_id, currency=currency)
        return cls(
            view_cart=ViewCart(shelf=shelf),
            add_item=AddItem(shelf=shelf),
            set_item=SetItem(shelf=shelf),
            remove_item=RemoveItem(shelf=shelf),
            empty_cart=EmptyCart(shelf=shelf),
            start_guest_cart=StartGuestCart(shelf=shelf, new_secret=new_secret),
            merge_carts=MergeCarts(shelf=shelf),
            get_cart=GetCart(shelf=shelf),
            subtract_order=SubtractOrder(shelf=shelf),
        )
