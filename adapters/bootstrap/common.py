"""What every service process stands on: the clock, ids, proof of who is calling, and the app around its routes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Self

from adapters.bootstrap.settings import Service, Settings
from adapters.bootstrap.stores import Stores
from adapters.inbound.web.app import create_app
from adapters.inbound.web.openapi import ShopApp
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.security.access_tokens import AccessTokenVerifier
from adapters.outbound.security.service_tokens import HmacServiceTokens, ServiceTokenVerifier
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core import VERSION
from core.shared.ports import Clock, KeySource, NewId, TokenVerifier

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

    @classmethod
    def of(cls, name: Caller, settings: Settings) -> Self:
        clock = SystemClock()
        return cls(
            name=name,
            settings=settings,
            clock=clock,
            new_id=Uuid7(clock),
            stores=Stores(settings),
        )

    @property
    def _secret(self) -> str:
        return self.settings.service_token_secret.get_secret_value()

    def channel(self, peer: Service) -> Channel:
        """The way to another service, where this one proves itself by its name; to be opened with the process."""
        urls: Mapping[Service, str] = {
            "product": self.settings.product_url,
            "user": self.settings.user_url,
            "cart": self.settings.cart_url,
            "order": self.settings.order_url,
        }
        tokens = HmacServiceTokens(name=self.name, secret=self._secret, clock=self.clock, new_id=self.new_id)
        return Channel(urls[peer], audience=peer, tokens=tokens, clock=self.clock)

    def verifier(self, keys: KeySource) -> TokenVerifier:
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
            service_verifier=ServiceTokenVerifier(name=self.name, secret=self._secret, clock=self.clock),
            clock=self.clock,
            new_id=self.new_id,
            resources=(self.stores, *resources),
            body_limit=settings.body_limit_bytes,
            request_seconds=settings.request_seconds,
            docs=settings.docs,
        )
