"""Services that know each other by the tokens they show."""

from collections.abc import Callable
from typing import Any

import jwt

from adapters.outbound.security.service_tokens import HmacServiceTokens, ServiceTokenVerifier
from core.shared.ports import Clock, NewId, ServiceTokens, TokenVerifier
from tests.adapters.contracts.service_tokens import Neighbourhood
from tests.adapters.security.forgeries import SECRET
from tests.fakes import FixedClock, SequentialIds

Claims = dict[str, Any]


class Hmac(Neighbourhood):
    """A neighbourhood that shares a secret."""

    def __init__(self, issuing: Callable[[Clock, NewId], ServiceTokens]) -> None:
        self.clock = FixedClock()
        self.tokens = issuing(self.clock, SequentialIds(self.clock))

    def at(self, name: str) -> TokenVerifier:
        return ServiceTokenVerifier(name=name, secret=SECRET, clock=self.clock)


def of_order(clock: Clock, new_id: NewId) -> HmacServiceTokens:
    return HmacServiceTokens(name="order", secret=SECRET, clock=clock, new_id=new_id)


class ByHand(ServiceTokens):
    """What the twins break: a token put together by hand, and rightly."""

    def __init__(self, clock: Clock, new_id: NewId) -> None:
        self.clock = clock
        self.new_id = new_id

    def issue(self, audience: str) -> str:
        return jwt.encode(self.claims(audience), SECRET, "HS256", headers={"typ": "service+jwt"})

    def claims(self, audience: str) -> Claims:
        now = self.now()
        return {"iss": "order", "aud": audience, "exp": now + 60, "iat": now, "jti": self.new_id()}

    def now(self) -> int:
        return int(self.clock.now().timestamp())
