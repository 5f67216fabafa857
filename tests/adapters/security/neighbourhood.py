"""Services that know each other by the tokens they show."""

from collections.abc import Callable
from typing import Any

import jwt

from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from core.shared.ports import Clock, NewId, ServiceTokens, TokenVerifier
from tests.adapters.contracts.service_tokens import Neighbourhood
from tests.adapters.security.holders import callers, service_key
from tests.fakes import FixedClock, SequentialIds

Claims = dict[str, Any]


class OwnKeys(Neighbourhood):
    """A neighbourhood in which everyone has a key, and knows those of the others."""

    def __init__(self, issuing: Callable[[Clock, NewId], ServiceTokens]) -> None:
        self.clock = FixedClock()
        self.tokens = issuing(self.clock, SequentialIds(self.clock))

    def at(self, name: str) -> TokenVerifier:
        return ServiceTokenVerifier(name=name, peers=callers(), clock=self.clock)


def of_order(clock: Clock, new_id: NewId) -> Ed25519ServiceTokens:
    return Ed25519ServiceTokens(name="order", key=service_key("order"), clock=clock, new_id=new_id)


class ByHand(ServiceTokens):
    """What the twins break: a token put together by hand, and rightly."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        self.clock = clock
        self.new_id = new_id

    def issue(self, audience: str) -> str:
        return signed(self.claims(audience))

    def claims(self, audience: str) -> Claims:
        now = self.now()
        return {"iss": "order", "aud": audience, "exp": now + 60, "iat": now, "jti": self.new_id()}

    def now(self) -> int:
        return int(self.clock.now().timestamp())


def signed(claims: Claims, *, key: str = "order", **header: str) -> str:
    """A service token by the key of that name."""
    known = {"typ": "service+jwt", "kid": service_key(key).public}
    return jwt.encode(claims, service_key(key).private, "EdDSA", headers=known | header)
