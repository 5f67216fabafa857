"""Access tokens: JWTs in the profile of RFC 9068, signed by RS256, made in the user service and checked everywhere."""

from adapters.outbound.security.claims import claims_of, header_of
from adapters.outbound.security.good_tokens import GoodTokens
from adapters.outbound.security.key_cache import KeyCache
from core.shared.context import SignedIn
from core.shared.errors import Unauthenticated
from core.shared.ids import is_id
from core.shared.ports import Clock, KeySource, TokenVerifier

ALGORITHM = "RS256"
TYP = "at+jwt"
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "jti", "sid")
LASTS_MAX = 900
"""Seconds that an access token may be good for: nothing but its end takes it from a thief."""
REMEMBERED_MAX = 10_000


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
        self._good = GoodTokens[SignedIn](clock, room=remembered)

    async def verify(self, token: str) -> SignedIn:
        known = self._good.bearer(token)
        if known is not None:
            return known
        expires, caller = await self._checked(token)
        self._good.keep(token, caller, until=min(expires, self._clock.now().timestamp() + self._keys.fresh_for()))
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
