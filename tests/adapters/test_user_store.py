"""What is special about the store of accounts and sessions in memory."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from adapters.outbound.memory.user import MemorySessions, MemoryUsers
from core.shared.errors import VersionStale
from core.user.errors import SessionNotFound
from tests.builders import an_id
from tests.core.user.people import a_session, a_user
from tests.fakes import START


async def test_memory_does_not_fill_up_with_sessions_that_have_expired() -> None:
    sessions = MemorySessions()
    for day in range(100):
        await sessions.add(a_session(day, at=START + timedelta(days=day)))
    assert len(sessions._sessions) == len(sessions._expiries) == 30
    await sessions.get(an_id(70))
    with pytest.raises(SessionNotFound):
        await sessions.get(an_id(69))


async def test_threads_lose_no_change_in_memory() -> None:
    users = MemoryUsers()
    await users.add(a_user(1))

    def work(number: int) -> int:
        return asyncio.run(once(number))

    async def once(number: int) -> int:
        kept = 0
        for version in range(2, 200):
            with suppress(VersionStale):
                await users.save(a_user(1, name=f"Sam {number}", version=version))
                kept += 1
            with suppress(VersionStale):
                await users.add(a_user(1000 + version))
        return kept

    counts = await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(8)))
    assert sum(counts) == (await users.get(an_id(1))).version - 1
    page = await users.list(limit=1000, after=None)
    assert [user.id for user in page.items] == [an_id(1000 + version) for version in range(199, 1, -1)] + [an_id(1)]
