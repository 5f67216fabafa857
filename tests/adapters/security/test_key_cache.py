"""Verifying asks for keys seldom, and survives without an answer."""

import asyncio
import contextlib
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.outbound.security.key_cache import KeyCache
from core.shared.context import REQUEST, RequestContext
from core.shared.errors import ShopError, Unauthenticated, Unavailable
from core.shared.ports import KeySource, TokenVerifier
from tests.adapters.security.holders import Published, forged, issuer, key, rs256, verifier
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock


def token(clock: FixedClock, number: int = 1) -> str:
    return issuer(clock, number).issue(user=a_user(), session_id=an_id(5)).text


async def refusals(check: TokenVerifier, tokens: list[str]) -> set[type[ShopError]]:
    async def refusal(text: str) -> type[ShopError]:
        with pytest.raises(ShopError) as refused:
            await check.verify(text)
        return type(refused.value)

    return set(await asyncio.gather(*map(refusal, tokens)))


async def test_keys_are_fetched_once_however_many_ask() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    await asyncio.gather(*(check.verify(token(clock)) for _ in range(50)))
    assert published.asked == 1


async def test_a_new_key_is_found_when_a_token_names_it() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    await check.verify(token(clock))
    published.numbers = (2, 1)
    clock.advance(10)
    await check.verify(token(clock, 2))
    await check.verify(token(clock, 1))
    assert published.asked == 2


async def test_a_flood_of_unknown_keys_is_one_fetch_in_ten_seconds() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    await check.verify(token(clock))
    for second in range(1, 31):
        clock.advance(1)
        flood = [forged(clock, header={"kid": f"{second}-{number}"}) for number in range(20)]
        assert await refusals(check, flood) == {Unauthenticated}
        await check.verify(token(clock))
    assert published.asked == 1 + 3


async def test_without_an_answer_the_last_keys_stay_good() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    await check.verify(token(clock))
    published.is_down = True
    for _ in range(10):
        clock.advance(301)
        await check.verify(token(clock))
    assert published.asked == 11


async def test_while_it_cannot_be_known_whether_a_key_is_good_nobody_is_refused_for_good() -> None:
    clock, published = FixedClock(), Published(1)
    check = verifier(clock, published)
    await check.verify(token(clock))
    published.is_down, published.numbers = True, (2, 1)
    clock.advance(10)
    for _ in range(2):
        assert await refusals(check, [token(clock, 2)]) == {Unavailable}
    published.is_down = False
    clock.advance(10)
    await check.verify(token(clock, 2))


async def test_without_any_keys_it_is_tried_again_soon() -> None:
    clock, published = FixedClock(), Published(1)
    published.is_down = True
    check = verifier(clock, published)
    assert await refusals(check, [token(clock)] * 20) == {Unavailable}
    assert published.asked == 1
    published.is_down = False
    clock.advance(1)
    await check.verify(token(clock))


async def test_a_key_that_is_withdrawn_is_not_trusted_for_ever() -> None:
    clock, published = FixedClock(), Published(1, 2)
    check = verifier(clock, published)
    await check.verify(token(clock, 2))
    published.numbers = (1,)
    clock.advance(300)
    assert await refusals(check, [token(clock, 2)]) == {Unauthenticated}
    await check.verify(token(clock, 1))


class Odd(KeySource):
    """Publishes whatever it is told."""

    def __init__(self, answer: Mapping[str, object]) -> None:
        self.answer = answer

    async def fetch(self) -> Mapping[str, object]:
        return self.answer


GOOD = dict(key().jwk)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"keys": None},
        {"keys": []},
        {"keys": ["nonsense", 1, None, {}]},
        {"keys": [GOOD | {"n": "!"}]},
        {"keys": [GOOD | {"kid": None}]},
        {"keys": [GOOD | {"alg": "HS256"}]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "RS256", "kid": key().kid}]},
    ],
)
async def test_what_is_no_key_set_replaces_nothing(answer: Mapping[str, object]) -> None:
    clock, source = FixedClock(), Odd({"keys": [GOOD]})
    check = verifier(clock, source)
    await check.verify(token(clock))
    source.answer = answer
    clock.advance(301)
    await check.verify(token(clock))
    assert await refusals(verifier(clock, source), [token(clock)]) == {Unavailable}


async def test_keys_of_other_kinds_are_passed_over() -> None:
    clock = FixedClock()
    others = [{"kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256"}, GOOD | {"kid": "broken", "n": 5}]
    await verifier(clock, Odd({"keys": [*others, GOOD]})).verify(token(clock))


class Slow(Published):
    """Answers when it is let."""

    def __init__(self, *numbers: int) -> None:
        super().__init__(*numbers)
        self.gate = asyncio.Event()

    async def fetch(self) -> Mapping[str, object]:
        answer = await super().fetch()
        await self.gate.wait()
        return answer


async def test_known_keys_are_good_while_they_are_looked_up_again() -> None:
    clock, published = FixedClock(), Slow(1)
    published.gate.set()
    check = verifier(clock, published)
    await check.verify(token(clock))
    published.gate.clear()
    clock.advance(301)
    waits = asyncio.ensure_future(check.verify(token(clock)))
    await asyncio.sleep(0)
    await asyncio.wait_for(check.verify(forged(clock)), timeout=5)
    assert not waits.done()
    published.gate.set()
    await waits


async def test_who_gives_up_waiting_takes_nobody_along() -> None:
    clock, published = FixedClock(), Slow(1)
    check = verifier(clock, published)
    impatient, *patient = (asyncio.ensure_future(check.verify(token(clock))) for _ in range(50))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    assert impatient.cancelled()
    published.gate.set()
    await asyncio.gather(*patient)
    assert published.asked == 1


async def test_keys_that_everyone_gave_up_waiting_for_come_all_the_same() -> None:
    clock, published = FixedClock(), Slow(1)
    check = verifier(clock, published)
    impatient = asyncio.ensure_future(check.verify(token(clock)))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    published.gate.set()
    await check.verify(token(clock))
    assert published.asked == 1


class Hurried(Published):
    """Asks over a network, as far as the request it is asked in has time for that."""

    def __init__(self, clock: FixedClock, *numbers: int) -> None:
        super().__init__(*numbers)
        self.clock = clock

    async def fetch(self) -> Mapping[str, object]:
        deadline = REQUEST.get().deadline
        if deadline is not None and deadline <= self.clock.monotonic():
            raise Unavailable("No time left.")
        return await super().fetch()


class FetchedInTheRequest(KeyCache):
    """The naive twin: whoever misses a key fetches it, within the time that is theirs."""

    async def get(self, kid: str) -> RSAPublicKey:
        if kid not in self._keys and self._may_try():
            await self._fetch()
        return await super().get(kid)


async def served_in_a_flood(kind: type[KeyCache], *, before: tuple[int, ...] = ()) -> int:
    """In how many of 60 seconds a customer is served, after a stranger without time and with a made-up key name.

    Keys `before` were known already; key 1 is that of the customer.
    """
    clock = FixedClock()
    published = Hurried(clock, *before)
    keys = kind(published, clock)

    async def ask(kid: str, *, within: float) -> bool:
        REQUEST.set(RequestContext(deadline=clock.monotonic() + within))
        with contextlib.suppress(ShopError):
            await keys.get(kid)
            return True
        return False

    if before:
        assert await asyncio.create_task(ask(key(before[0]).kid, within=10))
    published.numbers = (1, *before)
    served = 0
    for second in range(60):
        clock.advance(1)
        assert not await asyncio.create_task(ask(f"made-up-{second}", within=0))
        served += await asyncio.create_task(ask(key().kid, within=10))
    assert published.asked <= 7
    return served


async def test_strangers_without_time_keep_the_keys_from_nobody() -> None:
    assert await served_in_a_flood(KeyCache) == 60
    assert await served_in_a_flood(KeyCache, before=(2,)) == 60 - 9, "A new key is known within ten seconds."


async def test_the_suite_catches_keys_that_are_fetched_in_the_request() -> None:
    assert await served_in_a_flood(FetchedInTheRequest) == 0
    assert await served_in_a_flood(FetchedInTheRequest, before=(2,)) == 0


async def test_a_token_signed_by_another_key_of_the_set_is_refused() -> None:
    clock = FixedClock()
    check = verifier(clock, Published(1, 2))
    assert await refusals(check, [forged(clock, sign=rs256(2))]) == {Unauthenticated}
