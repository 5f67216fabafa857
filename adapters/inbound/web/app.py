"""Puts a service's routes, its guards' verifiers and its resources together into one FastAPI app."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

from adapters.inbound.web import errors
from adapters.inbound.web.browsers import cross_origin, security_headers
from adapters.inbound.web.docs import docs_routes
from adapters.inbound.web.health import health_routes, metrics_routes
from adapters.inbound.web.middleware import Edge, LastResort
from adapters.inbound.web.observed import Observer
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.payload import CarriedAnswers
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.inbound.web.routes import for_services
from adapters.telemetry.telemetry import Telemetry
from core.shared.errors import ShopError
from core.shared.ports import Clock, NewId, TokenVerifier


def create_app(
    name: str,
    routers: Sequence[APIRouter],
    *,
    version: str,
    verifier: TokenVerifier,
    service_verifier: TokenVerifier | None,
    clock: Clock,
    new_id: NewId,
    resources: Sequence[AbstractAsyncContextManager[object]] = (),
    body_limit: int = 1_048_576,
    request_seconds: float = 10,
    docs: bool = True,
    trusted_hops: int = 0,
    request_limit: RequestLimit | None = None,
    over_tls: bool = False,
    cors_origins: Sequence[str] = (),
    telemetry: Telemetry | None = None,
    access_log: bool = True,
    metrics: bool = True,
    carried: bool = False,
) -> ShopApp:
    """The app of the service `name`; without a `service_verifier`, none of it is for other services.

    `resources` are entered in order when the app starts, and left in reverse when it ends; `body_limit` is in bytes;
    `trusted_hops` says whom to believe about a caller's address (`client_address`). With `over_tls`, browsers are told
    to come by nothing else; pages of `cors_origins` may call.
    Requests are told to `telemetry`, and to the log if there is to be an `access_log`; `/metrics` is served if
    `metrics` are to be. If requests are `carried` by something with limits of its own, it is minded.
    `app.state.draining = True` turns `/readyz` to 503, for whoever hears the signal to stop first.
    """
    telemetry = telemetry or Telemetry.unread()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for resource in resources:
                await stack.enter_async_context(resource)
            app.state.started = True
            try:
                yield
            finally:
                app.state.draining = True

    app = ShopApp(
        title=f"Portico: {name}",
        version=version,
        openapi_url=f"/openapi/{name}.json" if docs else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # Ours tells what is to be told; FastAPI's own would tell the words of exceptions, too.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        # The routes themselves, and not `include_router`: FastAPI matches included routes twice for each request.
        routes=[
            *health_routes(name, version),
            *(metrics_routes(telemetry.metrics) if metrics else ()),
            *(route for router in routers for route in router.routes if service_verifier or not for_services(route)),
            *(docs_routes(name) if docs else ()),
        ],
        # In this order preflights have the edge's headers, and a 500 those for other origins.
        middleware=[
            Middleware(
                Edge,
                clock=clock,
                new_id=new_id,
                request_seconds=request_seconds,
                headers=security_headers(over_tls=over_tls),
                observer=Observer(telemetry=telemetry, access_log=access_log),
            ),
            *cross_origin(cors_origins),
            Middleware(LastResort),
            *((Middleware(CarriedAnswers),) if carried else ()),
        ],
        exception_handlers={
            ShopError: errors.on_shop_error,
            RequestValidationError: errors.on_invalid_request,
            HTTPException: errors.on_http_exception,
            ClientDisconnect: errors.on_disconnect,
        },
    )
    app.state.verifier = verifier
    app.state.service_verifier = service_verifier
    app.state.body_limit = body_limit
    app.state.trusted_hops = trusted_hops
    app.state.request_limit = request_limit
    app.state.throttled = telemetry.metrics.throttled
    app.state.started = False
    app.state.draining = False
    return app
