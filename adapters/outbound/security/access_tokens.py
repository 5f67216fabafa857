"""Access tokens as the user service makes them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import jwt

from adapters.outbound.security.access_token_verifier import ALGORITHM, TYP
from adapters.outbound.security.keys import SigningKey
from core.shared.ports import Clock, KeySource, NewId
from core.user.model import AccessToken, User
from core.user.ports import AccessTokens


class RsaAccessTokens(AccessTokens):
    """Signs with the first of `keys()`, as they are at the time.

    The others are published too: those that signed, so that their tokens stay good, and those that will, so that
    everyone has them before they do.
    """

    def __init__(
        self,
        *,
        keys: Callable[[], Sequence[SigningKey]],
        issuer: str,
        audience: str,
        lasts: timedelta,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._seconds = int(lasts.total_seconds())
        self._clock = clock
        self._new_id = new_id

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "sub": user.id,
            "aud": self._audience,
            "exp": now + self._seconds,
            "iat": now,
            "jti": self._new_id(),
            "sid": session_id,
            "roles": sorted(user.roles),
        }
        key = self._keys()[0]
        text = jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.kid, "typ": TYP})
        return AccessToken(text=text, expires_in=self._seconds)

    def jwks(self) -> Mapping[str, object]:
        return {"keys": [key.jwk for key in self._keys()]}


class OwnKeys(KeySource):
    """The keys of the user service, for its own use: no need to ask itself over the network."""

    def __init__(self, access_tokens: AccessTokens) -> None:
        self._access_tokens = access_tokens

    async def fetch(self) -> Mapping[str, object]:
        return self._access_tokens.jwks()
