"""Service tokens: good at one service, for a minute, and only from those who have the secret."""

import pytest

from adapters.outbound.security.service_tokens import HmacServiceTokens, ServiceTokenVerifier
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from core.shared.ports import Clock
from tests.adapters.security.holders import Sign, forged, hs256, jws, rs256, unsigned
from tests.builders import an_id
from tests.fakes import FixedClock, SequentialIds

SECRET = "a secret of at least 32 bytes, known to all services"


def tokens(clock: Clock, name: str = "order", secret: str = SECRET) -> HmacServiceTokens:
    return HmacServiceTokens(name=name, secret=secret, clock=clock, new_id=SequentialIds(clock))


def at(name: str, clock: Clock, secret: str = SECRET) -> ServiceTokenVerifier:
    return ServiceTokenVerifier(name=name, secret=secret, clock=clock)


async def test_a_token_names_the_service_that_calls() -> None:
    clock = FixedClock()
    token = tokens(clock, "order").issue("product")
    assert await at("product", clock).verify(token) == Caller(id="order", kind="service")


async def test_a_token_is_good_at_one_service_alone() -> None:
    clock = FixedClock()
    token = tokens(clock).issue("product")
    for name in ("cart", "order", "user"):
        with pytest.raises(Unauthenticated):
            await at(name, clock).verify(token)


async def test_a_token_is_good_for_a_minute() -> None:
    clock = FixedClock()
    token = tokens(clock).issue("product")
    clock.advance(59)
    await at("product", clock).verify(token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await at("product", clock).verify(token)


async def test_a_token_needs_the_secret() -> None:
    clock = FixedClock()
    token = tokens(clock, secret=SECRET + "?").issue("product")
    with pytest.raises(Unauthenticated):
        await at("product", clock).verify(token)


@pytest.mark.parametrize("short", ["", "x" * 31])
def test_a_short_secret_is_no_secret(short: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens(FixedClock(), secret=short)
    with pytest.raises(ValueError, match="32 bytes"):
        at("product", FixedClock(), secret=short)


@pytest.mark.parametrize(
    ("header", "claims", "sign"),
    [
        ({"alg": "none"}, {}, unsigned),
        ({}, {}, unsigned),
        ({"alg": "HS512"}, {}, hs256(SECRET.encode())),
        ({"alg": "RS256"}, {}, rs256()),
        ({"typ": "at+jwt"}, {}, hs256(SECRET.encode())),
        ({"typ": "JWT"}, {}, hs256(SECRET.encode())),
        ({"typ": None}, {}, hs256(SECRET.encode())),
        ({}, {"iss": None}, hs256(SECRET.encode())),
        ({}, {"iss": ""}, hs256(SECRET.encode())),
        ({}, {"iss": 5}, hs256(SECRET.encode())),
        ({}, {"aud": None}, hs256(SECRET.encode())),
        ({}, {"aud": ["product"]}, hs256(SECRET.encode())),
        ({}, {"exp": None}, hs256(SECRET.encode())),
        ({}, {"exp": "9999999999"}, hs256(SECRET.encode())),
        ({}, {"iat": None}, hs256(SECRET.encode())),
        ({}, {"jti": None}, hs256(SECRET.encode())),
    ],
)
async def test_a_forged_token_is_refused(header: dict[str, object], claims: dict[str, object], sign: Sign) -> None:
    clock = FixedClock()
    now = int(clock.now().timestamp())
    good: dict[str, object] = {"iss": "order", "aud": "product", "exp": now + 60, "iat": now, "jti": an_id(1)}
    payload = {name: value for name, value in {**good, **claims}.items() if value is not None}
    with pytest.raises(Unauthenticated):
        await at("product", clock).verify(jws({"alg": "HS256", "typ": "service+jwt", **header}, payload, sign))
    await at("product", clock).verify(jws({"alg": "HS256", "typ": "service+jwt"}, good, hs256(SECRET.encode())))


async def test_a_customers_token_is_no_services() -> None:
    clock = FixedClock()
    with pytest.raises(Unauthenticated):
        await at("product", clock).verify(forged(clock, claims={"aud": "product"}))
