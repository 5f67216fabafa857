"""What every service process stands on: the clock, ids, proof of who is calling, and the app around its routes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Self

from adapters.bootstrap.identities import callers, own_key
from adapters.bootstrap.registry import load, resolve
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.inbound.web.app import create_app
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.security.access_tokens import AccessTokenVerifier
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.telemetry.metrics import Metrics
from adapters.telemetry.spans import NoSpans, Spans
from adapters.telemetry.telemetry import Telemetry
from core import VERSION
from core.shared.ports import Clock, KeySource, NewId, ServiceTokens, TokenVerifier
from core.shared.throttle import Throttle

Caller = Service | Literal["audit"]
"""Who calls other services: one of them, or the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The parts that all services have alike, for the one called `name`."""

    name: Caller
    settings: Settings
    clock: Clock
    new_id: NewId
    stores: Stores
    service_tokens: ServiceTokens
    telemetry: Telemetry

    @classmethod
    def of(cls, name: Caller, settings: Settings) -> Self:
        """Raises: ValueError for a SERVICE_KEY that is none."""
        clock = SystemClock()
        new_id = Uuid7(clock)
        key = own_key(name, settings.service_key.get_secret_value())
        return cls(
            name=name,
            settings=settings,
            clock=clock,
            new_id=new_id,
            stores=Stores(settings),
            service_tokens=Ed25519ServiceTokens(name=name, key=key, clock=clock, new_id=new_id),
            telemetry=Telemetry(metrics=Metrics(service=name, version=VERSION), spans=spans(name, settings)),
        )

    def channel(self, peer: Service) -> Channel:
        """The way to another service, where this one proves itself by its key; to be opened with the process."""
        urls: Mapping[Service, str] = {
            "product": self.settings.product_url,
            "user": self.settings.user_url,
            "cart": self.settings.cart_url,
            "order": self.settings.order_url,
        }
        return Channel(urls[peer], audience=peer, tokens=self.service_tokens, clock=self.clock)

    def verifier(self, keys: KeySource) -> AccessTokenVerifier:
        """Checks customers' tokens by the published keys."""
        return AccessTokenVerifier(
            keys=keys, issuer=self.settings.token_issuer, audience=self.settings.token_audience, clock=self.clock
        )

    def app(
        self,
        router: Any,
        *,
        verifier: TokenVerifier,
        resources: Sequence[AbstractAsyncContextManager[object]] = (),
    ) -> ShopApp:
        """The service over HTTP; its stores are opened before `resources`. Raises: ValueError for bad PEER_KEYS."""
        settings = self.settings
        return create_app(
            self.name,
            [router],
            version=VERSION,
            verifier=verifier,
            service_verifier=ServiceTokenVerifier(name=self.name, peers=callers(settings.peer_keys), clock=self.clock),
            clock=self.clock,
            new_id=self.new_id,
            resources=(self.stores, *resources),
            body_limit=settings.body_limit_bytes,
            request_seconds=settings.request_seconds,
            docs=settings.serves_docs,
            trusted_hops=settings.trusted_hops,
            request_limit=self._request_limit(),
            over_tls=settings.environment == "production",
            cors_origins=settings.origins,
        )

    def _request_limit(self) -> RequestLimit | None:
        """Of this process alone: a shared store would cost every request a call."""
        if not self.settings.requests_per_minute:
            return None
        throttle = Throttle(tallies=load("tallies", "memory")(self.clock), clock=self.clock)
        return RequestLimit.of(throttle, per_minute=self.settings.requests_per_minute)


def spans(name: Caller, settings: Settings) -> Spans:
    """OpenTelemetry's, if there is somewhere to send them; it is imported only then."""
    if not settings.otel_exporter_otlp_endpoint:
        return NoSpans()
    to: Spans = resolve("adapters.telemetry.otel:OtelSpans").to(
        settings.otel_exporter_otlp_endpoint, service=name, version=VERSION, ratio=settings.traces_ratio
    )
    return to
