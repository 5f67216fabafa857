"""The contract of `core.user.ports.Sessions`.

Sessions in here expire centuries from now: a store may forget one that has expired by the clock on the wall.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import pytest

from core.shared.errors import VersionStale
from core.user.errors import SessionNotFound
from core.user.model import RefreshToken, Session, Spent
from core.user.ports import Sessions
from tests.adapters.contracts.rivals import MANY, kept
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.builders import an_id
from tests.core.user.people import LASTS, a_session

BEGUN = datetime(2999, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def _begun(number: int = 1, *, at: datetime = BEGUN, lasts: timedelta = LASTS, version: int = 1) -> Session:
    return replace(a_session(number, at=at, lasts=lasts), version=version)


async def every_version_comes_back_to_the_field(sessions: Sessions) -> None:
    session = _begun()
    await sessions.add(session)
    assert await sessions.get(session.id) == session
    first = RefreshToken(session_id=session.id, secret="first")
    for number in range(3):
        at = BEGUN + timedelta(milliseconds=number)
        session = session.rotated(first, replace(first, secret=f"next {number}"), at=at)
        await sessions.save(session)
        assert await sessions.get(session.id) == session
    for changed in (
        replace(session, sign_ins=2**31, live=(), version=5),
        replace(session, spent=tuple(Spent(digest=f"{number}", at=BEGUN) for number in (3, 1, 2)), version=6),
    ):
        await sessions.save(changed)
        assert await sessions.get(session.id) == changed


async def every_text_comes_back_to_the_character(sessions: Sessions) -> None:
    for number, text in enumerate(TEXTS):
        session = replace(_begun(number), user_id=text, live=(text,), spent=(Spent(digest=text, at=BEGUN),))
        await sessions.add(session)
        assert await sessions.get(session.id) == session


async def every_time_comes_back_in_utc_to_the_millisecond(sessions: Sessions) -> None:
    for number, moment in enumerate(MOMENTS):
        spent = (Spent(digest="spent", at=moment),)
        session = replace(_begun(number), begun_at=moment, expires_at=max(moment, BEGUN), spent=spent)
        await sessions.add(session)
        found = await sessions.get(session.id)
        assert found == session
        assert is_utc(found.begun_at, found.expires_at, found.spent[0].at)


async def a_session_that_is_not_there_is_not_found(sessions: Sessions) -> None:
    await sessions.add(_begun(0xABC))
    for id in (an_id(9), an_id(0xABC).upper(), *TEXTS):
        with pytest.raises(SessionNotFound):
            await sessions.get(id)


async def a_session_that_was_never_added_cannot_be_saved(sessions: Sessions) -> None:
    for version in (1, 2):
        with pytest.raises(VersionStale):
            await sessions.save(_begun(version=version))
    with pytest.raises(SessionNotFound):
        await sessions.get(_begun().id)


async def only_the_next_version_is_kept(sessions: Sessions) -> None:
    await sessions.add(_begun())
    for version in (2, 3):
        await sessions.save(_begun(version=version))
    for version in (1, 2, 3, 5):
        with pytest.raises(VersionStale):
            await sessions.save(replace(_begun(version=version), sign_ins=9))
    assert await sessions.get(_begun().id) == _begun(version=3)
    await sessions.save(_begun(version=4))


async def a_session_is_added_once(sessions: Sessions) -> None:
    await sessions.add(_begun())
    for other in (_begun(), replace(_begun(), user_id=an_id(77))):
        with pytest.raises(VersionStale):
            await sessions.add(other)
    assert await sessions.get(_begun().id) == _begun()


async def one_person_may_have_many_sessions(sessions: Sessions) -> None:
    for number in range(100):
        await sessions.add(_begun(number))
    for number in range(100):
        assert await sessions.get(an_id(number)) == _begun(number)


async def of_many_sessions_of_one_id_one_is_kept(sessions: Sessions) -> None:
    rivals = [replace(_begun(), sign_ins=number) for number in range(MANY)]
    assert await kept(rivals, sessions.add, VersionStale) == [await sessions.get(_begun().id)]


async def of_many_next_versions_one_is_kept(sessions: Sessions) -> None:
    await sessions.add(_begun())
    for version in (2, 3, 4):
        rivals = [replace(_begun(version=version), sign_ins=number) for number in range(MANY)]
        assert await kept(rivals, sessions.save, VersionStale) == [await sessions.get(_begun().id)]


async def a_session_is_forgotten_alone_and_for_good(sessions: Sessions) -> None:
    for number in (1, 2):
        await sessions.add(_begun(number))
    await sessions.save(_begun(1, version=2))
    await sessions.remove(an_id(1))
    with pytest.raises(SessionNotFound):
        await sessions.get(an_id(1))
    for version in (1, 2, 3):
        with pytest.raises(VersionStale):
            await sessions.save(_begun(1, version=version))
    with pytest.raises(SessionNotFound):
        await sessions.get(an_id(1))
    assert await sessions.get(an_id(2)) == _begun(2)


async def to_forget_what_is_not_there_changes_nothing(sessions: Sessions) -> None:
    await sessions.add(_begun(1))
    await sessions.add(_begun(2))
    for id in (an_id(2), an_id(2), an_id(9), *TEXTS):
        await sessions.remove(id)
    assert await sessions.get(an_id(1)) == _begun(1)


async def a_session_is_kept_until_it_expires(sessions: Sessions) -> None:
    """Up to the last moment, while others expire and begin."""
    lengths = {number: timedelta(days=days) for number, days in enumerate((30, 1, 365, 7))}
    for number, lasts in lengths.items():
        await sessions.add(_begun(number, lasts=lasts))
    for number, lasts in sorted(lengths.items(), key=itemgetter(1)):
        await sessions.add(_begun(10 + number, at=BEGUN + lasts - timedelta(milliseconds=1)))
        for other, others in lengths.items():
            if others >= lasts:
                assert await sessions.get(an_id(other)) == _begun(other, lasts=others)
