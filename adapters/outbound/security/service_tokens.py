"""Service tokens: JWTs by which our services know each other, each signed by the key of the one service it names."""

from collections.abc import Mapping

import jwt

from adapters.outbound.security.claims import claims_of, header_of
from adapters.outbound.security.good_tokens import GoodTokens
from adapters.outbound.security.service_keys import Peer, ServiceKey
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import Clock, NewId, ServiceTokens, TokenVerifier

ALGORITHM = "EdDSA"
TYP = "service+jwt"
LASTS = 60
"""Seconds that a token is good for."""
REUSED = 30
"""Seconds for which it is issued again: signing costs more than all the rest of a call's token, and as much of its
life as this is left for clocks that differ and calls that last."""
REMEMBERED_MAX = 1_000
"""How many good tokens a verifier knows at a time. A caller has two at most, so this is 500 replicas."""


class Ed25519ServiceTokens(ServiceTokens):
    """Issues the tokens of the service `name`, signed by its own key."""

    def __init__(self, *, name: str, key: ServiceKey, clock: Clock, new_id: NewId) -> None:
        self._name = name
        self._key = key
        self._clock = clock
        self._new_id = new_id
        self._issued: dict[str, tuple[int, str]] = {}

    def issue(self, audience: str) -> str:
        now = int(self._clock.now().timestamp())
        at, token = self._issued.get(audience, (0, ""))
        if not at <= now < at + REUSED:
            claims = {"iss": self._name, "aud": audience, "exp": now + LASTS, "iat": now, "jti": self._new_id()}
            headers = {"kid": self._key.public, "typ": TYP}
            token = jwt.encode(claims, self._key.private, ALGORITHM, headers=headers)
            self._issued[audience] = now, token
        return token


class ServiceTokenVerifier(TokenVerifier):
    """Checks tokens that are meant for the service `name`, and remembers the good ones until they expire.

    `peers` are those who may come, by their public keys. A token names its key, and a key belongs to one service: what
    is signed by the cart's key is the cart's, whomever it says it is from (RFC 8725, section 3.8).
    """

    def __init__(self, *, name: str, peers: Mapping[str, Peer], clock: Clock, remembered: int = REMEMBERED_MAX) -> None:
        self._name = name
        self._peers = peers
        self._clock = clock
        self._good = GoodTokens[Caller](clock, room=remembered)

    async def verify(self, token: str) -> Caller:
        known = self._good.bearer(token)
        if known is not None:
            return known
        expires, caller = self._checked(token)
        self._good.keep(token, caller, until=expires)
        return caller

    def _checked(self, token: str) -> tuple[int, Caller]:
        kid = header_of(token, algorithm=ALGORITHM, typ=TYP).get("kid")
        peer = self._peers.get(kid) if isinstance(kid, str) else None
        if peer is None:
            raise Unauthenticated("The token is signed by an unknown key.")
        claims = claims_of(
            token,
            key=peer.key,
            algorithm=ALGORITHM,
            audience=self._name,
            issuer=peer.name,
            required=("iss", "aud", "exp", "iat", "jti"),
            clock=self._clock,
        )
        if claims["exp"] - claims["iat"] > LASTS:
            raise Unauthenticated("The token would be good for too long.")
        return claims["exp"], Caller(id=peer.name, kind="service")
