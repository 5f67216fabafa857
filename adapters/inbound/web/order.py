"""The order service over HTTP: placing orders, looking at them, moving them on, and the books for the audit."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from adapters.inbound.web.addresses import AddressIn
from adapters.inbound.web.answers import NO_STORE, answer, json
from adapters.inbound.web.auth import Admin, Customer, service
from adapters.inbound.web.bodies import Body, Count, Id, MoneyIn
from adapters.inbound.web.docs import problems
from adapters.inbound.web.lists import After, Limit, PageOut, page
from adapters.inbound.web.routes import router
from adapters.inbound.web.versions import IdempotencyKey, IfMatch, etag, if_match_version
from core.order import errors
from core.order.model import CancelReason, Order, OrderRecord, Status
from core.order.use_cases import OrderUseCases
from core.order.use_cases.place import Request
from core.shared.address import AddressInvalid, PostalAddress
from core.shared.context import Caller
from core.shared.errors import IdempotencyKeyReused, VersionStale
from core.shared.money import Money
from core.shared.paging import DEFAULT_LIMIT, CursorInvalid

AuditService = Annotated[Caller, service("audit")]


class OrderIn(Body):
    """Everything is optional: without a word, the whole cart is ordered as it is."""

    shipping_address: AddressIn | None = None
    address_id: Annotated[str, Field(max_length=64)] | None = None
    cart_version: Count | None = None
    expected_total: MoneyIn | None = None

    def to_request(self) -> Request:
        return Request(
            shipping_address=PostalAddress(**self.shipping_address.lines) if self.shipping_address else None,
            address_id=self.address_id,
            cart_version=self.cart_version,
            expected_total=self.expected_total.to_money() if self.expected_total else None,
        )


class StatusIn(Body):
    """The status to move an order on to."""

    status: Annotated[Status, Field(examples=["shipped"])]
    note: Annotated[str, Field(max_length=500)] | None = None


@answer
class LineOut:
    product_id: str
    sku: str
    name: str
    unit_price: Money
    quantity: int
    line_total: Money


@answer
class ChangeOut:
    """A change of status, `by` the customer, an admin or the system."""

    status: Status
    at: datetime
    by: str
    note: str


@answer
class OrderOut:
    id: str
    number: str
    customer_id: str
    status: Status
    cancel_reason: CancelReason | None
    lines: tuple[LineOut, ...]
    total: Money
    shipping_address: PostalAddress | None
    history: tuple[ChangeOut, ...]
    placed_at: datetime
    version: int

    @classmethod
    def of(cls, order: Order) -> "OrderOut":
        return cls(
            id=order.id,
            number=order.number,
            customer_id=order.customer_id,
            status=order.status,
            cancel_reason=order.cancel_reason,
            lines=tuple(
                LineOut(
                    product_id=line.product_id,
                    sku=line.sku,
                    name=line.name,
                    unit_price=line.unit_price,
                    quantity=line.quantity,
                    line_total=line.line_total,
                )
                for line in order.lines
            ),
            total=order.total,
            shipping_address=order.shipping_address,
            history=tuple(
                ChangeOut(status=change.status, at=change.at, by=change.by, note=change.note)
                for change in order.history
            ),
            placed_at=order.placed_at,
            version=order.version,
        )


def order_router(use_cases: OrderUseCases) -> APIRouter:
    """Every route of the order service."""
    routes = router("orders")

    @routes.post(
        "/v1/orders",
        status_code=201,
        response_model=OrderOut,
        responses={
            202: {"model": OrderOut, "description": "The order is kept, and will be decided soon: see `Location`."},
            **problems(
                errors.OutOfStock,
                errors.PriceChanged,
                errors.CartChanged,
                errors.CheckoutInProgress,
                errors.OrderCancelled,
                errors.TooManyKeys,
                errors.CartEmpty,
                errors.ProductNotForSale,
                errors.AddressUnknown,
                AddressInvalid,
                errors.OrderInvalid,
                IdempotencyKeyReused,
            ),
        },
    )
    async def place_order(
        caller: Customer, body: OrderIn | None = None, idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Order what is in the cart; one version of a cart never becomes two orders."""
        placement = await use_cases.place_order(
            customer_id=caller.id, key=idempotency_key, request=(body or OrderIn()).to_request()
        )
        order = placement.order
        headers = {"Location": f"/v1/orders/{order.id}"}
        if placement.replayed:
            headers["Idempotent-Replayed"] = "true"
        return _answer(order, 201 if order.ever_confirmed else 202, headers)

    @routes.get("/v1/orders", response_model=PageOut[OrderOut], responses=problems(CursorInvalid, errors.NotYourOrders))
    async def list_orders(
        caller: Customer,
        after: After,
        customer_id: Annotated[str | None, Query(max_length=64, description="For admins: one customer's.")] = None,
        status: Status | None = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """One's own orders, or, for an admin, all; the newest first. Attempts that were refused are not among them."""
        found = await use_cases.list_orders(
            caller=caller, customer_id=customer_id, status=status, limit=limit, after=after
        )
        return page(map(OrderOut.of, found.items), found.next)

    @routes.get("/v1/orders/{id}", response_model=OrderOut)
    async def get_order(id: Id, caller: Customer) -> Response:
        """One order."""
        return _answer(await use_cases.get_order(order_id=id, caller=caller))

    @routes.post(
        "/v1/orders/{id}/cancel", response_model=OrderOut, responses=problems(errors.IllegalTransition, VersionStale)
    )
    async def cancel_order(id: Id, caller: Customer, if_match: IfMatch = None) -> Response:
        """Call an order off before it is shipped; again, nothing changes."""
        version = if_match_version(if_match)
        return _answer(await use_cases.cancel_order(order_id=id, caller=caller, version=version))

    @routes.patch(
        "/v1/orders/{id}", response_model=OrderOut, responses=problems(errors.IllegalTransition, VersionStale)
    )
    async def move_order(id: Id, body: StatusIn, caller: Admin, if_match: IfMatch = None) -> Response:
        """Move an order on: confirmed, shipped, delivered; or cancel a confirmed one."""
        version = if_match_version(if_match)
        return _answer(
            await use_cases.move_order(order_id=id, status=body.status, note=body.note or "", version=version)
        )

    @routes.get("/internal/v1/orders", response_model=PageOut[OrderRecord], responses=problems(CursorInvalid))
    async def list_records(caller: AuditService, after: After, limit: Limit = DEFAULT_LIMIT) -> Response:
        """Every order, refused attempts too, as the audit needs to see it."""
        found = await use_cases.list_all_orders(limit=limit, after=after)
        return page((order.record() for order in found.items), found.next)

    return routes


def _answer(order: Order, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json(OrderOut.of(order), status, headers={"ETag": etag(order.version), **NO_STORE, **(headers or {})})
