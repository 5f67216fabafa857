"""What orders need from the other services, answered by their use cases in the same process."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields

from core.cart.use_cases import CartUseCases
from core.order.errors import AddressUnknown, HoldClosed, OutOfStock, ProductNotForSale, Shortage
from core.order.model import CartContents, CartLine, HoldRecord, Offer, OrderRecord, StockRecord
from core.order.ports import AddressBook, Carts, Catalog, OrderRecords, Stock, StockRecords
from core.order.use_cases import OrderUseCases
from core.product import errors as product_errors
from core.product.model import Line, Listing
from core.product.use_cases import ProductUseCases
from core.shared.address import PostalAddress
from core.shared.errors import ShopError, Unavailable
from core.shared.paging import Cursor
from core.user.errors import AddressNotFound, UserNotFound
from core.user.use_cases.addresses import GetAddress


class InProcessCatalog(Catalog):
    """The catalogue of a product service that lives in this process."""

    def __init__(self, product: ProductUseCases) -> None:
        self._product = product

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        with _raises():
            listings = await self._product.get_products(product_ids=product_ids)
        return {listing.product.id: _offer(listing) for listing in listings}


class InProcessStock(Stock):
    """The stock of a product service that lives in this process."""

    def __init__(self, product: ProductUseCases) -> None:
        self._product = product

    async def hold(self, order_id: str, quantities: Mapping[str, int]) -> None:
        with _raises(OutOfStock, HoldClosed, ProductNotForSale):
            await self._product.take_hold(order_id=order_id, lines=_lines(quantities))

    async def release(self, order_id: str, quantities: Mapping[str, int]) -> None:
        with _raises(HoldClosed):
            await self._product.release_hold(order_id=order_id, lines=_lines(quantities))

    async def settle(self, order_id: str, quantities: Mapping[str, int]) -> None:
        with _raises(HoldClosed):
            await self._product.settle_hold(order_id=order_id, lines=_lines(quantities))


class InProcessCarts(Carts):
    """The carts of a cart service that lives in this process."""

    def __init__(self, cart: CartUseCases) -> None:
        self._cart = cart

    async def get(self, customer_id: str) -> CartContents:
        with _raises():
            cart = await self._cart.get_cart(customer_id=customer_id)
        lines = (CartLine(product_id=line.product_id, quantity=line.quantity, price=line.price) for line in cart.lines)
        return CartContents(id=cart.id, version=cart.version, lines=tuple(lines))

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        with _raises():
            await self._cart.subtract_order(customer_id=customer_id, order_id=order_id, quantities=quantities)


class InProcessAddressBook(AddressBook):
    """The address books of a user service that lives in this process."""

    def __init__(self, get_address: GetAddress) -> None:
        self._get_address = get_address

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        with _raises(AddressUnknown):
            address = await self._get_address(user_id=customer_id, address_id=address_id)
        return PostalAddress(**{field.name: getattr(address, field.name) for field in fields(PostalAddress)})


class InProcessOrderRecords(OrderRecords):
    """The books of an order service that lives in this process."""

    def __init__(self, order: OrderUseCases) -> None:
        self._order = order

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        with _raises():
            page = await self._order.list_all_orders(limit=limit, after=_cursor("id", after))
        return tuple(order.record() for order in page.items), _text(page.next)


class InProcessStockRecords(StockRecords):
    """The books of a product service that lives in this process."""

    def __init__(self, product: ProductUseCases) -> None:
        self._product = product

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        with _raises():
            page = await self._product.list_stock(limit=limit, after=_cursor("product_id", after))
        records = (
            StockRecord(
                product_id=stock.product_id,
                received=stock.received,
                sold=stock.sold,
                available=stock.available,
                holds={id: HoldRecord(quantity=hold.quantity, state=hold.state) for id, hold in stock.holds.items()},
            )
            for stock in page.items
        )
        return tuple(records), _text(page.next)


@contextmanager
def _raises(*ours: type[ShopError]) -> Iterator[None]:
    """Lets the other service's refusals through as those of `ours` they mean; any other is no answer to the question.

    Raises: `ours`, Unavailable.
    """
    try:
        yield
    except ShopError as error:
        refusal = _in_our_words(error)
        if isinstance(refusal, (*ours, Unavailable)):
            raise refusal from error
        raise Unavailable(f"Another service refused what it should have done: {error.detail}") from error


def _in_our_words(error: ShopError) -> ShopError:
    match error:
        case product_errors.OutOfStock(lines=lines):
            return OutOfStock(
                tuple(
                    Shortage(product_id=line.product_id, quantity=line.quantity, available=line.available)
                    for line in lines
                )
            )
        case product_errors.ProductNotFound():
            return ProductNotForSale(error.detail)
        case product_errors.HoldClosed() | product_errors.HoldUnknown():
            return HoldClosed(error.detail)
        case UserNotFound() | AddressNotFound():
            return AddressUnknown("The address book has no such address.")
        case Unavailable():
            return Unavailable(error.detail, retry_after=error.retry_after)
    return error


def _lines(quantities: Mapping[str, int]) -> tuple[Line, ...]:
    return tuple(Line(product_id=id, quantity=quantity) for id, quantity in quantities.items())


def _offer(listing: Listing) -> Offer:
    product = listing.product
    return Offer(
        product_id=product.id,
        sku=product.details.sku,
        name=product.details.name,
        price=product.details.price,
        available=listing.available,
        for_sale=product.status == "active",
    )


def _cursor(order: str, after: str | None) -> Cursor | None:
    return None if after is None else Cursor(order=order, key=(after,))


def _text(next: Cursor | None) -> str | None:
    return None if next is None else str(next.key[0])
