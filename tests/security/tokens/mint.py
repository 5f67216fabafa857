"""Makes tokens by hand, with the keys of a shop: good ones, and good ones but for what is named."""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from adapters.bootstrap.common import Caller
from adapters.bootstrap.settings import Service
from adapters.outbound.security.keys import SigningKey, signing_keys
from tests.builders import an_id
from tests.security.shops import Person, Shop, service_key

Sign = Callable[[bytes], bytes]
Members = Mapping[str, object]


class Mint:
    """What is changed of a token's claims or header is given by name; a value of `None` leaves a member out."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.key: SigningKey = _first_key(shop.settings.signing_keys.get_secret_value())

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._shop.clock.now().timestamp())

    def access_claims(self, person: Person) -> dict[str, object]:
        """Those of an access token that is good now; the session is the person's own."""
        now, settings = self.now(), self._shop.settings
        return {
            "iss": settings.token_issuer,
            "sub": person.id,
            "aud": settings.token_audience,
            "exp": now + 900,
            "iat": now,
            "jti": an_id(7),
            "sid": claims_of(person.access_token)["sid"],
            "roles": ["customer"],
        }

    def access_header(self) -> dict[str, object]:
        return {"alg": "RS256", "typ": "at+jwt", "kid": self.key.kid}

    def access(
        self, person: Person, *, claims: Members | None = None, header: Members | None = None, sign: Sign | None = None
    ) -> str:
        good, head = self.access_claims(person), self.access_header()
        return jws({**head, **(header or {})}, {**good, **(claims or {})}, sign or rs256(self.key))

    def service_claims(self, name: Caller, audience: Service) -> dict[str, object]:
        now = self.now()
        return {"iss": name, "aud": audience, "exp": now + 60, "iat": now, "jti": an_id(8)}

    def service_header(self, name: Caller) -> dict[str, object]:
        return {"alg": "EdDSA", "typ": "service+jwt", "kid": service_key(name).public}

    def service(
        self,
        name: Caller,
        audience: Service,
        *,
        claims: Members | None = None,
        header: Members | None = None,
        sign: Sign | None = None,
    ) -> str:
        good, head = self.service_claims(name, audience), self.service_header(name)
        own = service_key(name).private.sign
        return jws({**head, **(header or {})}, {**good, **(claims or {})}, sign or own)

    def service_by_another(self, name: Caller, audience: Service) -> str:
        """It says that it is from `name`, and another service signed it, and says so."""
        other: Caller = "cart" if name != "cart" else "product"
        return self.service(name, audience, header=self.service_header(other), sign=service_key(other).private.sign)


def jws(header: Members, claims: object, sign: Sign) -> str:
    """A token (RFC 7515), whatever is in it."""
    return raw_jws(json.dumps(_without_none(header)), json.dumps(_without_none(claims)), sign)


def raw_jws(header: str, claims: str, sign: Sign) -> str:
    signed = f"{base64url(header.encode())}.{base64url(claims.encode('utf-8', 'surrogatepass'))}"
    return f"{signed}.{base64url(sign(signed.encode()))}"


def rs256(key: SigningKey) -> Sign:
    return lambda signed: key.private.sign(signed, PKCS1v15(), SHA256())


def hs256(secret: bytes) -> Sign:
    return lambda signed: hmac.digest(secret, signed, hashlib.sha256)


def unsigned(signed: bytes) -> bytes:
    return b""


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """What a token says; nothing is checked."""
    claims: dict[str, Any] = json.loads(bytes_of(token.split(".")[1]))
    return claims


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@functools.cache
def _first_key(bundle: str) -> SigningKey:
    return signing_keys(bundle)[0]


def _without_none(members: object) -> object:
    if not isinstance(members, Mapping):
        return members
    return {name: value for name, value in members.items() if value is not None}
