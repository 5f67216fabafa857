"""Service tokens as we make and check them, beyond what the ports ask for."""

import pytest

from adapters.outbound.security.service_tokens import ServiceTokenVerifier
from core.shared.context import Caller
from tests.adapters.security.doors import at_product
from tests.adapters.security.forgeries import SECRET, service_tokens
from tests.adapters.security.holders import Published, hs256, jws
from tests.builders import an_id
from tests.fakes import FixedClock


@pytest.mark.parametrize("short", ["", "x" * 31, "\u00e9" * 15])
def test_a_short_secret_is_no_secret(short: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        service_tokens(FixedClock(), secret=short)
    with pytest.raises(ValueError, match="32 bytes"):
        ServiceTokenVerifier(name="product", secret=short, clock=FixedClock())


async def test_a_token_written_by_hand_is_good_if_it_is_right() -> None:
    """Or else what is forged by hand would be refused for nothing."""
    clock = FixedClock()
    now = int(clock.now().timestamp())
    claims = {"iss": "order", "aud": "product", "exp": now + 60, "iat": now, "jti": an_id(1)}
    token = jws({"alg": "HS256", "typ": "service+jwt"}, claims, hs256(SECRET.encode()))
    assert await at_product(Published(), clock).verify(token) == Caller(id="order", kind="service")
