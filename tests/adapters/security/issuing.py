"""Issuers of access tokens, and the services that check what they issue."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.keys import SigningKey
from core.shared.ports import TokenVerifier
from core.user.model import AccessToken, User
from core.user.ports import AccessTokens
from tests.adapters.contracts.access_tokens import Issuing
from tests.adapters.security.holders import AUDIENCE, ISSUER, issuer, key, verifier
from tests.fakes import FixedClock, SequentialIds

Claims = dict[str, Any]


class OfTheUserService(Issuing):
    """The real one: key 2 signs, after key 1 did."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.earlier: AccessTokens = issuer(self.clock, 1)
        self.tokens: AccessTokens = issuer(self.clock, 2, 1)

    def service(self) -> TokenVerifier:
        return verifier(self.clock, OwnKeys(self.tokens))


class ByHand(OfTheUserService, AccessTokens):
    """What the twins break: a token put together by hand, and rightly."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = self
        self.new_id = SequentialIds(self.clock)
        self.keys: Sequence[SigningKey] = (key(2), key(1))

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        text = jwt.encode(self.claims(user, session_id), self.keys[0].private, "RS256", headers=self.header())
        return AccessToken(text=text, expires_in=900)

    def jwks(self) -> Mapping[str, object]:
        return {"keys": [self.published(each) for each in self.keys]}

    def claims(self, user: User, session_id: str) -> Claims:
        now = self.now()
        return {
            "iss": ISSUER,
            "sub": user.id,
            "aud": AUDIENCE,
            "exp": now + 900,
            "iat": now,
            "jti": self.new_id(),
            "sid": session_id,
            "roles": sorted(user.roles),
        }

    def header(self) -> dict[str, Any]:
        return {"kid": self.keys[0].kid, "typ": "at+jwt"}

    def published(self, each: SigningKey) -> Mapping[str, object]:
        return each.jwk

    def now(self) -> int:
        return int(self.clock.now().timestamp())
