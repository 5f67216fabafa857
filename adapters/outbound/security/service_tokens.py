"""Service tokens: JWTs by which our services know each other, signed by HS256 with a secret that all of them share."""

import jwt

from adapters.outbound.security.claims import claims_of, header_of
from core.shared.context import Caller
from core.shared.ports import Clock, NewId, ServiceTokens, TokenVerifier

ALGORITHM = "HS256"
TYP = "service+jwt"
LASTS = 60
"""Seconds that a token is good for: it is made for one call."""
SECRET_MIN = 32
"""Bytes; a shorter secret is weaker than the hash (RFC 7518, section 3.2)."""


class HmacServiceTokens(ServiceTokens):
    """Issues the tokens of the service `name`."""

    def __init__(self, *, name: str, secret: str, clock: Clock, new_id: NewId) -> None:
        """Raises: ValueError for a secret of less than 32 bytes."""
        self._name = name
        self._secret = _key(secret)
        self._clock = clock
        self._new_id = new_id

    def issue(self, audience: str) -> str:
        now = int(self._clock.now().timestamp())
        claims = {"iss": self._name, "aud": audience, "exp": now + LASTS, "iat": now, "jti": self._new_id()}
        return jwt.encode(claims, self._secret, ALGORITHM, headers={"typ": TYP})


class ServiceTokenVerifier(TokenVerifier):
    """Checks tokens that are meant for the service `name`."""

    def __init__(self, *, name: str, secret: str, clock: Clock) -> None:
        """Raises: ValueError for a secret of less than 32 bytes."""
        self._name = name
        self._secret = _key(secret)
        self._clock = clock

    async def verify(self, token: str) -> Caller:
        header_of(token, algorithm=ALGORITHM, typ=TYP)
        claims = claims_of(
            token,
            key=self._secret,
            algorithm=ALGORITHM,
            audience=self._name,
            issuer=None,
            required=("iss", "aud", "exp", "iat", "jti"),
            clock=self._clock,
        )
        return Caller(id=claims["iss"], kind="service")


def _key(secret: str) -> bytes:
    key = secret.encode()
    if len(key) < SECRET_MIN:
        raise ValueError(f"A service token secret has at least {SECRET_MIN} bytes.")
    return key
