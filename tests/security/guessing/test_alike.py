"""Login and reset do not tell whether there is an account, by what they say or by the work they do (guarantee 20).

What is compared is every call that leaves the core, in order, which no busy machine can blur as it does times.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.user.errors import EmailTaken
from core.user.use_cases.guessing import Guessing
from tests.core.user.people import EMAIL, HERE, PASSWORD
from tests.figures import Figure
from tests.security.guessing.attack import NOBODY, Guarded, guarded, places
from tests.security.guessing.naive import CountsTheOwner, SkipsUnknown
from tests.security.shops import shop as whole_shop

Ask = Callable[[Guarded, str, str], Awaitable[object]]
Met = tuple[list[str], object]

CLIENTS = [*["203.0.113.9"] * 12, *places(60)]
"""One that comes often enough to be held, and enough others for their sum to be held."""


def login(shop: Guarded, email: str, client: str) -> Awaitable[object]:
    return shop.use.login(email=email, password="a wrong guess", client=client)


def reset(shop: Guarded, email: str, client: str) -> Awaitable[object]:
    return shop.use.request_password_reset(email=email, client=client)


async def met(shop: Guarded, ask: Ask, email: str) -> list[Met]:
    return [await shop.meets(ask(shop, email, client)) for client in CLIENTS]


@pytest.mark.parametrize(
    ("ask", "work"), [(login, "passwords.verify"), (reset, "pending_mails.add")], ids=["login", "reset"]
)
async def test_a_hit_and_a_miss_make_the_same_calls_and_get_the_same_answers(
    ask: Ask, work: str, figure: Figure
) -> None:
    hits, misses = [await met(await guarded(), ask, email) for email in (EMAIL, NOBODY)]
    assert hits == misses
    times = [sum(call.startswith(work) for call in calls) for calls, _ in hits]
    passed, held = [each for each in times if each], [each for each in times if not each]
    assert len(passed) > 1
    assert set(passed) == {1}
    assert len(held) > 5
    figure(
        "enumeration: {tries} tries at login and reset, {held} of them held, met the same calls and the same answers"
        " with an account and without",
        tries=len(hits),
        held=len(held),
    )


async def test_whoever_is_held_costs_no_hash_and_no_look_at_the_accounts() -> None:
    shop = await guarded()
    for calls, outcome in await met(shop, login, EMAIL):
        if "too_many_requests" in str(outcome):
            assert {call.partition(".")[0] for call in calls} == {"tallies"}
    assert [call for call, _ in await met(shop, login, EMAIL) if "passwords.verify" in call] == []


@pytest.mark.parametrize(
    "twin",
    [
        lambda shop: SkipsUnknown(throttle=shop.throttle, limits=shop.limits, users=shop.users),
        lambda shop: CountsTheOwner(throttle=shop.throttle, limits=shop.limits),
    ],
    ids=["skips unknown accounts", "counts the owner"],
)
async def test_a_throttle_that_tells_accounts_apart_is_told(twin: Callable[[Guarded], Guessing]) -> None:
    answers = []
    for email in (EMAIL, NOBODY):
        shop = Guarded()
        shop.by(twin(shop))
        await shop.sam()
        assert await shop.guess(HERE, password=PASSWORD) == "in"
        answers.append(await met(shop, login, email))
    assert answers[0] != answers[1]


async def test_registration_says_that_an_address_is_taken_and_not_often() -> None:
    shop = await guarded()
    told = 0
    for number in range(1_000):
        _, outcome = await shop.meets(
            shop.use.register(email=f"{number}@example.com", password="correct horse", name="Sam", client="203.0.113.9")
        )
        told += outcome is None
    assert told == shop.settings.registrations_per_address
    shop.clock.advance(86_400)
    results = await asyncio.gather(
        *(
            shop.use.register(email=EMAIL, password="correct horse", name="Sam", client=client)
            for client in places(1_000)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, EmailTaken) for result in results) == shop.settings.registrations_per_account


async def test_what_could_open_no_account_keeps_nobody_from_opening_it() -> None:
    shop = await guarded()
    for client in places(100):
        for wrong in ({"name": ""}, {"password": "short"}):
            given = {"email": NOBODY, "password": "correct horse", "name": "Kim", "client": client}
            _, outcome = await shop.meets(shop.use.register(**{**given, **wrong}))
            assert outcome is not None
    await shop.use.register(email=NOBODY, password="correct horse", name="Kim", client=HERE)


async def test_what_is_counted_names_nobody() -> None:
    shop = await guarded()
    for email in (EMAIL, NOBODY, "no address", "x" * 300, "\ud800"):
        await shop.guess("203.0.113.9", email=email)
        await shop.meets(reset(shop, email, "203.0.113.9"))
    assert len(shop.tallies._tallies) > 10
    for key in shop.tallies._tallies:
        assert "@" not in key
        assert "sam" not in key
        assert len(key) < 200


async def test_every_spelling_of_an_address_is_one_account() -> None:
    shop = await guarded()
    for email in ("sam@example.com", " SAM@example.com", "Sam@Example.COM ", "sAm@example.com", "saM@example.com"):
        assert await shop.guess("203.0.113.9", email=email) == "wrong"
    assert await shop.guess("203.0.113.9") == "held"


async def test_over_http_too_status_headers_and_body_are_the_same() -> None:
    answers = []
    for email in ("sam@example.com", NOBODY):
        async with whole_shop() as shop:
            await shop.sign_up("sam@example.com")
            http = shop.client("user", address="203.0.113.9")
            met = []
            for path, body, times in (
                ("/v1/auth/login", {"email": email, "password": "a wrong guess"}, 8),
                ("/v1/auth/password-reset", {"email": email}, 8),
            ):
                for _ in range(times):
                    answer = await http.post(path, json=body, headers={"X-Request-Id": "one"})
                    met.append((answer.status_code, sorted(answer.headers.items()), answer.text))
            answers.append(met)
    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [401] * 5 + [429] * 3 + [202] * 8
    for status, headers, text in answers[0]:
        if status == 429:
            assert int(dict(headers)["retry-after"]) > 0
            assert '"code":"too_many_requests"' in text.replace(" ", "")
