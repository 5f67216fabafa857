"""Access tokens: JWTs in the profile of RFC 9068, signed by RS256, made in the user service and checked everywhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import jwt

from adapters.outbound.security.claims import claims_of, header_of
from adapters.outbound.security.key_cache import KeyCache
from adapters.outbound.security.keys import SigningKey
from core.shared.errors import Unauthenticated
from core.shared.ids import is_id
from core.shared.ports import Clock, KeySource, NewId, TokenVerifier
from core.user.model import AccessToken, SignedIn, User
from core.user.ports import AccessTokens

ALGORITHM = "RS256"
TYP = "at+jwt"
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "jti", "sid")
LASTS_MAX = 900
"""Seconds that an access token may be good for: nothing but its end takes it from a thief."""
REMEMBERED_MAX = 10_000


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


class AccessTokenVerifier(TokenVerifier):
    """Checks access tokens by the published keys, and remembers the good ones until they expire.

    But only until the keys are to be looked up again: a key that is withdrawn takes its tokens along.
    """

    def __init__(
        self, *, keys: KeySource, issuer: str, audience: str, clock: Clock, remembered: int = REMEMBERED_MAX
    ) -> None:
        self._keys = KeyCache(keys, clock)
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._room = remembered
        self._good: dict[str, tuple[float, SignedIn]] = {}

    async def verify(self, token: str) -> SignedIn:
        remembered = self._good.get(token)
        if remembered is not None:
            until, caller = remembered
            if self._clock.now().timestamp() < until:
                return caller
            self._good.pop(token, None)
        expires, caller = await self._checked(token)
        if len(self._good) >= self._room:
            del self._good[next(iter(self._good))]
        self._good[token] = min(expires, self._clock.now().timestamp() + self._keys.fresh_for()), caller
        return caller

    async def _checked(self, token: str) -> tuple[int, SignedIn]:
        kid = header_of(token, algorithm=ALGORITHM, typ=TYP).get("kid")
        if not isinstance(kid, str):
            raise Unauthenticated("The token does not name its key.")
        claims = claims_of(
            token,
            key=await self._keys.get(kid),
            algorithm=ALGORITHM,
            audience=self._audience,
            issuer=self._issuer,
            required=REQUIRED,
            clock=self._clock,
        )
        roles = claims.get("roles")
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles) or not is_id(claims["sub"]):
            raise Unauthenticated("The token's claims are malformed.")
        if claims["exp"] - claims["iat"] > LASTS_MAX:
            raise Unauthenticated("The token would be good for too long.")
        caller = SignedIn(id=claims["sub"], kind="customer", roles=frozenset(roles), session_id=claims["sid"])
        return claims["exp"], caller
