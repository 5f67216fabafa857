"""The contract of `core.user.ports.Users`."""

import asyncio
from dataclasses import replace

import pytest

from core.shared.errors import VersionStale
from core.shared.paging import Cursor, CursorInvalid, Page
from core.user.errors import EmailTaken, UserNotFound
from core.user.model import User
from core.user.ports import Users
from tests.adapters.contracts.pages import walked
from tests.adapters.contracts.rivals import MANY, kept, until_kept
from tests.adapters.contracts.values import MOMENTS, TEXTS, is_utc
from tests.builders import an_id
from tests.core.user.people import a_user, an_address

SAMS = a_user(1).email


async def every_version_comes_back_to_the_field(users: Users) -> None:
    plain = a_user(1)
    full = a_user(
        2,
        email_verified=True,
        phone="+44 20 7946 0958",
        roles=frozenset({"customer", "admin"}),
        status="disabled",
        addresses=(an_address(2), an_address(1, line2="Flat 3", region="Avon", phone="0117 496 0958")),
        sign_ins=2**31,
    )
    for first in (plain, full):
        await users.add(first)
        changed = first.with_address(an_address(3)).with_password("plain$other")
        for user in (first, replace(changed, version=2), replace(first.erased(), version=3)):
            if user is not first:
                await users.save(user)
            assert await users.get(user.id) == user
            assert await users.by_email(user.email) == user


async def every_text_comes_back_to_the_character(users: Users) -> None:
    for number, text in enumerate(TEXTS):
        address = an_address(1, name=text, line1=text, line2=text, city=text, region=text, postal_code=text, phone=text)
        email = f"{text}@{number}.example"
        user = a_user(number, email=email, name=text, phone=text, password_hash=text, addresses=(address,))
        await users.add(user)
        assert await users.get(user.id) == user
        assert await users.by_email(email) == user


async def every_time_comes_back_in_utc_to_the_millisecond(users: Users) -> None:
    for number, moment in enumerate(MOMENTS):
        await users.add(a_user(number, created_at=moment))
        found = await users.get(an_id(number))
        assert found.created_at == moment
        assert is_utc(found.created_at)


async def an_account_that_is_not_there_is_not_found(users: Users) -> None:
    await users.add(a_user(0xABC, email=SAMS))
    for text in (an_id(9), an_id(0xABC).upper(), SAMS, *TEXTS):
        with pytest.raises(UserNotFound):
            await users.get(text)
    for text in (an_id(0xABC), "sam9@example.com", SAMS.upper(), f" {SAMS}", SAMS[:-1], *TEXTS):
        with pytest.raises(UserNotFound):
            await users.by_email(text)


async def an_account_that_was_never_added_cannot_be_saved(users: Users) -> None:
    await users.add(a_user(1))
    for version in (1, 2):
        with pytest.raises(UserNotFound):
            await users.save(a_user(9, version=version))
    with pytest.raises(UserNotFound):
        await users.get(an_id(9))
    await users.add(a_user(9))


async def only_the_next_version_is_kept(users: Users) -> None:
    await users.add(a_user())
    for version in (2, 3):
        await users.save(a_user(version=version))
    for version in (1, 2, 3, 5):
        with pytest.raises(VersionStale):
            await users.save(a_user(name="Other", email="other@example.com", version=version))
    assert await users.get(an_id(1)) == await users.by_email(SAMS) == a_user(version=3)
    await users.save(a_user(version=4))


async def an_account_is_added_once(users: Users) -> None:
    await users.add(a_user(1))
    with pytest.raises(VersionStale):
        await users.add(a_user(1, email="other@example.com"))
    with pytest.raises((VersionStale, EmailTaken)):
        await users.add(a_user(1, name="Other"))
    assert await users.get(an_id(1)) == await users.by_email(SAMS) == a_user(1)
    await users.add(a_user(2, email="other@example.com"))


async def an_address_that_an_account_has_cannot_be_added(users: Users) -> None:
    await users.add(a_user(1))
    with pytest.raises(EmailTaken):
        await users.add(a_user(2, email=SAMS))
    assert await users.by_email(SAMS) == a_user(1)
    assert (await users.list(limit=9, after=None)).items == (a_user(1),)
    with pytest.raises(UserNotFound):
        await users.get(an_id(2))
    await users.add(a_user(2))


async def an_address_that_an_account_has_cannot_be_saved(users: Users) -> None:
    for number in (1, 2):
        await users.add(a_user(number))
    with pytest.raises(EmailTaken):
        await users.save(a_user(2, email=SAMS, version=2))
    assert await users.get(an_id(2)) == await users.by_email(a_user(2).email) == a_user(2)
    assert await users.by_email(SAMS) == a_user(1)
    await users.save(a_user(2, name="Other", version=2))


async def addresses_differ_in_every_character(users: Users) -> None:
    for number, email in enumerate((SAMS, SAMS.upper(), f"{SAMS} ", "é@example.com", "e\u0301@example.com")):
        await users.add(a_user(number, email=email))
        assert await users.by_email(email) == a_user(number, email=email)


async def a_stale_version_is_told_before_a_taken_address(users: Users) -> None:
    for number in (1, 2):
        await users.add(a_user(number))
    for version in (1, 5):
        with pytest.raises(VersionStale):
            await users.save(a_user(2, email=SAMS, version=version))


async def an_address_that_was_given_up_is_free_at_once(users: Users) -> None:
    await users.add(a_user(1))
    await users.add(a_user(2))
    await users.save(a_user(1, email="new@example.com", version=2))
    with pytest.raises(UserNotFound):
        await users.by_email(SAMS)
    await users.add(a_user(3, email=SAMS))
    assert await users.by_email(SAMS) == a_user(3, email=SAMS)
    await users.save(a_user(3, email=SAMS).erased())
    await users.save(a_user(2, email=SAMS, version=2))
    assert await users.by_email(SAMS) == a_user(2, email=SAMS, version=2)


async def of_many_next_versions_one_is_kept(users: Users) -> None:
    await users.add(a_user())
    for version in (2, 3, 4):
        rivals = [a_user(name=f"Sam {number}", version=version) for number in range(MANY)]
        assert await kept(rivals, users.save, VersionStale) == [await users.get(an_id(1))]


async def of_many_accounts_of_one_id_one_is_kept(users: Users) -> None:
    rivals = [a_user(email=f"{number}@example.com") for number in range(MANY)]
    assert await kept(rivals, users.add, VersionStale) == [await users.get(an_id(1))]


async def of_many_accounts_with_one_address_one_is_kept(users: Users) -> None:
    rivals = [a_user(number, email=SAMS) for number in range(MANY)]
    (winner,) = await kept(rivals, users.add, EmailTaken)
    assert await users.by_email(SAMS) == winner
    assert await users.list(limit=100, after=None) == Page(items=(winner,), next=None)


async def of_many_accounts_that_change_to_one_address_one_does(users: Users) -> None:
    for number in range(MANY):
        await users.add(a_user(number))
    rivals = [a_user(number, email="sam@example.com", version=2) for number in range(MANY)]
    assert await kept(rivals, users.save, EmailTaken) == [await users.by_email("sam@example.com")]


async def no_change_is_lost(users: Users) -> None:
    await users.add(a_user())

    async def count() -> None:
        user = await users.get(an_id(1))
        await users.save(user.signed_out())

    await asyncio.gather(*(until_kept(count, VersionStale) for _ in range(MANY)))
    assert await users.get(an_id(1)) == a_user(sign_ins=1 + MANY, version=1 + MANY)


async def accounts_are_listed_the_newest_first_however_long_the_page(users: Users) -> None:
    for number in (3, 1, 5, 2, 4):
        await users.add(a_user(number))
    await users.save(a_user(2, name="Changed", version=2))
    newest_first = [a_user(5), a_user(4), a_user(3), a_user(2, name="Changed", version=2), a_user(1)]
    for limit in range(1, 7):
        assert await _listed(users, limit=limit) == newest_first


async def there_may_be_no_account_at_all(users: Users) -> None:
    assert await users.list(limit=20, after=None) == Page(items=(), next=None)


async def an_account_is_met_once_whatever_comes_or_changes(users: Users) -> None:
    for number in range(10, 30, 2):
        await users.add(a_user(number))
    met: list[str] = []
    cursor: Cursor | None = None
    for turn in range(5):
        page = await users.list(limit=2, after=cursor)
        met += [user.id for user in page.items]
        await users.add(a_user(40 + turn))
        await users.add(a_user(27 - 2 * turn))
        await users.save(page.items[-1].erased())
        cursor = page.next
    assert [id for id in met if int(id[-2:], 16) % 2 == 0] == [an_id(number) for number in range(28, 8, -2)]
    assert len(met) == len(set(met))


async def a_cursor_need_not_name_an_account(users: Users) -> None:
    for number in (1, 3, 5):
        await users.add(a_user(number))
    for id, numbers in ((an_id(4), (3, 1)), (an_id(3), (1,)), (an_id(9), (5, 3, 1)), ("$gt", ()), ("", ())):
        page = await users.list(limit=20, after=Cursor(order="-id", key=(id,)))
        assert page == Page(items=tuple(map(a_user, numbers)), next=None)


async def a_cursor_of_another_list_is_refused(users: Users) -> None:
    await users.add(a_user())
    for cursor in (
        Cursor(order="id", key=(an_id(1),)),
        Cursor(order="-name", key=(an_id(1),)),
        Cursor(order="-id", key=(1,)),
        Cursor(order="-id", key=()),
        Cursor(order="-id", key=(an_id(1), an_id(2))),
    ):
        with pytest.raises(CursorInvalid):
            await users.list(limit=20, after=cursor)


async def _listed(users: Users, *, limit: int) -> list[User]:
    return await walked(lambda after: users.list(limit=limit, after=after), limit=limit)
