"""A visit to a shop in this process: nothing that it answers, writes, tells or keeps holds a secret."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.bootstrap.identities import CALLERS, own_key
from adapters.bootstrap.settings import Settings
from adapters.inbound.cli.plan import LIMITS
from core.user.model import RefreshToken
from tests.adapters.stores import in_mongo
from tests.core.user.people import a_user
from tests.figures import Figure
from tests.security.canaries.overheard import FORM, texts_in, written
from tests.security.canaries.search import Canaries
from tests.security.canaries.spills import WAYS, NakedSettings, echoes, spilling, told_login
from tests.security.canaries.visit import Visit
from tests.security.shops import SERVICES, Routers, Shop, shop, signing_key

SEARCHED = "{canaries} secrets searched for in {characters} characters that shops let out: {hits} found."
MANY: dict[str, Any] = {name.lower(): most for name, most in LIMITS.items()}


@asynccontextmanager
async def visited(canaries: Canaries, *, routers: Routers | None = None) -> AsyncIterator[tuple[Shop, Visit]]:
    """A shop whose every secret is a canary, and who comes to it."""
    for name in CALLERS:
        canaries.add_key(f"the key of {name}", own_key(name, "").pem)
    secrets: dict[str, Any] = {
        "password_pepper": canaries.random("the pepper"),
        "password_peppers_retired": canaries.random("a retired pepper"),
        "signing_keys": canaries.add_key("the signing key", signing_key()),
        "mongo_url": f"mongodb://shop:{canaries.random('the password of the database')}@127.0.0.1:9/",
    }
    async with shop(routers=routers, **MANY, **secrets) as s:
        yield (
            s,
            Visit(
                {service: s.client(service) for service in SERVICES},
                canaries,
                mailed=s.mailed_token,
                service_token=s.service_token,  # type: ignore[arg-type]  # of any name
            ),
        )


async def test_no_secret_is_answered_written_told_or_kept(figure: Figure) -> None:
    canaries = Canaries()
    with written() as log:
        async with visited(canaries) as (s, visit):
            await visit.everything("ada")
            await visit.buying("ben", (await s.product("SKU-1"))["id"])
            await s.use_cases["order"].relay_events()
            kept = " ".join(text for store in s.stores.values() for text in texts_in(store))
            told = json.dumps([repr(event) for event in s.publisher.told])
            shown = f"{s.settings!r} {s.settings} {s.use_cases!r} {s.stores!r} {s.mailbox.sent!r}"
    found = {
        **{place: canaries.found_in(answer) for place, answer in visit.answers},
        "the log": canaries.found_in(log.getvalue()),
        "the stores": canaries.found_in(kept, shapes=False),
        "the events": canaries.found_in(told),
        "how things show themselves": canaries.found_in(shown),
    }
    assert {place: names for place, names in found.items() if names} == {}
    assert len(s.publisher.told) >= 2
    assert 500 not in visit.statuses
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def test_what_breaks_tells_no_secret_however_it_quotes_them(figure: Figure) -> None:
    canaries = Canaries()
    known = f"mongodb://shop:{canaries.random('a password in an address')}@there/ {canaries.random('a key')}"
    with written() as log:
        async with visited(canaries, routers={"user": spilling(known, "http://shop.test")}) as (_, visit):
            account = {"email": "ada@example.com", "password": canaries.password("her password"), "name": "Ada"}
            for _ in WAYS:
                await visit.send("user", "POST", "/v1/users", account)
                await visit.send(
                    "user", "POST", "/v1/auth/login", {each: account[each] for each in account if each != "name"}
                )
                await visit.send("user", "POST", "/v1/auth/refresh", {"refresh_token": canaries.random("a token")})
                await visit.send("user", "GET", "/.well-known/jwks.json")
    assert set(visit.statuses) == {500, 503}
    told = log.getvalue()
    assert "Request" in told
    assert "ConnectionRefusedError 111 Connection refused" in told
    assert "DriverError 13" in told
    assert "which led to:" in told
    found = {place: names for place, answer in visit.answers if (names := canaries.found_in(answer))}
    assert (found, canaries.found_in(told)) == ({}, set())
    figure(SEARCHED, canaries=len(canaries.names), characters=canaries.searched, hits=0)


async def test_words_of_exceptions_in_an_ordinary_log_are_found() -> None:
    """The twin of the discretion: the same failures, written by logging's own formatter."""
    canaries = Canaries()
    known = canaries.random("a key")
    with written(logging.Formatter(FORM)) as log:
        async with visited(canaries, routers={"user": spilling(known, "http://shop.test")}) as (_, visit):
            for _ in WAYS:
                await visit.send("user", "GET", "/.well-known/jwks.json")
                assert canaries.found_in(log.getvalue()) == {"a key"}
                log.truncate(0)


async def test_a_login_that_writes_down_what_it_got_is_found() -> None:
    canaries = Canaries()
    with written() as log:
        async with visited(canaries, routers={"user": told_login}) as (_, visit):
            await visit.passwords("ada")
    assert "ada's 1 password" in canaries.found_in(log.getvalue())


async def test_an_error_that_echoes_the_input_is_found() -> None:
    canaries = Canaries()
    async with visited(canaries) as (s, visit):
        echoes(s.apps["user"])
        await visit.passwords("ada")
    found = {name for _, answer in visit.answers for name in canaries.found_in(answer)}
    assert {"ada's 1 password", "ada's 4 password"} <= found


def test_a_setting_that_shows_itself_is_found() -> None:
    canaries = Canaries()
    pepper = canaries.random("the pepper")
    assert not canaries.found_in(f"{Settings.model_validate({'password_pepper': pepper})!r}")
    assert canaries.found_in(f"{NakedSettings.model_validate({'password_pepper': pepper})}") == {"the pepper"}


async def test_what_a_driver_says_at_debug_is_found() -> None:
    """Which is why LOG_LEVEL does not reach drivers: that of MongoDB writes whole documents."""
    canaries = Canaries()
    with written(debug=("pymongo",)) as log:
        async with in_mongo("user") as store:
            await store.users.add(a_user(password_hash=f"$2b$12${'Zx9' * 17}"))
    assert canaries.found_in(log.getvalue()) == {"a password's hash"}


def test_a_store_that_keeps_a_token_as_it_is_is_found() -> None:
    canaries = Canaries()
    token = canaries.random("a token")
    shelf = {"sessions": [RefreshToken(session_id="1", secret=token)]}
    assert canaries.found_in(" ".join(texts_in(shelf)), shapes=False) == {"a token"}
    assert not canaries.found_in(repr(shelf))
