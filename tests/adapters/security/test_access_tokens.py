"""Access tokens as we make and check them, beyond what the ports ask for."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from core.shared.context import SignedIn
from core.shared.errors import Unauthenticated
from tests.adapters.security.forgeries import access_forgeries, malformed, service_forgeries
from tests.adapters.security.holders import AUDIENCE, ISSUER, Published, forged, issuer, key, verifier
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(header), json.loads(claims)


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


async def test_it_does_so_too_if_they_were_seen_just_before_the_keys_are_looked_up_again() -> None:
    clock, published = FixedClock(), Published(1, 2)
    check = verifier(clock, published)
    token = issuer(clock, 2).issue(user=a_user(), session_id=an_id(5)).text
    await check.verify(issuer(clock, 1).issue(user=a_user(), session_id=an_id(5)).text)
    published.numbers = (1,)
    clock.advance(299)
    await check.verify(token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await check.verify(token)


async def test_only_so_many_tokens_are_remembered() -> None:
    clock = FixedClock()
    check = verifier(clock, remembered=3)
    for number in range(10):
        await check.verify(issuer(clock).issue(user=a_user(), session_id=an_id(number)).text)
    assert len(check._good) == 3


def test_the_first_key_signs_and_the_others_are_published_behind_it() -> None:
    tokens = issuer(FixedClock(), 2, 1)
    header, _ = parts(tokens.issue(user=a_user(), session_id=an_id(5)).text)
    assert header["kid"] == key(2).kid
    assert [each["kid"] for each in tokens.jwks()["keys"]] == [key(2).kid, key(1).kid]  # type: ignore[attr-defined]


def test_of_a_key_what_is_needed_is_published() -> None:
    published = json.loads(json.dumps(issuer(FixedClock()).jwks()))["keys"][0]
    assert set(published) == {"kty", "n", "e", "kid", "use", "alg"}


def test_a_token_is_not_shown_by_accident() -> None:
    token = issuer(FixedClock()).issue(user=a_user(), session_id=an_id(5))
    assert token.text not in repr(token)


async def test_a_token_written_by_hand_is_good_if_it_is_right() -> None:
    """Or else what is forged by hand would be refused for nothing."""
    clock = FixedClock()
    signed_in = SignedIn(id=an_id(1), kind="customer", roles=frozenset({"customer"}), session_id=an_id(3))
    assert await verifier(clock).verify(forged(clock)) == signed_in
    now = int(clock.now().timestamp())
    await verifier(clock).verify(forged(clock, claims={"iat": now - 60, "exp": now + 840}))


def test_there_are_many_ways_to_forge_a_token(figure: Callable[[str], None]) -> None:
    clock = FixedClock()
    faults = len(access_forgeries(clock)) + len([*malformed(forged(clock))])
    figure(f"tokens: {faults} wrong ones for customers, and {len(service_forgeries(clock))} for services, are refused")
    assert faults >= 60


async def test_made_up_tokens_that_name_no_key_ask_nobody() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    for token in (forged(clock, header={"alg": "none"}), forged(clock, header={"typ": "JWT"}), "nonsense"):
        with pytest.raises(Unauthenticated):
            await check.verify(token)
    assert published.asked == 0
