"""Verifiers of access tokens that name the wrong one, or refuse in the wrong way."""

import jwt

from adapters.outbound.security.keys import public_keys
from core.shared.context import Caller
from core.shared.errors import Unauthenticated, Unavailable
from core.shared.ids import is_id
from core.shared.ports import Clock, KeySource, TokenVerifier
from tests.adapters.security.step_by_step import Claims, Key, StepByStep, decoded

# What may be wrong with whom a token names.


class RolesDropped(StepByStep):
    """Knows everyone, and that nobody may do anything."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["sub"], kind="customer")


class OneRole(StepByStep):
    """Knows the first role alone."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["sub"], kind="customer", roles=frozenset(claims["roles"][:1]))


class EveryoneIsACustomer(StepByStep):
    """Adds a role that the token does not name."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["sub"], kind="customer", roles=frozenset({"customer", *claims["roles"]}))


class RolesLetterByLetter(StepByStep):
    """Makes roles of whatever it can go through."""

    def names_someone(self, claims: Claims) -> bool:
        return is_id(claims["sub"]) and isinstance(claims.get("roles"), list | str | dict)


class NoRolesIsFine(StepByStep):
    """Takes a token without roles for one of somebody with none."""

    def is_whole(self, claims: Claims) -> bool:
        return super().is_whole({"roles": [], **claims})

    def bearer(self, claims: Claims) -> Caller:
        return super().bearer({"roles": [], **claims})


class AnySubject(StepByStep):
    """Takes any text for an account."""

    def names_someone(self, claims: Claims) -> bool:
        return super().names_someone({**claims, "sub": claims["sid"]})


class TheSessionsId(StepByStep):
    """Takes the session for the account."""

    def bearer(self, claims: Claims) -> Caller:
        return super().bearer({**claims, "sub": claims["sid"]})


class CustomerIsAService(StepByStep):
    """Names the right one, of the wrong kind."""

    def bearer(self, claims: Claims) -> Caller:
        return Caller(id=claims["sub"], kind="service", roles=frozenset(claims["roles"]))


class HalfATokenWillDo(StepByStep):
    """Needs no `jti` and no session."""

    required = ("iss", "sub", "aud", "exp", "iat", "roles")


# What may be wrong with how it refuses.


class UnknownKeyIsUnavailable(StepByStep):
    """Tells a forger to come again."""

    async def key(self, header: Claims) -> Key:
        try:
            return await super().key(header)
        except Unauthenticated as error:
            raise Unavailable("Not seen yet.") from error


class UnknownKeyIsAKeyError(StepByStep):
    """Looks a key up and hopes."""

    async def key(self, header: Claims) -> Key:
        return public_keys(await self.keys.fetch())[header["kid"]]


class LibraryErrors(TokenVerifier):
    """Lets through what the library raises."""

    def __init__(self, keys: KeySource, clock: Clock) -> None:
        self._inner = StepByStep(keys, clock)

    async def verify(self, token: str) -> Caller:
        jwt.get_unverified_header(token)
        return await self._inner.verify(token)


class KeysAwayIsARefusal(StepByStep):
    """Calls good tokens bad while it has no keys, and signs everybody out."""

    async def verify(self, token: str) -> Caller:
        try:
            return await super().verify(token)
        except Unavailable as error:
            raise Unauthenticated("Not checked.") from error


class KeysAwayLetsIn(StepByStep):
    """Takes tokens unchecked while it has no keys."""

    async def verify(self, token: str) -> Caller:
        try:
            return await super().verify(token)
        except Unavailable:
            return self.bearer(decoded(token, "", "RS256", signed=False))


class NobodyForARefusal(StepByStep):
    """Says that it is nobody, and refuses nobody."""

    async def verify(self, token: str) -> Caller:
        try:
            return await super().verify(token)
        except Unauthenticated:
            return Caller(id="", kind="customer")


class AnySize(StepByStep):
    """Reads tokens of any length."""

    def is_short(self, token: str) -> bool:
        return token.isascii()


class AnyText(StepByStep):
    """Hands whatever comes to the library, also what is no ASCII."""

    def is_short(self, token: str) -> bool:
        return len(token) <= 4096
