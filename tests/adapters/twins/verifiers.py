"""Verifiers of access tokens that leave out a step, or take it wrong."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from adapters.outbound.security.keys import public_keys
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import Clock, KeySource
from tests.adapters.security.forgeries import public_pem
from tests.adapters.security.holders import AUDIENCE, ISSUER
from tests.adapters.security.step_by_step import CheckedOnce, Claims, Key, ServiceStepByStep, StepByStep, decoded

# What may be wrong with the signature.


class AcceptsUnsigned(StepByStep):
    """Takes the header's word for it that a token needs no signature."""

    def is_of_kind(self, header: Claims) -> bool:
        return super().is_of_kind({**header, "alg": "RS256"})

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        unsigned = str(header.get("alg")).lower() == "none"
        return decoded(token, key, "RS256", signed=not unsigned)


class AlgorithmOfTheHeader(StepByStep):
    """Checks by whatever algorithm the token names, with the one key that it knows: public, and no secret."""

    def is_of_kind(self, header: Claims) -> bool:
        return header.get("alg") in ("RS256", "HS256") and header.get("typ") == self.typ

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        if header["alg"] == "RS256":
            return super().signed(token, header, key)
        text, _, signature = token.rpartition(".")
        digest = hmac.digest(public_pem(), text.encode(), hashlib.sha256)
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != signature:
            raise Unauthenticated("Badly signed.")
        claims: Claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
        return claims


class SignatureUnread(StepByStep):
    """Reads the claims and checks no signature."""

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        return decoded(token, key, "RS256", signed=False)


class KeyOfTheHeader(StepByStep):
    """Trusts the key that a token brings along."""

    async def key(self, header: Claims) -> Key:
        if isinstance(jwk := header.get("jwk"), dict):
            brought = RSAAlgorithm.from_jwk(jwk)
            assert isinstance(brought, RSAPublicKey)
            return brought
        return await super().key(header)


class FirstKey(StepByStep):
    """Reads no key name and takes the first key that is published."""

    async def key(self, header: Claims) -> Key:
        return next(iter(public_keys(await self.keys.fetch()).values()))


class AnyRsa(StepByStep):
    """Takes every algorithm of the family."""

    def is_of_kind(self, header: Claims) -> bool:
        return header.get("alg") in ("RS256", "RS384", "RS512") and header.get("typ") == self.typ

    def signed(self, token: str, header: Claims, key: Key) -> Claims:
        return decoded(token, key, "RS256", "RS384", "RS512")


# What may be wrong with the kind, and whom it is from and for.


class AnyType(StepByStep):
    """Reads no `typ`."""

    def is_of_kind(self, header: Claims) -> bool:
        return bool(header.get("alg") == self.algorithm)


class TypeInAnyCase(StepByStep):
    """Compares `typ` without regard to case, as media types are, where ours is to the letter."""

    def is_of_kind(self, header: Claims) -> bool:
        return super().is_of_kind({**header, "typ": str(header.get("typ")).lower()})


class ServicesToo(StepByStep):
    """Lets a service in as if it were a customer."""

    async def verify(self, token: str) -> Caller:
        try:
            return await super().verify(token)
        except Unauthenticated:
            return await _ServiceAtPortico(self.keys, self.clock).verify(token)


class _ServiceAtPortico(ServiceStepByStep):
    def is_for_us(self, claims: Claims) -> bool:
        return bool(claims["aud"] == AUDIENCE)


class AnyIssuer(StepByStep):
    """Asks not who issued a token."""

    def is_whole(self, claims: Claims) -> bool:
        return super().is_whole({**claims, "iss": ISSUER})

    def is_ours(self, claims: Claims) -> bool:
        return True


class IssuerThatBeginsSo(StepByStep):
    """Compares the issuer's beginning."""

    def is_ours(self, claims: Claims) -> bool:
        return str(claims["iss"]).startswith(ISSUER)


class AnyAudience(StepByStep):
    """Asks not for whom a token is."""

    def is_for_us(self, claims: Claims) -> bool:
        return True


class AudienceAmongOthers(StepByStep):
    """Takes a token that is good elsewhere too."""

    def is_whole(self, claims: Claims) -> bool:
        return super().is_whole({**claims, "aud": AUDIENCE})

    def is_for_us(self, claims: Claims) -> bool:
        return AUDIENCE in (claims.get("aud") or ())


# What may be wrong with the time.


class NoExpiryIsForEver(StepByStep):
    """Checks an expiry if there is one."""

    def is_whole(self, claims: Claims) -> bool:
        return super().is_whole({"exp": 0, **claims})

    def is_in_time(self, claims: Claims) -> bool:
        return "exp" not in claims or super().is_in_time(claims)


class ExpiryUnread(StepByStep):
    """Never asks for the time."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(claims["exp"] <= claims["iat"] + 900)


class ByTheMachine(StepByStep):
    """Asks the machine for the time, and not the clock."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(datetime.now(UTC).timestamp() < claims["exp"])


class AMomentLonger(StepByStep):
    """Gives a token half a minute more."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(self.clock.now().timestamp() < claims["exp"] + 30 and claims["exp"] <= claims["iat"] + 900)


class AMomentTooShort(StepByStep):
    """Ends a token a minute early, to be sure."""

    def is_in_time(self, claims: Claims) -> bool:
        return super().is_in_time(claims) and self.clock.now().timestamp() < claims["exp"] - 60


class FromTheFuture(StepByStep):
    """Takes a token that begins later, and so lasts longer."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(self.clock.now().timestamp() < claims["exp"] <= claims["iat"] + 900)


class AnyLength(StepByStep):
    """Lets the token say for how long it is good."""

    def is_in_time(self, claims: Claims) -> bool:
        return bool(self.clock.now().timestamp() < claims["exp"])


class EndsWithTheFirst(StepByStep):
    """Ends with somebody's first token all that they are given later."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        super().__init__(keys, clock)
        self._ends: dict[str, int] = {}

    def is_in_time(self, claims: Claims) -> bool:
        end = self._ends.setdefault(claims["sub"], claims["exp"])
        return self.clock.now().timestamp() < end and super().is_in_time(claims)


class RemembersForEver(CheckedOnce):
    """Checks a token once."""


class RemembersByTheBeginning(StepByStep):
    """Takes tokens that begin alike for the same."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        super().__init__(keys, clock)
        self._seen: tuple[str, Caller] | None = None

    async def verify(self, token: str) -> Caller:
        if self._seen is None or self._seen[0] != token[:64]:
            self._seen = token[:64], await super().verify(token)
        return self._seen[1]
