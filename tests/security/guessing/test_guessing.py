"""Guessing is slowed down for each account and each address, and never holds the owner at home (guarantee 20).

The clock is set, so that a day takes a moment, and a guess that was tried is one that reached a hash.
"""

import asyncio
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import pytest

from core.shared.errors import TooManyRequests
from core.user.errors import CredentialsWrong, PasswordWrong
from core.user.use_cases.guessing import Guessing
from core.user.use_cases.sign_in import Login
from tests.core.user.mailbox import token_in
from tests.core.user.people import EMAIL, HERE, PASSWORD
from tests.figures import Figure
from tests.security.guessing.attack import DAY, Guarded, guarded, places
from tests.security.guessing.naive import (
    ByAddressAlone,
    CountsAfterwards,
    HoldsKnownPlaces,
    LocksTheAccount,
    Unthrottled,
)

GUESSES = 10_000
ELSEWHERE = "203.0.113.9"


async def from_one_address(shop: Guarded) -> tuple[int, int]:
    """How many of 10,000 guesses a day at one account are tried from one address, on the first and on the third."""
    days = [await shop.guesses([ELSEWHERE] * GUESSES, seconds=DAY) for _ in range(3)]
    return days[0]["wrong"], days[2]["wrong"]


async def test_from_one_address_an_account_is_guessed_at_a_few_times_a_day(figure: Figure) -> None:
    first, third = await from_one_address(await guarded())
    assert 5 < first <= 50
    assert third <= 25
    figure(
        "guessing: of 10,000 a day at one account from one address {first} are tried on the first day, {third} on the"
        " third",
        first=first,
        third=third,
    )


async def from_a_thousand_addresses(shop: Guarded) -> tuple[int, int, list[str]]:
    """Of 10,000 guesses at one account: how many are tried on each of two days, and what became of its owner meanwhile.

    The owner signs in from home every hour or so, and mistypes once each time.
    """
    days, owner = [0, 0], []
    for day in range(2):
        for number, client in enumerate(islice(cycle(places(1_000)), GUESSES)):
            days[day] += await shop.guess(client) == "wrong"
            if number % (GUESSES // 24) == 0:
                owner += [await shop.guess(HERE, password=typed) for typed in ("a slip", PASSWORD)]
            shop.clock.advance(DAY / GUESSES)
    return days[0], days[1], owner


async def test_from_a_thousand_addresses_too_and_the_owner_signs_in_at_home_all_the_while(figure: Figure) -> None:
    first, second, owner = await from_a_thousand_addresses(await guarded())
    assert first <= 100
    assert second <= 51
    assert owner == ["wrong", "in"] * (len(owner) // 2)
    figure(
        "guessing: of 10,000 a day at one account from 1,000 addresses {first} are tried on the first day, {second} on"
        " the second; its owner, at home, was held {held} times of {asked}",
        first=first,
        second=second,
        held=owner.count("held"),
        asked=len(owner),
    )


@pytest.mark.parametrize("twin", [LocksTheAccount, HoldsKnownPlaces])
async def test_a_throttle_that_locks_the_owner_out_is_told(twin: type[Guessing]) -> None:
    shop = Guarded()
    await shop.sam()
    shop.by(twin(throttle=shop.throttle, limits=shop.limits))
    assert await shop.guess(HERE, password=PASSWORD) == "in"
    _, _, owner = await from_a_thousand_addresses(shop)
    assert owner.count("held") > 10


async def test_a_throttle_that_knows_addresses_alone_is_told() -> None:
    shop = await guarded()
    shop.by(ByAddressAlone(throttle=shop.throttle, limits=shop.limits))
    first, _, _ = await from_a_thousand_addresses(shop)
    assert first == GUESSES
    assert (await from_one_address(shop))[0] > 5_000


async def test_whoever_reads_the_mails_gets_in_anywhere_while_others_guess() -> None:
    """An address that the account does not know is held while a thousand others guess, until a mail has proved it."""
    shop = await guarded()
    await shop.guesses(places(1_000), seconds=60)
    assert await shop.guess(ELSEWHERE, password=PASSWORD) == "held"
    await shop.use.request_password_reset(email=EMAIL, client=ELSEWHERE)
    await shop.use.send_mails(limit=10)
    token = token_in(shop.mailbox.sent[-1])
    await shop.use.reset_password(token=token, new_password="another horse", client=ELSEWHERE)
    await shop.guesses(places(1_000), seconds=60)
    assert await shop.guess(ELSEWHERE, password="another horse") == "in"


async def test_an_address_is_known_for_thirty_days_after_the_last_sign_in() -> None:
    shop = await guarded()
    for wait, met in ((29, "in"), (29, "in"), (31, "held")):
        shop.clock.advance(wait * DAY)
        await shop.guesses(places(1_000), seconds=60)
        assert await shop.guess(HERE, password=PASSWORD) == met


async def test_from_one_address_few_passwords_are_tried_whatever_the_accounts(figure: Figure) -> None:
    shop = await guarded()
    tried = 0
    for number in range(GUESSES):
        tried += await shop.guess(ELSEWHERE, email=f"{number}@example.com") == "wrong"
        shop.clock.advance(DAY / GUESSES)
    per_hour = shop.settings.logins_per_address
    assert per_hour < tried <= per_hour * 25
    figure("guessing: of 10,000 a day from one address at as many accounts {tried} are tried", tried=tried)


async def at_once(shop: Guarded, *, login: Login | None = None) -> int:
    """How many of a thousand guesses at the same moment reach a hash."""
    use = login or shop.use.login
    shop.passwords.calls.clear()
    crowd = (use(email=EMAIL, password=f"guess {number}", client=ELSEWHERE) for number in range(1_000))
    results = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(result) for result in results} <= {CredentialsWrong, TooManyRequests}
    return len(shop.passwords.calls)


async def test_a_thousand_guesses_at_once_do_not_pass_before_the_first_has_failed(figure: Figure) -> None:
    shop = await guarded()
    tried = await at_once(shop)
    assert tried == shop.settings.login_tries
    figure("guessing: of 1,000 at the same moment {tried} are tried", tried=tried)


async def test_a_throttle_that_counts_what_has_failed_is_told() -> None:
    shop = await guarded()
    late = CountsAfterwards(throttle=shop.throttle, limits=shop.limits)

    class Late(Login):
        async def __call__(self, *, email: str, password: str, client: str) -> Any:
            try:
                return await Login.__call__(self, email=email, password=password, client=client)
            except CredentialsWrong:
                await late.failed(email=email, client=client)
                raise

    fields = {name: getattr(shop.use.login, name) for name in Login.__dataclass_fields__}
    login = Late(**{**fields, "guessing": late})
    assert await at_once(shop, login=login) == 1_000
    shop.clock.advance(1)
    assert await shop.guess(ELSEWHERE) == "held"


async def test_a_session_that_was_stolen_is_no_way_to_guess_the_password() -> None:
    shop = await guarded()
    sam = await shop.use.login(email=EMAIL, password=PASSWORD, client=HERE)
    user_id = sam.access_token.text.split()[0]

    async def change(current: str, client: str) -> None:
        await shop.use.change_password(
            user_id=user_id, session_id=None, current_password=current, new_password="a new horse", client=client
        )

    for _ in range(shop.settings.login_tries):
        with pytest.raises(PasswordWrong):
            await change("a guess", ELSEWHERE)
    hashes = len(shop.passwords.calls)
    with pytest.raises(TooManyRequests):
        await change(PASSWORD, ELSEWHERE)
    assert await shop.guess(ELSEWHERE, password=PASSWORD) == "held"
    assert len(shop.passwords.calls) == hashes
    await change(PASSWORD, HERE)


@pytest.mark.parametrize("attempt", [at_once, from_one_address])
async def test_no_throttle_at_all_is_told(attempt: Callable[[Guarded], Any]) -> None:
    shop = await guarded()
    shop.by(Unthrottled(throttle=shop.throttle, limits=shop.limits))
    tried = await attempt(shop)
    assert tried in (1_000, (GUESSES, GUESSES))
