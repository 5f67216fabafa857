"""What every store of accounts and sessions keeps: `Users` and `Sessions`."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from adapters.outbound.memory.user import MemorySessions, MemoryUsers
from core.shared.errors import ShopError, VersionStale
from core.shared.paging import Cursor, CursorInvalid, Page
from core.user.errors import EmailTaken, SessionNotFound, UserNotFound
from core.user.model import RefreshToken, Session, User
from core.user.ports import Sessions, Users
from tests.adapters.stores import on_every_store
from tests.builders import an_id
from tests.core.user.people import a_session, a_user, an_address
from tests.fakes import START

AT_ONCE = 32


class UserStore(Protocol):
    @property
    def users(self) -> Users: ...

    @property
    def sessions(self) -> Sessions: ...


async def accepted(calls: Iterable[Awaitable[None]], refusal: type[ShopError]) -> int:
    """How many of the calls, made all at once, were not refused."""

    async def one(call: Awaitable[None]) -> bool:
        try:
            await call
        except refusal:
            return False
        return True

    return sum(await asyncio.gather(*map(one, calls)))


@on_every_store("user")
async def test_an_account_is_read_as_it_was_added(store: UserStore) -> None:
    plain = a_user(1)
    full = a_user(
        2,
        email="j\u00f6rg@b\u00fccher.example",
        email_verified=True,
        name="\u6771\u4eac $set a.b \U0001f36e",
        phone="+44 20 7946 0958",
        roles=frozenset({"customer", "admin"}),
        status="disabled",
        addresses=(an_address(1), an_address(2, line2="Flat 3", region="Avon", phone="0117 496 0958")),
        sign_ins=7,
        created_at=START + timedelta(milliseconds=123),
    )
    for user in (plain, full):
        await store.users.add(user)
        assert await store.users.get(user.id) == user
        assert await store.users.by_email(user.email) == user


@on_every_store("user")
async def test_an_unknown_account_is_not_found(store: UserStore) -> None:
    await store.users.add(a_user(1))
    for id in (an_id(9), "", "no id", "$gt", "a.b"):
        with pytest.raises(UserNotFound):
            await store.users.get(id)
        with pytest.raises(UserNotFound):
            await store.users.by_email(id)
    with pytest.raises(UserNotFound):
        await store.users.save(replace(a_user(9), version=2))
    with pytest.raises(UserNotFound):
        await store.users.get(an_id(9))


@on_every_store("user")
async def test_a_saved_version_replaces_the_one_before(store: UserStore) -> None:
    await store.users.add(a_user(1, addresses=(an_address(1),)))
    changed = a_user(1, addresses=(an_address(2),)).with_password("plain$other")
    await store.users.save(changed)
    assert await store.users.get(an_id(1)) == changed
    assert await store.users.by_email(changed.email) == changed
    erased = changed.erased()
    await store.users.save(erased)
    assert await store.users.get(an_id(1)) == erased


@on_every_store("user")
async def test_only_the_next_version_of_an_account_can_be_saved(store: UserStore) -> None:
    await store.users.add(a_user())
    await store.users.save(replace(a_user(), version=2))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await store.users.save(replace(a_user(name="Other"), version=version))
    assert await store.users.get(an_id(1)) == replace(a_user(), version=2)


@on_every_store("user")
async def test_an_address_belongs_to_one_account(store: UserStore) -> None:
    await store.users.add(a_user(1))
    with pytest.raises(EmailTaken):
        await store.users.add(a_user(2, email=a_user(1).email))
    with pytest.raises(UserNotFound):
        await store.users.get(an_id(2))
    await store.users.add(a_user(2))
    with pytest.raises(EmailTaken):
        await store.users.save(a_user(2, email=a_user(1).email, version=2))
    assert await store.users.get(an_id(2)) == a_user(2)
    assert await store.users.by_email(a_user(1).email) == a_user(1)


@on_every_store("user")
async def test_an_id_that_is_known_is_refused_and_nothing_is_forgotten(store: UserStore) -> None:
    await store.users.add(a_user(1))
    with pytest.raises(VersionStale):
        await store.users.add(a_user(1, email="other@example.com"))
    with pytest.raises((VersionStale, EmailTaken)):
        await store.users.add(a_user(1))
    assert await store.users.get(an_id(1)) == a_user(1)
    await store.users.add(a_user(2, email="other@example.com"))
    await store.sessions.add(a_session(1))
    with pytest.raises(VersionStale):
        await store.sessions.add(replace(a_session(1), sign_ins=9))
    assert await store.sessions.get(an_id(1)) == a_session(1)


@on_every_store("user")
async def test_a_stale_version_is_told_before_a_taken_address(store: UserStore) -> None:
    await store.users.add(a_user(1))
    await store.users.add(a_user(2))
    with pytest.raises(VersionStale):
        await store.users.save(a_user(2, email=a_user(1).email, version=5))


@on_every_store("user")
async def test_an_address_that_was_given_up_is_free(store: UserStore) -> None:
    await store.users.add(a_user(1))
    await store.users.save(a_user(1).erased())
    with pytest.raises(UserNotFound):
        await store.users.by_email(a_user(1).email)
    again = a_user(2, email=a_user(1).email)
    await store.users.add(again)
    assert await store.users.by_email(again.email) == again


@on_every_store("user")
async def test_of_equal_next_versions_saved_at_once_one_is_kept(store: UserStore) -> None:
    await store.users.add(a_user())
    rivals = [a_user(name=f"Sam {number}", version=2) for number in range(AT_ONCE)]
    assert await accepted(map(store.users.save, rivals), VersionStale) == 1
    assert await store.users.get(an_id(1)) in rivals


@on_every_store("user")
async def test_of_accounts_with_one_address_added_at_once_one_is_kept(store: UserStore) -> None:
    rivals = [a_user(number, email="sam@example.com") for number in range(AT_ONCE)]
    assert await accepted(map(store.users.add, rivals), EmailTaken) == 1
    page = await store.users.list(limit=100, after=None)
    assert page.items == (await store.users.by_email("sam@example.com"),)


@on_every_store("user")
async def test_accounts_are_listed_the_newest_first_however_long_the_page(store: UserStore) -> None:
    for number in (3, 1, 5, 2, 4):
        await store.users.add(a_user(number))
    newest_first = [a_user(number) for number in (5, 4, 3, 2, 1)]
    for limit in range(1, 7):
        assert await listed(store.users, limit=limit) == newest_first
    assert (await store.users.list(limit=5, after=None)).next is None
    assert (await store.users.list(limit=2, after=None)).next == Cursor(order="-id", key=(an_id(4),))


async def listed(users: Users, *, limit: int) -> list[User]:
    found: list[User] = []
    after: Cursor | None = None
    while True:
        page = await users.list(limit=limit, after=after)
        assert len(page.items) <= limit
        found += page.items
        after = page.next
        if after is None:
            return found


@on_every_store("user")
async def test_no_account_is_repeated_or_missed_because_others_come(store: UserStore) -> None:
    for number in (2, 4, 6):
        await store.users.add(a_user(number))
    first = await store.users.list(limit=2, after=None)
    for number in (3, 5, 7):
        await store.users.add(a_user(number))
    rest = await store.users.list(limit=10, after=first.next)
    assert [user.id for user in (*first.items, *rest.items)] == [an_id(n) for n in (6, 4, 3, 2)]


@on_every_store("user")
async def test_there_may_be_no_account_at_all(store: UserStore) -> None:
    assert await store.users.list(limit=20, after=None) == Page(items=(), next=None)


@on_every_store("user")
async def test_a_cursor_of_another_list_is_refused(store: UserStore) -> None:
    for cursor in (Cursor(order="id", key=(an_id(1),)), Cursor(order="-id", key=(1,)), Cursor(order="-id", key=())):
        with pytest.raises(CursorInvalid):
            await store.users.list(limit=20, after=cursor)
    assert (await store.users.list(limit=20, after=Cursor(order="-id", key=("$gt",)))).next is None


@on_every_store("user")
async def test_a_session_is_read_as_it_was_added_and_saved(store: UserStore) -> None:
    session = a_session()
    await store.sessions.add(session)
    assert await store.sessions.get(session.id) == session
    for number in range(3):
        old = RefreshToken(session_id=session.id, secret="first")
        session = session.rotated(old, replace(old, secret=f"next {number}"), at=START + timedelta(seconds=number))
        await store.sessions.save(session)
        assert await store.sessions.get(session.id) == session


@on_every_store("user")
async def test_an_unknown_session_is_not_found(store: UserStore) -> None:
    for id in (an_id(9), "", "$gt"):
        with pytest.raises(SessionNotFound):
            await store.sessions.get(id)
    with pytest.raises(VersionStale):
        await store.sessions.save(a_session().kept_for(a_user()))
    with pytest.raises(SessionNotFound):
        await store.sessions.get(a_session().id)


@on_every_store("user")
async def test_only_the_next_version_of_a_session_can_be_saved(store: UserStore) -> None:
    await store.sessions.add(a_session())
    await store.sessions.save(replace(a_session(), version=2))
    for version in (1, 2, 4):
        with pytest.raises(VersionStale):
            await store.sessions.save(replace(a_session(), sign_ins=9, version=version))
    assert await store.sessions.get(a_session().id) == replace(a_session(), version=2)


@on_every_store("user")
async def test_of_equal_next_versions_of_a_session_saved_at_once_one_is_kept(store: UserStore) -> None:
    await store.sessions.add(a_session())
    rivals = [replace(a_session(), sign_ins=number, version=2) for number in range(AT_ONCE)]
    assert await accepted(map(store.sessions.save, rivals), VersionStale) == 1


@on_every_store("user")
async def test_a_session_is_forgotten_alone_and_again_changes_nothing(store: UserStore) -> None:
    await store.sessions.add(a_session(1))
    await store.sessions.add(a_session(2))
    for _ in range(2):
        await store.sessions.remove(an_id(1))
    with pytest.raises(SessionNotFound):
        await store.sessions.get(an_id(1))
    with pytest.raises(VersionStale):
        await store.sessions.save(replace(a_session(1), version=2))
    assert await store.sessions.get(an_id(2)) == a_session(2)


@on_every_store("user")
async def test_a_session_is_kept_until_it_expires(store: UserStore) -> None:
    kept = a_session(1)
    await store.sessions.add(kept)
    await store.sessions.add(a_session(2, at=kept.expires_at - timedelta(milliseconds=1)))
    assert await store.sessions.get(an_id(1)) == kept


async def test_memory_does_not_fill_up_with_sessions_that_have_expired() -> None:
    sessions = MemorySessions()
    for day in range(100):
        await sessions.add(a_session(day, at=START + timedelta(days=day)))
    assert len(sessions._sessions) == len(sessions._expiries) == 30
    await sessions.get(an_id(70))
    with pytest.raises(SessionNotFound):
        await sessions.get(an_id(69))


async def test_memory_is_safe_between_threads() -> None:
    users = MemoryUsers()
    await users.add(a_user(1))

    def work(number: int) -> int:
        return asyncio.run(once(number))

    async def once(number: int) -> int:
        kept = 0
        for version in range(2, 200):
            kept += await accepted([users.save(a_user(1, name=f"Sam {number}", version=version))], VersionStale)
            await accepted([users.add(a_user(1000 + version, email=f"{version}@example.com"))], VersionStale)
        return kept

    counts = await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(8)))
    assert sum(counts) == (await users.get(an_id(1))).version - 1
    assert len(await listed(users, limit=7)) == 199


class LastWins(MemoryUsers):
    """The naive twin: compares with the version it read a moment ago, and then saves whatever the version is now."""

    async def save(self, user: User) -> None:
        kept = await self.get(user.id)
        await asyncio.sleep(0)
        if kept.version != user.version - 1:
            raise VersionStale("Stale.")
        self._users[user.id] = user


class LooksFirst(MemoryUsers):
    """The naive twin: looks whether an address is free, and a moment later takes it."""

    async def add(self, user: User) -> None:
        if user.email in self._id_of:
            raise EmailTaken("Taken.")
        await asyncio.sleep(0)
        self._id_of[user.email] = user.id
        self._users[user.id] = user


class Revives(MemorySessions):
    """The naive twin: saves a session whether or not it is still there."""

    async def save(self, session: Session) -> None:
        self._sessions[session.id] = session


async def test_the_suite_catches_naive_twins() -> None:
    last_wins = LastWins()
    await last_wins.add(a_user())
    assert await accepted((last_wins.save(a_user(version=2)) for _ in range(AT_ONCE)), VersionStale) == AT_ONCE
    rivals = [a_user(number, email="sam@example.com") for number in range(AT_ONCE)]
    assert await accepted(map(LooksFirst().add, rivals), EmailTaken) == AT_ONCE
    assert await accepted([Revives().save(a_session())], VersionStale) == 1
