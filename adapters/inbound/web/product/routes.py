"""The product service's routes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from adapters.inbound.web.answers import empty, json
from adapters.inbound.web.auth import Admin, service
from adapters.inbound.web.bodies import Count, Id, known
from adapters.inbound.web.docs import problems
from adapters.inbound.web.errors import (
    BodyTooLarge,
    PreconditionRequired,
    RequestTimeout,
    UnsupportedMediaType,
    ValidationFailed,
)
from adapters.inbound.web.lists import After, Limit, PageOut, page
from adapters.inbound.web.product.imports import DEFAULT_LIMITS, REQUEST_BODY, ImportBody, ImportLimits
from adapters.inbound.web.product.schemas import (
    AdjustmentIn,
    CategoryOut,
    DetailsIn,
    FacetsOut,
    HoldIn,
    ImportedOut,
    ProductIn,
    ProductOut,
    ProductPage,
    ProductPatch,
    StockOut,
)
from adapters.inbound.web.requests import ShopRequest
from adapters.inbound.web.routes import router
from adapters.inbound.web.versions import IdempotencyKey, IfMatch, etag, not_modified, required_version
from core.product.errors import (
    HoldClosed,
    HoldInvalid,
    HoldUnknown,
    OutOfStock,
    ProductInvalid,
    ProductNotFound,
    QueryInvalid,
    SkuTaken,
)
from core.product.model import FacetName, Listing, Sort
from core.product.use_cases import ProductUseCases
from core.shared.context import Caller
from core.shared.errors import IdempotencyKeyReused, VersionStale
from core.shared.paging import DEFAULT_LIMIT, MAX_LIMIT, CursorInvalid

FACETS: tuple[FacetName, ...] = ("category", "tag", "price")
OrderService = Annotated[Caller, service("order")]
AuditService = Annotated[Caller, service("audit")]
Words = Annotated[str, Query(max_length=200, description="Words to search for.", examples=["walking boot"])]
Ids = Annotated[str | None, Query(description=f"Up to {MAX_LIMIT} ids, comma-separated: a batch read, archived too.")]
FacetNames = Annotated[
    str, Query(max_length=200, description="Any of category, tag and price, comma-separated.", examples=["category"])
]


def product_router(use_cases: ProductUseCases, imports: ImportLimits = DEFAULT_LIMITS) -> APIRouter:
    """Every route of the product service."""
    routes = router("products")

    @routes.get("/v1/products", response_model=ProductPage, responses=problems(QueryInvalid, CursorInvalid))
    async def list_products(
        after: After,
        q: Words = "",
        category: Annotated[str | None, Query(max_length=200)] = None,
        tag: Annotated[list[Annotated[str, Field(max_length=200)]], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
        min_price: Annotated[Count | None, Query(description="In minor units, included.")] = None,
        max_price: Annotated[Count | None, Query(description="In minor units, included.")] = None,
        in_stock: Annotated[bool, Query(description="Only what can be had now.")] = False,
        sort: Annotated[
            Sort | None, Query(description="By relevance if there are words, else the newest first.")
        ] = None,
        facets: FacetNames = "",
        ids: Ids = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """Search and list what is for sale, or read several products by their ids."""
        if ids is not None:
            listings = await use_cases.get_products(product_ids=_ids(ids))
            return page(map(ProductOut.of, listings), None)
        found, counts = await use_cases.search_products(
            text=q,
            category=category,
            tags=tuple(tag),
            min_price=min_price,
            max_price=max_price,
            in_stock=in_stock,
            sort=sort,
            facets=_facets(facets),
            limit=limit,
            after=after,
        )
        members = {} if counts is None else {"facets": FacetsOut.of(counts)}
        return page(map(ProductOut.of, found.items), found.next, **members)

    @routes.post(
        "/v1/products", status_code=201, response_model=ProductOut, responses=problems(SkuTaken, ProductInvalid)
    )
    async def add_product(body: ProductIn, caller: Admin) -> Response:
        """Put a new product on sale."""
        listing = await use_cases.add_product(details=body.to_details(), units=body.stock)
        return _answer(listing, 201, {"Location": f"/v1/products/{listing.product.id}"})

    @routes.post(
        "/v1/products/import",
        response_model=ImportedOut,
        responses=problems(BodyTooLarge, UnsupportedMediaType, RequestTimeout),
        openapi_extra=REQUEST_BODY,
    )
    async def import_products(request: ShopRequest, caller: Admin) -> Response:
        """Bring many products in, known ones by their sku; repeatable. A line that cannot be kept stops no other.

        A product that is there is described anew and keeps its stock and status; a new one starts with its `stock`.
        If the body breaks off, what came before is kept: import it all again.
        """
        body = ImportBody(request, imports)
        imported = await use_cases.import_products(rows=body.rows())
        body.check()
        return json(ImportedOut.of(imported))

    @routes.get("/v1/products/{id}", response_model=ProductOut, responses={304: {"description": "Not modified."}})
    async def get_product(id: Id, request: Request) -> Response:
        """One product, for sale or archived."""
        listing = await use_cases.get_product(product_id=id)
        return not_modified(request, _tag(listing)) or _answer(listing)

    @routes.put(
        "/v1/products/{id}",
        response_model=ProductOut,
        responses=problems(SkuTaken, ProductInvalid, VersionStale, PreconditionRequired),
    )
    async def replace_product(id: Id, body: DetailsIn, caller: Admin, if_match: IfMatch = None) -> Response:
        """Describe a product anew; its stock stays."""
        version = required_version(if_match)
        return _answer(await use_cases.replace_product(product_id=id, version=version, details=body.to_details()))

    @routes.patch(
        "/v1/products/{id}",
        response_model=ProductOut,
        responses=problems(SkuTaken, ProductInvalid, VersionStale, PreconditionRequired),
    )
    async def change_product(id: Id, body: ProductPatch, caller: Admin, if_match: IfMatch = None) -> Response:
        """Change some of a product by a JSON merge patch; `{"status": "active"}` puts an archived one on sale again."""
        version = required_version(if_match)
        return _answer(await use_cases.change_product(product_id=id, version=version, changes=body.to_changes()))

    @routes.delete("/v1/products/{id}", status_code=204, responses=problems(VersionStale, PreconditionRequired))
    async def archive_product(id: Id, caller: Admin, if_match: IfMatch = None) -> Response:
        """Take a product off sale; it stays readable by its id."""
        version = required_version(if_match)
        await use_cases.archive_product(product_id=id, version=version)
        return empty()

    @routes.post(
        "/v1/products/{id}/stock-adjustments",
        response_model=ProductOut,
        responses=problems(OutOfStock, ProductInvalid, IdempotencyKeyReused),
    )
    async def adjust_stock(
        id: Id, body: AdjustmentIn, caller: Admin, idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Count units in or out by hand; never below zero."""
        listing, replayed = await use_cases.adjust_stock(
            product_id=id, delta=body.delta, reason=body.reason, by=caller.id, key=idempotency_key
        )
        return _answer(listing, headers={"Idempotent-Replayed": "true"} if replayed else None)

    @routes.get("/v1/categories", response_model=PageOut[CategoryOut])
    async def list_categories() -> Response:
        """Every category that has something for sale, with how many products."""
        counts = await use_cases.list_categories()
        return page((CategoryOut(name=count.value, count=count.count) for count in counts), None)

    @routes.put(
        "/internal/v1/holds/{order_id}",
        status_code=204,
        responses=problems(OutOfStock, HoldClosed, HoldInvalid, ProductNotFound),
    )
    async def take_hold(order_id: Id, body: HoldIn, caller: OrderService) -> Response:
        """Set an order's units aside; repeatable."""
        await use_cases.take_hold(order_id=known(order_id), lines=body.to_lines())
        return empty()

    @routes.post(
        "/internal/v1/holds/{order_id}/release",
        status_code=204,
        responses=problems(HoldClosed, HoldInvalid),
    )
    async def release_hold(order_id: Id, body: HoldIn, caller: OrderService) -> Response:
        """Give an order's units back; repeatable."""
        await use_cases.release_hold(order_id=known(order_id), lines=body.to_lines())
        return empty()

    @routes.post(
        "/internal/v1/holds/{order_id}/settle",
        status_code=204,
        responses=problems(HoldClosed, HoldUnknown, HoldInvalid, ProductNotFound),
    )
    async def settle_hold(order_id: Id, body: HoldIn, caller: OrderService) -> Response:
        """Count an order's units as sold; repeatable."""
        await use_cases.settle_hold(order_id=known(order_id), lines=body.to_lines())
        return empty()

    @routes.get("/internal/v1/stock", response_model=PageOut[StockOut], responses=problems(CursorInvalid))
    async def list_stock(caller: AuditService, after: After, limit: Limit = DEFAULT_LIMIT) -> Response:
        """Every product's stock with its holds."""
        found = await use_cases.list_stock(limit=limit, after=after)
        return page(map(StockOut.of, found.items), found.next)

    return routes


def _tag(listing: Listing) -> str:
    return etag(listing.product.version, listing.stock_revision)


def _answer(listing: Listing, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json(ProductOut.of(listing), status, headers={"ETag": _tag(listing), **(headers or {})})


def _ids(text: str) -> list[str]:
    ids = [id for id in text.split(",") if id]
    if len(ids) > MAX_LIMIT:
        raise ValidationFailed(("ids", f"At most {MAX_LIMIT} ids can be read at once."))
    return ids


def _facets(text: str) -> list[FacetName]:
    names = {name.strip() for name in text.split(",") if name.strip()}
    if unknown := names.difference(FACETS):
        raise ValidationFailed(("facets", f"There is no facet {min(unknown)}; there are {', '.join(FACETS)}."))
    return [name for name in FACETS if name in names]
