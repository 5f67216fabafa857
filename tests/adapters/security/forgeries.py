"""Tokens that nobody must accept: forged, of another kind, for someone else, or none at all."""

import base64
from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives import serialization

from adapters.outbound.security.service_tokens import Ed25519ServiceTokens
from core.shared.ports import Clock
from tests.adapters.security.holders import (
    AUDIENCE,
    ISSUER,
    Sign,
    ed25519,
    forged,
    hs256,
    jws,
    key,
    rs256,
    rs512,
    service_key,
    unsigned,
)
from tests.builders import an_id
from tests.fakes import SequentialIds

Forgery = tuple[Mapping[str, object], Mapping[str, object], Sign | None]
"""What is changed of a good token's claims and header, and who signs it instead."""


def public_pem() -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key().private.public_key().public_bytes(serialization.Encoding.PEM, form)


def access_forgeries(clock: Clock) -> Mapping[str, str]:
    """By what is wrong with them, tokens that are no good access tokens of the user service."""
    changes = _access_changes(int(clock.now().timestamp()))
    return {
        **{
            fault: forged(clock, claims=claims, header=header, sign=sign)
            for fault, (claims, header, sign) in changes.items()
        },
        "a service token": service_tokens(clock).issue(AUDIENCE),
        "a refresh token": f"{an_id(3)}.{'s' * 43}",
    }


def service_tokens(clock: Clock, name: str = "order", *, key: str = "") -> Ed25519ServiceTokens:
    """Of the service `name`, which has the key of `key`, if not its own."""
    return Ed25519ServiceTokens(name=name, key=service_key(key or name), clock=clock, new_id=SequentialIds(clock))


def service_forgeries(clock: Clock) -> Mapping[str, str]:
    """By what is wrong with them, tokens that are no good at the service `product`."""
    changes = _service_changes(int(clock.now().timestamp()))
    return {
        **{
            fault: forged_service_token(clock, claims=claims, header=header, sign=sign)
            for fault, (claims, header, sign) in changes.items()
        },
        "a key of its own": service_tokens(clock, key="stranger").issue("product"),
        "a service nobody knows": service_tokens(clock, "stranger").issue("product"),
        "the key of another service": service_tokens(clock, "order", key="cart").issue("product"),
        "another service by its own key": service_tokens(clock, "cart", key="order").issue("product"),
        "a token for another service": service_tokens(clock).issue("cart"),
        "a token for the caller itself": service_tokens(clock).issue("order"),
        "a customer's token": forged(clock),
        "a customer's token for this service": forged(clock, claims={"aud": "product"}),
    }


def forged_service_token(
    clock: Clock,
    *,
    claims: Mapping[str, object] | None = None,
    header: Mapping[str, object] | None = None,
    sign: Sign | None = None,
) -> str:
    """A token of the order service, good at the service `product` but for what is named."""
    now = int(clock.now().timestamp())
    good = {"iss": "order", "aud": "product", "exp": now + 60, "iat": now, "jti": an_id(1)}
    payload = {name: value for name, value in {**good, **(claims or {})}.items() if value is not None}
    named = {"alg": "EdDSA", "typ": "service+jwt", "kid": service_key("order").public, **(header or {})}
    return jws(named, payload, sign or ed25519())


def malformed(good: str) -> Iterator[str]:
    """Texts that are no tokens, some of them pieced together from a good one."""
    header, claims, signature = good.split(".")
    yield from ["", ".", "..", "...", "nonsense", "\ud800", "\u00e9" * 10, "x" * 1_000_000, "." * 4000]
    yield from [good + "x", good + ".", "." + good, good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")]
    yield from [f"{header}.{claims}", f"{header}.{claims}.", f"{header}..{signature}", f".{claims}.{signature}"]
    yield from [f"{header}.{claims}.{signature}.{signature}.{signature}", f"{claims}.{claims}.{signature}"]
    for odd in (b"[" * 2000, b"\xff\xfe"):
        yield f"{base64.urlsafe_b64encode(odd).decode()}.{claims}.{signature}"
    for payload in ([1], None, "text"):
        yield jws({"alg": "RS256", "typ": "at+jwt", "kid": key().kid}, payload, rs256())
        yield jws({"alg": "EdDSA", "typ": "service+jwt", "kid": service_key("order").public}, payload, ed25519())


def _access_changes(now: int) -> Mapping[str, Forgery]:
    def in_seconds(seconds: int) -> int:
        return now + seconds

    return {
        "no algorithm": ({}, {"alg": "none"}, unsigned),
        "no algorithm, in capitals": ({}, {"alg": "None"}, unsigned),
        "no algorithm at all": ({}, {"alg": None}, None),
        "another RSA algorithm": ({}, {"alg": "RS512"}, rs512),
        "the public key as a secret": ({}, {"alg": "HS256"}, hs256(public_pem())),
        "an empty secret": ({}, {"alg": "HS256"}, hs256(b"")),
        "an algorithm that is no text": ({}, {"alg": ["RS256"]}, None),
        "not signed": ({}, {}, unsigned),
        "signed by another key": ({}, {}, rs256(2)),
        "another key that it brings along": ({}, {"jwk": dict(key(2).jwk)}, rs256(2)),
        "another key to be fetched": ({}, {"jku": "https://thief.example/jwks.json", "kid": key(2).kid}, rs256(2)),
        "an unknown key": ({}, {"kid": key(2).kid}, rs256(2)),
        "no key named": ({}, {"kid": None}, None),
        "an empty key name": ({}, {"kid": ""}, None),
        "a key name that is a path": ({}, {"kid": "../../dev/null"}, hs256(b"")),
        "a key name that is a query": ({}, {"kid": "' OR 1=1 --"}, None),
        "a key name that is no text": ({}, {"kid": {"$gt": ""}}, None),
        "a key name that is a number": ({}, {"kid": 1}, None),
        "a key name of great length": ({}, {"kid": "k" * 3000}, None),
        "no type": ({}, {"typ": None}, None),
        "a plain JWT": ({}, {"typ": "JWT"}, None),
        "one that says it is a service token": ({}, {"typ": "service+jwt"}, None),
        "a type in capitals": ({}, {"typ": "AT+JWT"}, None),
        "a demand we do not know": ({}, {"crit": ["exp"]}, None),
        "a payload that is not there": ({}, {"b64": False}, None),
        "another issuer": ({"iss": "https://thief.example"}, {}, None),
        "an issuer a little different": ({"iss": ISSUER + "/"}, {}, None),
        "no issuer": ({"iss": None}, {}, None),
        "several issuers": ({"iss": [ISSUER]}, {}, None),
        "another audience": ({"aud": "elsewhere"}, {}, None),
        "our audience among others": ({"aud": [AUDIENCE, "elsewhere"]}, {}, None),
        "no audience": ({"aud": None}, {}, None),
        "an empty audience": ({"aud": ""}, {}, None),
        "no expiry": ({"exp": None}, {}, None),
        "expired": ({"exp": 1}, {}, None),
        "an expiry that is text": ({"exp": "9999999999"}, {}, None),
        "an expiry that is true": ({"exp": True}, {}, None),
        "an expiry that is no number": ({"exp": float("inf")}, {}, None),
        "an expiry that is a list": ({"exp": [9999999999]}, {}, None),
        "no time of issue": ({"iat": None}, {}, None),
        "a time of issue that is text": ({"iat": "yesterday"}, {}, None),
        "no subject": ({"sub": None}, {}, None),
        "an empty subject": ({"sub": ""}, {}, None),
        "a subject that is a number": ({"sub": 1}, {}, None),
        "a subject that is an operator": ({"sub": {"$gt": ""}}, {}, None),
        "a subject that is no id": ({"sub": "admin"}, {}, None),
        "no token id": ({"jti": None}, {}, None),
        "a token id that is a number": ({"jti": 7}, {}, None),
        "no session": ({"sid": None}, {}, None),
        "a session that is an operator": ({"sid": {"$gt": ""}}, {}, None),
        "no roles": ({"roles": None}, {}, None),
        "roles that are text": ({"roles": "admin"}, {}, None),
        "roles that are no texts": ({"roles": [{"admin": True}]}, {}, None),
        "roles that are an object": ({"roles": {"admin": True}}, {}, None),
        "good for too long": ({"exp": in_seconds(901)}, {}, None),
        "good for too long since it was issued": ({"iat": in_seconds(-60), "exp": in_seconds(841)}, {}, None),
        "from the future": ({"iat": in_seconds(600), "exp": in_seconds(1500)}, {}, None),
        "good for years": ({"exp": in_seconds(10**9)}, {}, None),
        "more than anyone reads": ({"pad": "x" * 5000}, {}, None),
    }


def _service_changes(now: int) -> Mapping[str, Forgery]:
    public = service_key("order").public
    return {
        "no algorithm": ({}, {"alg": "none"}, unsigned),
        "not signed": ({}, {}, unsigned),
        "the public key as a secret": ({}, {"alg": "HS256"}, hs256(public.encode())),
        "an empty secret": ({}, {"alg": "HS256"}, hs256(b"")),
        "another name of the algorithm": ({}, {"alg": "Ed25519"}, None),
        "an RSA key": ({}, {"alg": "RS256"}, rs256()),
        "no key named": ({}, {"kid": None}, None),
        "a key name that is no text": ({}, {"kid": [public]}, None),
        "a key that it brings along": ({}, {"kid": service_key("stranger").public}, ed25519("stranger")),
        "another's key that it names": ({}, {"kid": service_key("cart").public}, None),
        "another's key that it does not name": ({}, {}, ed25519("cart")),
        "one that says it is a customer's": ({}, {"typ": "at+jwt"}, None),
        "a plain JWT": ({}, {"typ": "JWT"}, None),
        "no type": ({}, {"typ": None}, None),
        "no name": ({"iss": None}, {}, None),
        "an empty name": ({"iss": ""}, {}, None),
        "a name that is a number": ({"iss": 5}, {}, None),
        "several names": ({"iss": ["order", "cart"]}, {}, None),
        "another's name": ({"iss": "audit"}, {}, None),
        "no audience": ({"aud": None}, {}, None),
        "an audience of all": ({"aud": "*"}, {}, None),
        "several audiences": ({"aud": ["product", "cart"]}, {}, None),
        "an audience in a list": ({"aud": ["product"]}, {}, None),
        "no expiry": ({"exp": None}, {}, None),
        "expired": ({"exp": 1}, {}, None),
        "an expiry that is text": ({"exp": "9999999999"}, {}, None),
        "good for too long": ({"exp": now + 61}, {}, None),
        "good for years": ({"exp": now + 10**9}, {}, None),
        "from the future": ({"iat": now + 600, "exp": now + 660}, {}, None),
        "no time of issue": ({"iat": None}, {}, None),
        "no token id": ({"jti": None}, {}, None),
        "more than anyone reads": ({"pad": "x" * 5000}, {}, None),
    }
