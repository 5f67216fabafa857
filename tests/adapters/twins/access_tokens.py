"""Issuers of access tokens as one could get them wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm

from adapters.outbound.security.keys import SigningKey
from core.user.model import AccessToken, User
from tests.adapters.security.issuing import ByHand, Claims
from tests.builders import an_id


class GoodForADay(ByHand):
    """Spares everybody the refreshing."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "exp": self.now() + 86_400}

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        return replace(super().issue(user=user, session_id=session_id), expires_in=86_400)


class OverSooner(ByHand):
    """Says a quarter of an hour, and is good for five minutes."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "exp": self.now() + 300}


class SaysFiveMinutes(ByHand):
    """Is good for longer than it says."""

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        return replace(super().issue(user=user, session_id=session_id), expires_in=300)


class InMilliseconds(ByHand):
    """Says in milliseconds how long a token lasts."""

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        return replace(super().issue(user=user, session_id=session_id), expires_in=900_000)


class NeverExpires(ByHand):
    """Leaves out the end."""

    def claims(self, user: User, session_id: str) -> Claims:
        claims = super().claims(user, session_id)
        del claims["exp"]
        return claims


class ByTheMachine(ByHand):
    """Asks the machine for the time, and not the clock."""

    def now(self) -> int:
        return int(datetime.now(UTC).timestamp())


class RolesMissing(ByHand):
    """Names nobody's roles."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "roles": []}


class OneRole(ByHand):
    """Names the first role, where somebody has two."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "roles": sorted(user.roles)[:1]}


class SubjectOfAnother(ByHand):
    """Keeps the claims of whoever came first."""

    def __init__(self) -> None:
        super().__init__()
        self._first: Claims = {}

    def claims(self, user: User, session_id: str) -> Claims:
        claims = super().claims(user, session_id)
        self._first = self._first or claims
        return {**claims, "sub": self._first["sub"]}


class SessionOfAnother(ByHand):
    """Keeps the session in which the first token was made."""

    def __init__(self) -> None:
        super().__init__()
        self._first = ""

    def claims(self, user: User, session_id: str) -> Claims:
        self._first = self._first or session_id
        return {**super().claims(user, session_id), "sid": self._first}


class SubjectIsTheAddress(ByHand):
    """Names the user by e-mail address, which changes."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "sub": user.email}


class TellsTheAddress(ByHand):
    """Tells every service, and every log, the user's e-mail address."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "upn": user.email}


class OneIdForAll(ByHand):
    """Has one `jti`."""

    def claims(self, user: User, session_id: str) -> Claims:
        return {**super().claims(user, session_id), "jti": an_id(1)}


class PublishesThePrivateKey(ByHand):
    """Publishes the key as a whole."""

    def published(self, each: SigningKey) -> Mapping[str, object]:
        return {**RSAAlgorithm.to_jwk(each.private, as_dict=True), "kid": each.kid, "use": "sig", "alg": "RS256"}


class KeyNameNotPublished(ByHand):
    """Names keys by their place in the list, in what is published alone."""

    def published(self, each: SigningKey) -> Mapping[str, object]:
        return {**each.jwk, "kid": str(self.keys.index(each))}


class KeyNotNamed(ByHand):
    """Leaves it to the services to try all keys."""

    def header(self) -> dict[str, Any]:
        return {"typ": "at+jwt"}


class OneNameForAllKeys(ByHand):
    """Calls every key the same."""

    def header(self) -> dict[str, Any]:
        return {**super().header(), "kid": "key"}

    def published(self, each: SigningKey) -> Mapping[str, object]:
        return {**each.jwk, "kid": "key"}


class PublishesTheNewKeyAlone(ByHand):
    """Signs everybody out when there is a new key."""

    def jwks(self) -> Mapping[str, object]:
        return {"keys": [self.keys[0].jwk]}


class PublishesTheOldKeyAlone(ByHand):
    """Publishes a new key when it has signed already."""

    def jwks(self) -> Mapping[str, object]:
        return {"keys": [self.keys[1].jwk]}


class PlainType(ByHand):
    """Leaves the library's `typ`."""

    def header(self) -> dict[str, Any]:
        return {"kid": self.keys[0].kid}


class SecretForASignature(ByHand):
    """Signs with what everybody can read."""

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        text = jwt.encode(self.claims(user, session_id), self.keys[0].kid, "HS256", headers=self.header())
        return AccessToken(text=text, expires_in=900)
