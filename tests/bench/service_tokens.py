"""What it costs to prove and to check who calls: CPU microseconds a call between services, without the call itself.

    python -m tests.bench.service_tokens

The ways: a shared secret (HS256), a token kept for 40 s by who calls and checked at each call, as it was once; Ed25519
with a token for each call; and Ed25519 as it is, with a token used for half its life and remembered by who checks.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine
from typing import Any

import jwt

from adapters.bootstrap.identities import callers, own_key
from adapters.outbound.security.service_tokens import Ed25519ServiceTokens, ServiceTokenVerifier
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from core.shared.ports import TokenVerifier

CALLS = 5_000
ROUNDS = 5
SECRET = "a secret that all services share, of more than 32 bytes"
REQUIRED = ["iss", "aud", "exp", "iat", "jti"]


def issuer() -> Ed25519ServiceTokens:
    clock = SystemClock()
    return Ed25519ServiceTokens(name="cart", key=own_key("cart", ""), clock=clock, new_id=Uuid7(clock))


def checker() -> TokenVerifier:
    return ServiceTokenVerifier(name="product", peers=callers(""), clock=SystemClock())


async def shared_secret(calls: int) -> None:
    now = int(time.time())
    claims = {"iss": "cart", "aud": "product", "exp": now + 60, "iat": now, "jti": "1"}
    token = jwt.encode(claims, SECRET, "HS256", headers={"typ": "service+jwt"})
    for _ in range(calls):
        jwt.get_unverified_header(token)
        jwt.decode(token, SECRET, algorithms=["HS256"], audience="product", options={"require": REQUIRED})


async def a_token_for_each_call(calls: int) -> None:
    for _ in range(calls):
        await checker().verify(issuer().issue("product"))


async def as_it_is(calls: int) -> None:
    tokens, product = issuer(), checker()
    for _ in range(calls):
        await product.verify(tokens.issue("product"))


async def made_anew(calls: int) -> None:
    """What the second way costs apart from its tokens."""
    for _ in range(calls):
        checker(), issuer()


def microseconds(way: Callable[[int], Coroutine[Any, Any, None]]) -> float:
    """The median of some rounds."""
    costs = []
    for _ in range(ROUNDS):
        began = time.process_time()
        asyncio.run(way(CALLS))
        costs.append((time.process_time() - began) / CALLS * 1e6)
    return statistics.median(costs)


def main() -> None:
    overhead = microseconds(made_anew)
    print(f"A shared secret, HS256:               {microseconds(shared_secret):7.1f} us a call")
    print(f"Ed25519, a token for each call:       {microseconds(a_token_for_each_call) - overhead:7.1f} us a call")
    print(f"Ed25519, reused and remembered:       {microseconds(as_it_is):7.1f} us a call")


if __name__ == "__main__":
    main()
