"""What every service process stands on: the clock, ids, proof of who is calling, and the app around its routes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Self

from adapters.bootstrap.identities import callers, own_key, require_own
from adapters.bootstrap.registry import load, resolve
from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.inbound.web.app import create_app
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.web.rate_limit import RequestLimit
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.security.access_tokens import AccessTokenVerifier
from adapters.outbound.security.service_keys import Peer
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.telemetry.loop import LoopLag
from adapters.telemetry.metrics import Metrics
from adapters.telemetry.spans import NoSpans, Spans
from adapters.telemetry.telemetry import Telemetry
from core import VERSION
from core.shared.ports import Clock, KeySource, NewId, ServiceTokens, TokenVerifier
from core.shared.rounds import Report
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
    peers: Mapping[str, Peer]
    telemetry: Telemetry

    @classmethod
    def of(cls, name: Caller, settings: Settings, *, telemetry: Telemetry | None = None) -> Self:
        """`telemetry` is by the settings if none is given. Raises: ValueError for a SERVICE_KEY that is none,
        or not this service's.
        """
        clock = SystemClock()
        new_id = Uuid7(clock)
        key = own_key(name, settings.service_key.get_secret_value())
        peers: Mapping[str, Peer] = {}
        if name != "audit":  # an operator's terminal has its own key and nobody else's
            peers = callers(settings.peer_keys)
            require_own(name, key, peers)
        telemetry = telemetry or Telemetry(metrics=Metrics(service=name, version=VERSION), spans=spans(name, settings))
        return cls(
            name=name,
            settings=settings,
            clock=clock,
            new_id=new_id,
            stores=Stores(settings, telemetry=telemetry),
            service_tokens=Ed25519ServiceTokens(name=name, key=key, clock=clock, new_id=new_id),
            peers=peers,
            telemetry=telemetry,
        )

    def channel(self, peer: Service) -> Channel:
        """The way to another service, where this one proves itself by its key; to be opened with the process."""
        urls: Mapping[Service, str] = {
            "product": self.settings.product_url,
            "user": self.settings.user_url,
            "cart": self.settings.cart_url,
            "order": self.settings.order_url,
        }
        return Channel(
            urls[peer], audience=peer, tokens=self.service_tokens, clock=self.clock, telemetry=self.telemetry
        )

    def rounds(self, name: str, round: Callable[[], Awaitable[Report]], *, seconds: float | None = None) -> Rounds:
        """Background work, to be opened with the process; as often as the settings say, or `seconds` apart."""
        return Rounds(
            name,
            round,
            seconds=self.settings.worker_seconds if seconds is None else seconds,
            new_id=self.new_id,
            telemetry=self.telemetry,
        )

    @property
    def foundation(self) -> Sequence[AbstractAsyncContextManager[object]]:
        """What is to be opened before all else, and closed last."""
        return (self.telemetry.spans, LoopLag(self.telemetry.metrics), self.stores)

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
        """The service over HTTP; its stores are opened before `resources`."""
        settings = self.settings
        return create_app(
            self.name,
            [router],
            version=VERSION,
            verifier=verifier,
            service_verifier=ServiceTokenVerifier(name=self.name, peers=self.peers, clock=self.clock),
            clock=self.clock,
            new_id=self.new_id,
            resources=(*self.foundation, *resources),
            body_limit=settings.body_limit_bytes,
            request_seconds=settings.request_seconds,
            docs=settings.serves_docs,
            trusted_hops=settings.trusted_hops,
            request_limit=self._request_limit(),
            over_tls=settings.environment == "production",
            cors_origins=settings.origins,
            telemetry=self.telemetry,
            access_log=settings.access_log,
            metrics=settings.metrics,
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
