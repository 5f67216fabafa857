"""The edge of a service to HTTP, by its settings; the same in a container and in a function."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from adapters.bootstrap.common import Common
from adapters.bootstrap.registry import load
from adapters.inbound.web.app import create_app
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.rate_limit import RequestLimit
from core import VERSION
from core.shared.ports import TokenVerifier
from core.shared.throttle import Throttle


def web_app(
    common: Common,
    router: Any,
    *,
    verifier: TokenVerifier,
    service_verifier: TokenVerifier | None = None,
    resources: Sequence[AbstractAsyncContextManager[object]] = (),
    metrics: bool = False,
    carried: bool = False,
) -> ShopApp:
    """The service over HTTP. What is for other services is there if they can prove themselves, by `service_verifier`.

    `resources` are opened as the app starts, and closed as it ends. `metrics` says whether `/metrics` is there;
    `carried`, whether what brings requests has limits of its own.
    """
    settings = common.settings
    return create_app(
        common.name,
        [router],
        version=VERSION,
        verifier=verifier,
        service_verifier=service_verifier,
        clock=common.clock,
        new_id=common.new_id,
        resources=resources,
        body_limit=settings.body_limit_bytes,
        request_seconds=settings.request_seconds,
        docs=settings.serves_docs,
        trusted_hops=settings.trusted_hops,
        request_limit=_request_limit(common),
        over_tls=settings.environment == "production",
        cors_origins=settings.origins,
        telemetry=common.telemetry,
        access_log=settings.access_log,
        metrics=metrics,
        carried=carried,
    )


def _request_limit(common: Common) -> RequestLimit | None:
    """Of this process alone: a shared store would cost every request a call."""
    if not common.settings.requests_per_minute:
        return None
    throttle = Throttle(tallies=load("tallies", "memory")(common.clock), clock=common.clock)
    return RequestLimit.of(throttle, per_minute=common.settings.requests_per_minute)
