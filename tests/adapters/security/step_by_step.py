"""A verifier in steps that the twins can break one by one."""

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.types import Options

from adapters.outbound.security.keys import public_keys
from core.shared.context import Caller
from core.shared.errors import Unauthenticated, Unavailable
from core.shared.ids import is_id
from core.shared.ports import Clock, KeySource, TokenVerifier
from tests.adapters.security.holders import AUDIENCE, ISSUER, callers

Claims = Mapping[str, Any]
Key = RSAPublicKey | Ed25519PublicKey
UNCHECKED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class StepByStep(TokenVerifier):
    """What the twins break: checks access tokens, a method a step, and leaves out none."""

    algorithm, typ = "RS256", "at+jwt"
    required: tuple[str, ...] = ("iss", "sub", "aud", "exp", "iat", "jti", "sid", "roles")

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        self.keys = keys
        self.clock = clock

    async def verify(self, token: str) -> Caller:
        if not self.is_short(token):
            raise Unauthenticated("Too long.")
        try:
            header = jwt.get_unverified_header(token)
            if not self.is_of_kind(header):
                raise Unauthenticated("Of another kind.")
            claims = self.signed(token, header, await self.key(header))
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("Malformed.") from error
        if not (self.is_whole(claims) and self.is_ours(claims) and self.is_for_us(claims) and self.is_in_time(claims)):
            raise Unauthenticated("Not good here.")
        return self.bearer(claims)

    def is_short(self, token: str) -> bool:
        return len(token) <= 4096 and token.isascii()

    def is_of_kind(self, header: Claims) -> bool:
        return bool(header.get("alg") == self.algorithm and header.get("typ") == self.typ)

    async def key(self, header: Claims) -> Key:
        kid = header.get("kid")
        try:
            keys = public_keys(await self.keys.fetch())
        except ValueError as error:
            raise Unavailable("No keys.") from error
        if not isinstance(kid, str) or kid not in keys:
            raise Unauthenticated("Of an unknown key.")
        return keys[kid]

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        return decoded(token, key, self.algorithm)

    def is_whole(self, claims: Claims) -> bool:
        texts = [claims.get(name) for name in self.required if name not in ("exp", "iat", "roles")]
        times = [claims.get("exp"), claims.get("iat")]
        return (
            all(isinstance(text, str) and text for text in texts)
            and all(type(time) is int for time in times)
            and self.names_someone(claims)
        )

    def names_someone(self, claims: Claims) -> bool:
        roles = claims.get("roles")
        return is_id(claims["sub"]) and isinstance(roles, list) and all(isinstance(role, str) for role in roles)

    def is_ours(self, claims: Claims) -> bool:
        return bool(claims["iss"] == ISSUER)

    def is_for_us(self, claims: Claims) -> bool:
        return bool(claims["aud"] == AUDIENCE)

    def is_in_time(self, claims: Claims) -> bool:
        now = self.clock.now().timestamp()
        return bool(now < claims["exp"] <= claims["iat"] + 900 and claims["iat"] <= now + 60)

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["sub"], kind="customer", roles=frozenset(claims["roles"]))


class ServiceStepByStep(StepByStep):
    """The same for service tokens."""

    algorithm, typ = "EdDSA", "service+jwt"
    required = ("iss", "aud", "exp", "iat", "jti")

    async def verify(self, token: str) -> Caller:
        caller = await super().verify(token)
        if not self.is_of(caller, jwt.get_unverified_header(token)["kid"]):
            raise Unauthenticated("Of another.")
        return caller

    async def key(self, header: Claims) -> Key:
        kid = header.get("kid")
        if not isinstance(kid, str) or kid not in callers():
            raise Unauthenticated("Of an unknown key.")
        return callers()[kid].key

    def is_of(self, caller: Caller, kid: str) -> bool:
        return callers()[kid].name == caller.id

    def names_someone(self, claims: Claims) -> bool:
        return True

    def is_ours(self, claims: Claims) -> bool:
        return True

    def is_for_us(self, claims: Claims) -> bool:
        return bool(claims["aud"] == "product")

    def is_in_time(self, claims: Claims) -> bool:
        return super().is_in_time(claims) and bool(claims["exp"] <= claims["iat"] + 60)

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["iss"], kind="service")


class CheckedOnce(StepByStep):
    """Takes a token that was good for good, whichever kind it is of."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        super().__init__(keys, clock)
        self._seen: dict[str, Caller] = {}

    async def verify(self, token: str) -> Caller:
        if token not in self._seen:
            self._seen[token] = await super().verify(token)
        return self._seen[token]


def decoded(token: str, key: Key | str, *algorithms: str, signed: bool = True) -> Claims:
    """The claims of a token, of which nothing but the signature is checked. Raises: InvalidTokenError."""
    claims: Claims = jwt.decode(token, key, algorithms=[*algorithms], options={**UNCHECKED, "verify_signature": signed})
    return claims
