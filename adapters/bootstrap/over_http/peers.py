"""The other services as a process sees them over HTTP: the ways to them, and how each proves who it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from adapters.bootstrap.common import Common
from adapters.bootstrap.identities import callers, own_key, require_own
from adapters.bootstrap.settings import Service
from adapters.outbound.http_client.channel import Channel
from adapters.outbound.security.service_keys import Peer
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from core.shared.ports import ServiceTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Whom a service calls, and who may call it."""

    common: Common
    tokens: ServiceTokens
    known: Mapping[str, Peer]

    @classmethod
    def of(cls, common: Common) -> Self:
        """By the settings. Raises: ValueError for a SERVICE_KEY that is none, or not this service's."""
        key = own_key(common.name, common.settings.service_key.get_secret_value())
        known: Mapping[str, Peer] = {}
        if common.name != "audit":  # an operator's terminal has its own key and nobody else's
            known = callers(common.settings.peer_keys)
            require_own(common.name, key, known)
        tokens = Ed25519ServiceTokens(name=common.name, key=key, clock=common.clock, new_id=common.new_id)
        return cls(common=common, tokens=tokens, known=known)

    def channel(self, peer: Service) -> Channel:
        """The way to another service, where this one proves itself by its key; to be opened with the process."""
        settings = self.common.settings
        urls: Mapping[Service, str] = {
            "product": settings.product_url,
            "user": settings.user_url,
            "cart": settings.cart_url,
            "order": settings.order_url,
        }
        return Channel(
            urls[peer],
            audience=peer,
            tokens=self.tokens,
            clock=self.common.clock,
            telemetry=self.common.telemetry,
        )

    def channels(self, *peers: Service) -> Sequence[Channel]:
        return tuple(map(self.channel, peers))

    @property
    def verifier(self) -> ServiceTokenVerifier:
        """Checks the tokens of those who call."""
        return ServiceTokenVerifier(name=self.common.name, peers=self.known, clock=self.common.clock)
