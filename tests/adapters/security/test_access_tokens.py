"""Access tokens: what `AccessTokens` issues `TokenVerifier` accepts, and nothing else."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from adapters.outbound.security.access_tokens import AccessTokenVerifier, OwnKeys
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier
from core.user.model import SignedIn
from tests.adapters.security.holders import (
    AUDIENCE,
    ISSUER,
    Published,
    Sign,
    forged,
    hs256,
    issuer,
    jws,
    key,
    rs256,
    unsigned,
    verifier,
)
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock

PUBLIC_PEM = (
    key().private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(header), json.loads(claims)


async def test_an_issued_token_names_its_owner_roles_and_session() -> None:
    clock = FixedClock()
    user = a_user(roles=frozenset({"customer", "admin"}))
    token = issuer(clock).issue(user=user, session_id=an_id(5))
    assert token.expires_in == 900
    assert token.text not in repr(token)
    assert await verifier(clock).verify(token.text) == SignedIn(
        id=user.id, kind="customer", roles=frozenset({"customer", "admin"}), session_id=an_id(5)
    )


def test_a_token_has_what_the_profile_asks_for() -> None:
    clock = FixedClock()
    tokens = issuer(clock)
    header, claims = parts(tokens.issue(user=a_user(), session_id=an_id(5)).text)
    assert header == {"alg": "RS256", "typ": "at+jwt", "kid": key().kid}
    now = int(clock.now().timestamp())
    jti = claims.pop("jti")
    assert claims == {
        "iss": ISSUER, "aud": AUDIENCE, "sub": an_id(1), "iat": now, "exp": now + 900, "roles": ["customer"],
        "sid": an_id(5),
    }  # fmt: skip
    assert parts(tokens.issue(user=a_user(), session_id=an_id(5)).text)[1]["jti"] != jti


async def test_a_token_is_good_until_it_expires_remembered_or_not() -> None:
    clock = FixedClock()
    check = verifier(clock)
    token, other = (issuer(clock).issue(user=a_user(), session_id=an_id(n)).text for n in (5, 6))
    clock.advance(899)
    await check.verify(token)
    clock.advance(1)
    for expired in (token, other):
        with pytest.raises(Unauthenticated):
            await check.verify(expired)


async def test_a_key_that_is_withdrawn_takes_the_tokens_along_that_were_good_before() -> None:
    clock, published = FixedClock(), Published(1, 2)
    check = verifier(clock, published)
    token = issuer(clock, 2).issue(user=a_user(), session_id=an_id(5)).text
    await check.verify(token)
    published.numbers = (1,)
    clock.advance(299)
    await check.verify(token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await check.verify(token)


async def test_a_token_is_good_for_a_quarter_of_an_hour_at_most() -> None:
    clock = FixedClock()
    now = int(clock.now().timestamp())
    await verifier(clock).verify(forged(clock, claims={"iat": now - 60, "exp": now + 840}))
    for claims in ({"exp": now + 901}, {"iat": now - 60, "exp": now + 841}, {"exp": now + 10**9}):
        with pytest.raises(Unauthenticated):
            await verifier(clock).verify(forged(clock, claims=claims))


async def test_only_so_many_tokens_are_remembered() -> None:
    clock = FixedClock()
    check = verifier(clock, remembered=3)
    for number in range(10):
        await check.verify(issuer(clock).issue(user=a_user(), session_id=an_id(number)).text)
    assert len(check._good) == 3


async def test_the_first_key_signs_and_tokens_of_the_others_stay_good() -> None:
    clock = FixedClock()
    before, now = issuer(clock, 1), issuer(clock, 2, 1)
    check = verifier(clock, OwnKeys(now))
    old, new = (tokens.issue(user=a_user(), session_id=an_id(5)).text for tokens in (before, now))
    assert (parts(old)[0]["kid"], parts(new)[0]["kid"]) == (key(1).kid, key(2).kid)
    await check.verify(old)
    await check.verify(new)
    assert [each["kid"] for each in now.jwks()["keys"]] == [key(2).kid, key(1).kid]  # type: ignore[attr-defined]


def test_what_is_published_is_public() -> None:
    published = json.loads(json.dumps(issuer(FixedClock()).jwks()))["keys"][0]
    assert set(published) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_a_token_written_by_hand_is_good_if_it_is_right() -> None:
    clock = FixedClock()
    assert (await verifier(clock).verify(forged(clock))).id == an_id(1)


FORGERIES: Mapping[str, tuple[dict[str, object], dict[str, object], Sign | None]] = {
    "no algorithm": ({}, {"alg": "none"}, unsigned),
    "no algorithm, in capitals": ({}, {"alg": "None"}, unsigned),
    "no algorithm at all": ({}, {"alg": None}, None),
    "another RSA algorithm": ({}, {"alg": "RS512"}, None),
    "the public key as a secret": ({}, {"alg": "HS256"}, hs256(PUBLIC_PEM)),
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
    "a service token": ({}, {"typ": "service+jwt"}, None),
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
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused(forgery: str) -> None:
    clock = FixedClock()
    claims, header, sign = FORGERIES[forgery]
    with pytest.raises(Unauthenticated):
        await verifier(clock).verify(forged(clock, claims=claims, header=header, sign=sign))


def malformed(good: str) -> list[str]:
    header, claims, signature = good.split(".")
    return [
        "",
        ".",
        "..",
        "...",
        "nonsense",
        "\ud800",
        "\u00e9" * 10,
        good + "x",
        good + ".",
        "." + good,
        good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB"),
        f"{header}.{claims}",
        f"{header}.{claims}.",
        f"{header}..{signature}",
        f".{claims}.{signature}",
        f"{header}.{claims}.{signature}.{signature}.{signature}",
        f"{claims}.{claims}.{signature}",
        jws({"alg": "RS256", "typ": "at+jwt", "kid": key().kid}, [1], rs256()),
        jws({"alg": "RS256", "typ": "at+jwt", "kid": key().kid}, None, rs256()),
        jws({"alg": "RS256", "typ": "at+jwt", "kid": key().kid}, "text", rs256()),
        base64.urlsafe_b64encode(b"[" * 2000).decode() + f".{claims}.{signature}",
        base64.urlsafe_b64encode(b"\xff\xfe").decode() + f".{claims}.{signature}",
        "x" * 1_000_000,
        "." * 4000,
        "a01980000-0000-7000-8000-000000000001.a-refresh-token",
    ]


async def test_a_malformed_token_is_refused() -> None:
    clock = FixedClock()
    check = verifier(clock)
    for token in malformed(forged(clock)):
        with pytest.raises(Unauthenticated):
            await check.verify(token)
    print("refused:", len(FORGERIES) + len(malformed(forged(clock))))


async def test_made_up_tokens_that_name_no_key_ask_nobody() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    for token in (forged(clock, header={"alg": "none"}), forged(clock, header={"typ": "JWT"}), "nonsense"):
        with pytest.raises(Unauthenticated):
            await check.verify(token)
    assert published.asked == 0


class Trusting(TokenVerifier):
    """The naive twin: checks the signature and the expiry, and takes the rest as it comes."""

    def __init__(self, inner: AccessTokenVerifier) -> None:
        self._inner = inner

    async def verify(self, token: str) -> Caller:
        _, claims = parts(token)
        return Caller(id=claims["sub"], kind="customer", roles=frozenset(claims["roles"]))


async def test_the_suite_catches_a_verifier_that_trusts() -> None:
    clock = FixedClock()
    naive = Trusting(verifier(clock))
    assert (await naive.verify(forged(clock, header={"alg": "none"}, sign=unsigned))).id == an_id(1)
