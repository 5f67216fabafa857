"""What orders need from the other services, asked of them over HTTP."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from adapters.outbound.http_client.catalog import money, products
from adapters.outbound.http_client.channel import Channel, Refusals
from core.order.errors import AddressUnknown, HoldClosed, OutOfStock, ProductNotForSale, Shortage
from core.order.model import (
    CartContents,
    CartLine,
    HoldRecord,
    Offer,
    OrderRecord,
    RecordLine,
    StockRecord,
)
from core.order.ports import AddressBook, Carts, Catalog, OrderRecords, Stock, StockRecords
from core.shared.address import PostalAddress
from core.shared.ids import is_id


class HttpCatalog(Catalog):
    """The catalogue of the product service."""

    def __init__(self, product: Channel) -> None:
        self._product = product

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        return {offer.product_id: offer for offer in await products(self._product, product_ids, _offer)}


class HttpStock(Stock):
    """The stock of the product service."""

    def __init__(self, product: Channel) -> None:
        self._product = product

    async def hold(self, order_id: str, quantities: Mapping[str, int]) -> None:
        refusals: Refusals = {**_CLOSED, "out_of_stock": _out_of_stock, "product_not_found": _not_for_sale}
        await self._tell("PUT", order_id, "", quantities, refusals)

    async def release(self, order_id: str, quantities: Mapping[str, int]) -> None:
        await self._tell("POST", order_id, "/release", quantities, _CLOSED)

    async def settle(self, order_id: str, quantities: Mapping[str, int]) -> None:
        await self._tell("POST", order_id, "/settle", quantities, _CLOSED)

    async def _tell(
        self, method: str, order_id: str, verb: str, quantities: Mapping[str, int], refusals: Refusals
    ) -> None:
        """Repeatable: the order's id is the key of every one of these effects."""
        path = f"/internal/v1/holds/{_segment(order_id)}{verb}"
        await self._product.tell(method, path, {"lines": _lines(quantities)}, refusals=refusals, repeatable=True)


class HttpCarts(Carts):
    """The carts of the cart service."""

    def __init__(self, cart: Channel) -> None:
        self._cart = cart

    async def get(self, customer_id: str) -> CartContents:
        return await self._cart.ask(f"/internal/v1/carts/{_segment(customer_id)}", _cart)

    async def subtract(self, customer_id: str, order_id: str, quantities: Mapping[str, int]) -> None:
        path = f"/internal/v1/carts/{_segment(customer_id)}/subtract"
        body = {"order_id": order_id, "lines": _lines(quantities)}
        await self._cart.tell("POST", path, body, repeatable=True)  # the cart counts each order id once


class HttpAddressBook(AddressBook):
    """The address books of the user service."""

    def __init__(self, user: Channel) -> None:
        self._user = user

    async def get(self, customer_id: str, address_id: str) -> PostalAddress:
        if not is_id(address_id):
            raise AddressUnknown(_NO_ADDRESS)
        path = f"/internal/v1/users/{_segment(customer_id)}/addresses/{address_id}"
        refusals: Refusals = {"user_not_found": _unknown, "address_not_found": _unknown}
        return await self._user.ask(path, _address, refusals=refusals)


class HttpOrderRecords(OrderRecords):
    """The books of the order service."""

    def __init__(self, order: Channel) -> None:
        self._order = order

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[OrderRecord, ...], str | None]:
        return await self._order.ask(
            _page("/internal/v1/orders", limit, after),
            lambda answer: (tuple(_order_record(item) for item in answer["items"]), answer["next_cursor"]),
        )


class HttpStockRecords(StockRecords):
    """The books of the product service."""

    def __init__(self, product: Channel) -> None:
        self._product = product

    async def list(self, *, limit: int, after: str | None) -> tuple[tuple[StockRecord, ...], str | None]:
        return await self._product.ask(
            _page("/internal/v1/stock", limit, after),
            lambda answer: (tuple(_stock_record(item) for item in answer["items"]), answer["next_cursor"]),
        )


def _out_of_stock(problem: Mapping[str, Any]) -> OutOfStock:
    return OutOfStock(
        tuple(
            Shortage(product_id=line["product_id"], quantity=line["quantity"], available=line["available"])
            for line in problem["lines"]
        )
    )


def _not_for_sale(problem: Mapping[str, Any]) -> ProductNotForSale:
    return ProductNotForSale(problem["detail"])


def _closed(problem: Mapping[str, Any]) -> HoldClosed:
    return HoldClosed(problem["detail"])


def _unknown(_: Mapping[str, Any]) -> AddressUnknown:
    return AddressUnknown(_NO_ADDRESS)


_NO_ADDRESS = "The address book has no such address."
_CLOSED: Refusals = {"hold_closed": _closed, "hold_unknown": _closed}


def _segment(id: str) -> str:
    """An id as one segment of a path."""
    return quote(id, safe="")


def _page(path: str, limit: int, after: str | None) -> str:
    return f"{path}?{urlencode({'limit': limit} if after is None else {'limit': limit, 'cursor': after})}"


def _lines(quantities: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"product_id": id, "quantity": quantity} for id, quantity in quantities.items()]


def _offer(item: dict[str, Any]) -> Offer:
    return Offer(
        product_id=item["id"],
        sku=item["sku"],
        name=item["name"],
        price=money(item["price"]),
        available=item["available"],
        for_sale=item["status"] == "active",
    )


def _cart(answer: dict[str, Any]) -> CartContents:
    lines = (
        CartLine(product_id=line["product_id"], quantity=line["quantity"], price=money(line["price"]))
        for line in answer["lines"]
    )
    return CartContents(id=answer["id"], version=answer["version"], lines=tuple(lines))


def _address(answer: dict[str, Any]) -> PostalAddress:
    return PostalAddress(**{field.name: answer[field.name] for field in fields(PostalAddress)})


def _order_record(item: dict[str, Any]) -> OrderRecord:
    return OrderRecord(
        id=item["id"],
        customer_id=item["customer_id"],
        state=item["state"],
        ever_confirmed=item["ever_confirmed"],
        cart_id=item["cart_id"],
        cart_version=item["cart_version"],
        deadline=datetime.fromisoformat(item["deadline"]),
        changed_at=datetime.fromisoformat(item["changed_at"]),
        untold_since=None if item["untold_since"] is None else datetime.fromisoformat(item["untold_since"]),
        todos=tuple(item["todos"]),
        lines=tuple(
            RecordLine(product_id=line["product_id"], quantity=line["quantity"], unit_price=money(line["unit_price"]))
            for line in item["lines"]
        ),
        total=money(item["total"]),
    )


def _stock_record(item: dict[str, Any]) -> StockRecord:
    return StockRecord(
        product_id=item["product_id"],
        received=item["received"],
        sold=item["sold"],
        available=item["available"],
        holds={
            order_id: HoldRecord(quantity=hold["quantity"], state=hold["state"])
            for order_id, hold in item["holds"].items()
        },
    )
