"""The cart service over HTTP: carts of customers and guests, and the order service's view of them."""

from dataclasses import field
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from adapters.inbound.web.answers import NO_STORE, answer, empty, json
from adapters.inbound.web.auth import Customer, GuestToken, Shopper, service
from adapters.inbound.web.bodies import Body, Id, known
from adapters.inbound.web.docs import problems
from adapters.inbound.web.routes import router
from adapters.inbound.web.versions import IfMatch, etag, if_match_version
from core.cart.errors import (
    CartAlreadyMerged,
    CartFull,
    GuestCartUnknown,
    OutOfStock,
    ProductNotForSale,
    QuantityInvalid,
)
from core.cart.model import QUANTITY_MAX, Cart, CartView, Owner
from core.cart.use_cases import CartUseCases
from core.shared.context import Caller
from core.shared.errors import VersionStale
from core.shared.money import Money

OrderService = Annotated[Caller, service("order")]
ProductId = Annotated[str, Field(max_length=64, examples=["01980000-0000-7000-8000-000000000000"])]


class ItemIn(Body):
    """Units of a product to put into the cart."""

    product_id: ProductId
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX, examples=[2])]


class QuantityIn(Body):
    """How many units there shall be; 0 removes the line."""

    quantity: Annotated[int, Field(ge=0, le=QUANTITY_MAX, examples=[3])]


class MergeIn(Body):
    """The token of the guest cart to bring along."""

    cart_token: Annotated[str, Field(min_length=1, max_length=256, repr=False)]


class BoughtIn(Body):
    product_id: ProductId
    quantity: Annotated[int, Field(ge=1, le=2**31)]


class SubtractIn(Body):
    """What an order bought."""

    order_id: Annotated[str, Field(max_length=64)]
    lines: Annotated[list[BoughtIn], Field(min_length=1, max_length=1000)]

    @property
    def quantities(self) -> dict[str, int]:
        quantities: dict[str, int] = {}
        for line in self.lines:
            quantities[line.product_id] = quantities.get(line.product_id, 0) + line.quantity
        return quantities


@answer
class ItemOut:
    """A line at the catalogue's price; `price_changed_from` is the price when it was put in, if that was another."""

    product_id: str
    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    available: int
    price_changed_from: Money | None


@answer
class CartOut:
    """`id` is null and `version` 0 while nothing was ever put in."""

    id: str | None
    version: int
    items: tuple[ItemOut, ...]
    total: Money
    updated_at: datetime

    @classmethod
    def of(cls, cart: CartView) -> "CartOut":
        return cls(
            id=cart.id,
            version=cart.version,
            items=tuple(
                ItemOut(
                    product_id=item.product_id,
                    sku=item.sku,
                    name=item.name,
                    quantity=item.quantity,
                    unit_price=item.unit_price,
                    line_total=item.line_total,
                    available=item.available,
                    price_changed_from=item.price_changed_from,
                )
                for item in cart.items
            ),
            total=cart.total,
            updated_at=cart.updated_at,
        )


@answer
class GuestOut:
    """The token that opens the new guest cart until 30 days after its last change; it is told this once."""

    cart_token: str = field(repr=False)


@answer
class SeenLineOut:
    """A line with the price of one unit that the customer saw."""

    product_id: str
    quantity: int
    price: Money


@answer
class ContentsOut:
    id: str
    version: int
    lines: tuple[SeenLineOut, ...]

    @classmethod
    def of(cls, cart: Cart) -> "ContentsOut":
        return cls(
            id=cart.id,
            version=cart.version,
            lines=tuple(
                SeenLineOut(product_id=line.product_id, quantity=line.quantity, price=line.price) for line in cart.lines
            ),
        )


def cart_router(use_cases: CartUseCases) -> APIRouter:
    """Every route of the cart service."""
    routes = router("cart")
    changing = problems(ProductNotForSale, OutOfStock, QuantityInvalid, CartFull, CartAlreadyMerged, VersionStale)

    @routes.get("/v1/cart", response_model=CartOut, responses=problems(CartAlreadyMerged))
    async def view_cart(shopper: Shopper) -> Response:
        """The cart at today's prices; an empty one if nothing was ever put in."""
        return _answer(await use_cases.view_cart(owner=_owner(shopper)))

    @routes.post("/v1/cart/items", status_code=201, response_model=CartOut, responses=changing)
    async def add_item(body: ItemIn, shopper: Shopper, if_match: IfMatch = None) -> Response:
        """Put units of a product into the cart, beside those that are there."""
        version = if_match_version(if_match)
        cart = await use_cases.add_item(
            owner=_owner(shopper), product_id=body.product_id, quantity=body.quantity, version=version
        )
        return _answer(cart, 201)

    @routes.put("/v1/cart/items/{product_id}", response_model=CartOut, responses=changing)
    async def set_item(product_id: Id, body: QuantityIn, shopper: Shopper, if_match: IfMatch = None) -> Response:
        """Set how many units of a product are in the cart; 0 removes it."""
        version = if_match_version(if_match)
        cart = await use_cases.set_item(
            owner=_owner(shopper), product_id=known(product_id), quantity=body.quantity, version=version
        )
        return _answer(cart)

    @routes.delete("/v1/cart/items/{product_id}", status_code=204, responses=problems(CartAlreadyMerged, VersionStale))
    async def remove_item(product_id: Id, shopper: Shopper, if_match: IfMatch = None) -> Response:
        """Take a product out of the cart, if it is there."""
        version = if_match_version(if_match)
        await use_cases.remove_item(owner=_owner(shopper), product_id=known(product_id), version=version)
        return empty()

    @routes.delete("/v1/cart", status_code=204, responses=problems(CartAlreadyMerged, VersionStale))
    async def empty_cart(shopper: Shopper, if_match: IfMatch = None) -> Response:
        """Take everything out of the cart."""
        await use_cases.empty_cart(owner=_owner(shopper), version=if_match_version(if_match))
        return empty()

    @routes.post("/v1/cart/guest", status_code=201, response_model=GuestOut)
    async def start_guest_cart() -> Response:
        """A cart for someone who has not signed in; send its token as `X-Cart-Token`."""
        return json(GuestOut(cart_token=await use_cases.start_guest_cart()), 201, headers=NO_STORE)

    @routes.post("/v1/cart/merge", response_model=CartOut, responses=problems(CartAlreadyMerged, GuestCartUnknown))
    async def merge_carts(body: MergeIn, caller: Customer) -> Response:
        """Bring a guest cart's lines into the customer's own cart; repeatable."""
        return _answer(await use_cases.merge_carts(customer_id=caller.id, token=body.cart_token))

    @routes.get("/internal/v1/carts/{customer_id}", response_model=ContentsOut)
    async def get_cart(customer_id: Id, caller: OrderService) -> Response:
        """A customer's cart, as it is to be ordered."""
        cart = await use_cases.get_cart(customer_id=known(customer_id))
        return json(ContentsOut.of(cart), headers={"ETag": etag(cart.version), **NO_STORE})

    @routes.post("/internal/v1/carts/{customer_id}/subtract", status_code=204)
    async def subtract_order(customer_id: Id, body: SubtractIn, caller: OrderService) -> Response:
        """Take out what an order bought, once an order."""
        await use_cases.subtract_order(
            customer_id=known(customer_id), order_id=body.order_id, quantities=body.quantities
        )
        return empty()

    return routes


def _owner(shopper: Caller | GuestToken) -> Owner:
    return Owner.guest(shopper.value) if isinstance(shopper, GuestToken) else Owner.customer(shopper.id)


def _answer(cart: CartView, status: int = 200) -> Response:
    return json(CartOut.of(cart), status, headers={"ETag": etag(cart.version), **NO_STORE})
