"""Refresh tokens rotate: whoever is honest stays signed in, and a stolen token signs its thief out (OWASP ASVS 5.0,
10.4.5; RFC 9700, section 4.14.2). On every store.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.user.errors import SessionNotFound
from core.user.model import RefreshToken
from core.user.ports import Sessions
from tests.adapters.stores import on_every_store
from tests.figures import Figure
from tests.security.sessions.people import LATER, MOMENT, People, honest, thief_comes_first, thief_comes_later
from tests.security.sessions.twins import FamilyGoesOn, NoGrace, NothingIsSpent

HONEST, STEPS = 10, 20
THIEVES = 60
Theft = Callable[[People], Awaitable[bool]]
THEFTS: tuple[Theft, ...] = (thief_comes_later, thief_comes_first)


@on_every_store("user")
async def test_nobody_honest_is_signed_out(store: Any, figure: Figure) -> None:
    people = People(store, store.sessions, seed=18)
    signed_out = sum([await honest(people, STEPS) for _ in range(HONEST)])
    figure(
        "Sessions: {steps} visits with tabs at once, lost replies and rests, {signed_out} honest sign-outs.",
        steps=HONEST * STEPS,
        signed_out=signed_out,
    )
    assert signed_out == 0


@on_every_store("user")
async def test_every_thief_is_signed_out(store: Any, figure: Figure) -> None:
    people = People(store, store.sessions, seed=18)
    stayed = sum([await theft(people) for theft in THEFTS for _ in range(THIEVES)])
    figure(
        "Sessions: {thieves} stolen refresh tokens, {stayed} thieves still signed in.",
        thieves=THIEVES * len(THEFTS),
        stayed=stayed,
    )
    assert stayed == 0


@on_every_store("user")
async def test_the_access_token_of_a_stolen_session_has_no_session_any_more(store: Any) -> None:
    people = People(store, store.sessions, seed=18)
    sam = await people.someone()
    await sam.refreshes()
    people.rest(LATER, LATER)
    assert not await people.is_signed_in(sam.spent[0])
    assert not await people.is_signed_in(sam.token)
    session_id = RefreshToken.of(sam.token).session_id
    with pytest.raises(SessionNotFound):
        await store.sessions.get(session_id)


@on_every_store("user")
async def test_a_reply_that_was_lost_is_asked_for_again_within_moments(store: Any) -> None:
    people = People(store, store.sessions, seed=18)
    sam = await people.someone()
    for _ in range(3):
        await sam.refreshes(reply_is_lost=True)
    people.rest(MOMENT, MOMENT)
    await sam.refreshes()
    people.rest(LATER, LATER)
    await sam.refreshes()


@pytest.mark.parametrize("twin", [FamilyGoesOn, NothingIsSpent])
@on_every_store("user")
async def test_a_session_that_survives_a_theft_is_caught(store: Any, twin: Callable[[Sessions], Sessions]) -> None:
    people = People(store, twin(store.sessions), seed=18)
    assert sum([await theft(people) for theft in THEFTS for _ in range(5)]) > 0


@on_every_store("user")
async def test_a_rotation_without_grace_is_caught(store: Any) -> None:
    people = People(store, NoGrace(store.sessions), seed=18)
    assert await honest(people, STEPS) > 0
