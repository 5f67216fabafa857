"""Verifying asks for keys seldom, and survives without an answer."""

import asyncio
from collections.abc import Mapping

import pytest

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
    impatient, patient = (asyncio.ensure_future(check.verify(token(clock))) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(Unavailable):
        await patient
    published.gate.set()
    clock.advance(1)
    await check.verify(token(clock))


async def test_a_token_signed_by_another_key_of_the_set_is_refused() -> None:
    clock = FixedClock()
    check = verifier(clock, Published(1, 2))
    assert await refusals(check, [forged(clock, sign=rs256(2))]) == {Unauthenticated}
