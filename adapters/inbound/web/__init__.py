"""The web edge: one FastAPI app a service, all answering by the same rules.

A service's routes are one function, a line of work a route:

    def product_router(products: ProductUseCases) -> APIRouter:
        routes = router("products")

        @routes.get("/v1/products/{id}", response_model=ProductOut, responses={304: {"description": "Not modified."}})
        async def get_product(id: Id, request: ShopRequest) -> Response:
            listing = await products.get(product_id=id)
            tag = etag(listing.product.version, listing.stock.revision)
            return not_modified(request, tag) or json(ProductOut.of(listing), headers={"ETag": tag})

        @routes.put("/v1/products/{id}", response_model=ProductOut, responses=problems(SkuTaken, VersionStale))
        async def replace_product(id: Id, body: ProductIn, admin: Admin, if_match: IfMatch = None) -> Response:
            version = required_version(if_match)
            listing = await products.replace(product_id=id, version=version, details=body.to_details())
            return json(ProductOut.of(listing))

        return routes

A guard (`Customer`, `Admin`, `Shopper`, `service("order")`) runs before the body is read; a route without one is for
anyone. What comes in is a `Body`, what goes out an `@answer`; refusals are the core's own errors, raised.
"""

import sys

from pydantic import BaseModel

# FastAPI asks of every model whether it is one of pydantic's first version, and imports that to find out: a twentieth
# of a function's start. There are none. With None in its place the import fails, and FastAPI takes it for absent.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]

# FastAPI has some forty models for the OpenAPI document, and would build each of them at every start, which takes an
# eighth of a function's. Who asks for the document has them built then.
BaseModel.model_config["defer_build"] = True
import fastapi.openapi.models  # noqa: E402, F401

del BaseModel.model_config["defer_build"]
