"""Keys and tokens to test with: the user service's issuer, what checks its tokens, and tokens forged by hand."""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from adapters.outbound.security.access_token_verifier import AccessTokenVerifier
from adapters.outbound.security.access_tokens import OwnKeys, RsaAccessTokens
from adapters.outbound.security.keys import SigningKey, new_signing_key, signing_keys
from adapters.outbound.security.service_keys import Peer, ServiceKey, peers
from core.shared.errors import Unavailable
from core.shared.ports import Clock, KeySource
from tests.builders import an_id
from tests.fakes import SequentialIds

ISSUER, AUDIENCE = "https://shop.example", "portico"

Sign = Callable[[bytes], bytes]


KEYS: dict[int, SigningKey] = {}


def key(number: int = 1) -> SigningKey:
    """An RSA key for each number, made when it is first needed."""
    if number not in KEYS:
        (KEYS[number],) = signing_keys(new_signing_key())
    return KEYS[number]


def issuer(clock: Clock, *numbers: int) -> RsaAccessTokens:
    return issued_by(lambda: [key(number) for number in numbers or (1,)], clock)


def issued_by(keys: Callable[[], Sequence[SigningKey]], clock: Clock) -> RsaAccessTokens:
    return RsaAccessTokens(
        keys=keys,
        issuer=ISSUER,
        audience=AUDIENCE,
        lasts=timedelta(minutes=15),
        clock=clock,
        new_id=SequentialIds(clock),
    )


def verifier(clock: Clock, keys: KeySource | None = None, *, remembered: int = 100) -> AccessTokenVerifier:
    source = keys or OwnKeys(issuer(clock))
    return AccessTokenVerifier(keys=source, issuer=ISSUER, audience=AUDIENCE, clock=clock, remembered=remembered)


class Published(KeySource):
    """What the user service publishes: the keys of those numbers, or nothing while it is down. Counts who asks."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.is_down = False
        self.asked = 0

    async def fetch(self) -> Mapping[str, object]:
        self.asked += 1
        if self.is_down:
            raise Unavailable("Down.")
        return {"keys": [key(number).jwk for number in self.numbers]}


def service_key(name: str) -> ServiceKey:
    return ServiceKey.derived("these tests", name)


def callers() -> Mapping[str, Peer]:
    """Who may call a service: in the middle of changing its key, the order service with two."""
    names = ("product", "user", "cart", "order", "audit")
    known = {name: service_key(name).public for name in names}
    return peers(
        "\n".join(f"{name}={public}" for name, public in known.items()) + f" order={service_key('new').public}"
    )


def ed25519(name: str = "order") -> Sign:
    return service_key(name).private.sign


def rs256(number: int = 1) -> Sign:
    return lambda signed: _rs256(number, signed)


def rs512(signed: bytes) -> bytes:
    return key().private.sign(signed, PKCS1v15(), SHA512())


@functools.cache
def _rs256(number: int, signed: bytes) -> bytes:
    """Signing is slow, and what is signed in tests is often the same."""
    return key(number).private.sign(signed, PKCS1v15(), SHA256())


def hs256(secret: bytes) -> Sign:
    return lambda signed: hmac.digest(secret, signed, hashlib.sha256)


def hs512(secret: bytes) -> Sign:
    return lambda signed: hmac.digest(secret, signed, hashlib.sha512)


def unsigned(signed: bytes) -> bytes:
    return b""


def jws(header: Mapping[str, object], payload: object, sign: Sign) -> str:
    """A token (RFC 7515) written by hand; of the members those that are `None` are left out."""
    parts = [{name: value for name, value in header.items() if value is not None}, payload]
    signed = b".".join(_base64(json.dumps(part).encode()) for part in parts)
    return b".".join((signed, _base64(sign(signed)))).decode()


def forged(
    clock: Clock,
    *,
    claims: Mapping[str, object] | None = None,
    header: Mapping[str, object] | None = None,
    sign: Sign | None = None,
) -> str:
    """An access token that is good but for what is named; a claim or member of `None` is left out."""
    now = int(clock.now().timestamp())
    good = {
        "iss": ISSUER,
        "sub": an_id(1),
        "aud": AUDIENCE,
        "exp": now + 900,
        "iat": now,
        "jti": an_id(2),
        "sid": an_id(3),
        "roles": ["customer"],
    }
    payload = {name: value for name, value in {**good, **(claims or {})}.items() if value is not None}
    return jws({"alg": "RS256", "kid": key().kid, "typ": "at+jwt", **(header or {})}, payload, sign or rs256())


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
