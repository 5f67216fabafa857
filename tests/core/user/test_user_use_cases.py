"""What owners and administrators do with accounts, over memory."""

import asyncio

import pytest

from adapters.outbound.memory.user import MemoryUsers
from core.shared.errors import VersionStale
from core.shared.paging import Cursor, CursorInvalid
from core.user.errors import (
    AccountErased,
    AddressNotFound,
    CredentialsWrong,
    PasswordUnacceptable,
    PasswordWrong,
    RefreshTokenInvalid,
    TooManyAddresses,
    UserInvalid,
    UserNotFound,
)
from core.user.model import RefreshToken, Role, User
from core.user.use_cases.accounts import ATTEMPTS
from tests.builders import an_id
from tests.core.user.people import EMAIL, HERE, PASSWORD, Shop, an_address

NEW = "another password"


async def test_a_profile_is_changed() -> None:
    shop = Shop()
    sam = await shop.sam()
    changed = await shop.use.change_profile(user_id=sam.id, name="Alex", phone="+44 20 7946 0958")
    assert (changed.name, changed.phone, changed.version) == ("Alex", "+44 20 7946 0958", 2)
    assert await shop.use.get_user(user_id=sam.id) == changed
    assert (await shop.use.change_profile(user_id=sam.id, phone="")).phone == ""


async def test_a_change_based_on_an_old_version_is_refused() -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.use.change_profile(user_id=sam.id, name="Alex", version=1)
    for change in (
        shop.use.change_profile(user_id=sam.id, name="Kim", version=1),
        shop.use.set_roles(user_id=sam.id, roles=frozenset({"admin"}), version=1),
        shop.use.set_status(user_id=sam.id, status="disabled", version=1),
        shop.use.delete_account(user_id=sam.id, version=1),
    ):
        with pytest.raises(VersionStale):
            await change
    assert (await shop.use.get_user(user_id=sam.id)).version == 2


async def test_of_changes_at_once_none_is_lost() -> None:
    shop = Shop()
    sam = await shop.sam()
    await asyncio.gather(*(shop.use.add_address(user_id=sam.id, address=an_address(n)) for n in range(ATTEMPTS)))
    assert len((await shop.use.get_user(user_id=sam.id)).addresses) == ATTEMPTS


async def test_nobody_is_nobody() -> None:
    shop = Shop()
    roles: frozenset[Role] = frozenset({"admin"})
    for attempt in (
        shop.use.get_user(user_id=an_id(9)),
        shop.use.change_profile(user_id=an_id(9), name="Alex"),
        shop.use.delete_account(user_id="nobody"),
        shop.use.set_roles(user_id=an_id(9), roles=roles),
        shop.use.set_status(user_id=an_id(9), status="disabled"),
        shop.use.get_address(user_id=an_id(9), address_id=an_id(1)),
        shop.use.grant_admin(email="nobody@example.com"),
        shop.use.logout_all(user_id=an_id(9)),
    ):
        with pytest.raises(UserNotFound):
            await attempt


async def test_another_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    shop = Shop()
    sam = await shop.sam()
    here, elsewhere = await shop.sign_in(), await shop.sign_in()
    await shop.use.change_password(
        user_id=sam.id,
        session_id=RefreshToken.of(here).session_id,
        current_password=PASSWORD,
        new_password=NEW,
        client=HERE,
    )
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(elsewhere)
    await shop.refresh(here)
    with pytest.raises(CredentialsWrong):
        await shop.sign_in(PASSWORD)
    await shop.sign_in(NEW)


@pytest.mark.parametrize("session_id", [None, an_id(77)])
async def test_without_a_session_to_keep_all_end(session_id: str | None) -> None:
    shop = Shop()
    sam = await shop.sam()
    token = await shop.sign_in()
    await shop.use.change_password(
        user_id=sam.id, session_id=session_id, current_password=PASSWORD, new_password=NEW, client=HERE
    )
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)


async def test_another_password_needs_the_current_one_and_follows_the_rules() -> None:
    shop = Shop()
    sam = await shop.sam()
    token = await shop.sign_in()
    for current, new, error in ((NEW, NEW, PasswordWrong), (PASSWORD, "short", PasswordUnacceptable)):
        with pytest.raises(error):
            await shop.use.change_password(
                user_id=sam.id, session_id=None, current_password=current, new_password=new, client=HERE
            )
    await shop.refresh(token)
    await shop.sign_in()


class Overtaken(MemoryUsers):
    """Where somebody else's change comes in just before ours."""

    def __init__(self) -> None:
        super().__init__()
        self.first: User | None = None

    async def save(self, user: User) -> None:
        first, self.first = self.first, None
        if first is not None:
            await super().save(first)
        await super().save(user)


async def test_of_two_password_changes_at_once_the_second_finds_another_current_one() -> None:
    users = Overtaken()
    shop = Shop(users=users)
    sam = await shop.sam()
    users.first = sam.with_password("plain$" + NEW)
    with pytest.raises(PasswordWrong):
        await shop.use.change_password(
            user_id=sam.id, session_id=None, current_password=PASSWORD, new_password="a third password", client=HERE
        )
    await shop.sign_in(NEW)


async def test_a_password_change_overtaken_by_something_else_is_made_all_the_same() -> None:
    users = Overtaken()
    shop = Shop(users=users)
    sam = await shop.sam()
    users.first = sam.with_profile(name="Alex", phone_number=None)
    await shop.use.change_password(
        user_id=sam.id, session_id=None, current_password=PASSWORD, new_password=NEW, client=HERE
    )
    await shop.sign_in(NEW)
    assert (await shop.use.get_user(user_id=sam.id)).name == "Alex"


async def test_who_leaves_is_forgotten_and_may_come_back() -> None:
    shop = Shop()
    sam = await shop.sam()
    token = await shop.sign_in()
    await shop.use.add_address(user_id=sam.id, address=an_address())
    await shop.use.delete_account(user_id=sam.id)
    with pytest.raises(RefreshTokenInvalid):
        await shop.refresh(token)
    with pytest.raises(CredentialsWrong):
        await shop.sign_in()
    left = await shop.use.get_user(user_id=sam.id)
    assert (left.status, left.name, left.addresses) == ("erased", "", ())
    with pytest.raises(AccountErased):
        await shop.use.set_status(user_id=sam.id, status="active")
    assert (await shop.sam()).id != sam.id
    await shop.sign_in()


async def test_an_address_book_is_kept() -> None:
    shop = Shop()
    sam = await shop.sam()
    first = await shop.use.add_address(user_id=sam.id, address=an_address(id=""))
    second = await shop.use.add_address(user_id=sam.id, address=an_address(id=first.id))
    assert first.id != second.id
    moved = await shop.use.change_address(user_id=sam.id, address=an_address(id=first.id, city="Bath"))
    assert moved.city == "Bath"
    assert await shop.use.get_address(user_id=sam.id, address_id=first.id) == moved
    await shop.use.remove_address(user_id=sam.id, address_id=first.id)
    for attempt in (
        shop.use.get_address(user_id=sam.id, address_id=first.id),
        shop.use.change_address(user_id=sam.id, address=moved),
        shop.use.remove_address(user_id=sam.id, address_id=first.id),
    ):
        with pytest.raises(AddressNotFound):
            await attempt


async def test_an_address_book_is_leafed_through_in_the_order_of_writing() -> None:
    shop = Shop()
    sam = await shop.sam()
    written = [(await shop.use.add_address(user_id=sam.id, address=an_address(n))).id for n in range(5)]
    page = await shop.use.list_addresses(user_id=sam.id, limit=2, after=None)
    seen = [each.id for each in page.items]
    while page.next:
        page = await shop.use.list_addresses(user_id=sam.id, limit=2, after=page.next)
        seen += [each.id for each in page.items]
    assert seen == written
    with pytest.raises(CursorInvalid):
        await shop.use.list_addresses(user_id=sam.id, limit=2, after=Cursor(order="-id", key=(an_id(1),)))


async def test_a_full_address_book_takes_no_more() -> None:
    shop = Shop()
    sam = await shop.sam()
    for number in range(20):
        await shop.use.add_address(user_id=sam.id, address=an_address(number))
    with pytest.raises(TooManyAddresses):
        await shop.use.add_address(user_id=sam.id, address=an_address(21))


async def test_administrators_see_all_accounts_and_set_roles() -> None:
    shop = Shop()
    sam = await shop.sam()
    kim = await shop.use.register(email="kim@example.com", password=PASSWORD, name="Kim", client=HERE)
    page = await shop.use.list_users(limit=10, after=None)
    assert [user.id for user in page.items] == [kim.id, sam.id]
    assert (await shop.use.set_roles(user_id=kim.id, roles=frozenset({"admin"}))).roles == {"admin"}
    with pytest.raises(UserInvalid):
        await shop.use.set_roles(user_id=kim.id, roles=frozenset())


async def test_an_administrator_is_made_by_address_and_keeps_other_roles() -> None:
    shop = Shop()
    await shop.sam()
    for _ in range(2):
        assert (await shop.use.grant_admin(email=EMAIL.upper())).roles == {"customer", "admin"}


async def test_an_administrator_who_was_disabled_is_let_in_again_by_the_operator() -> None:
    shop = Shop()
    sam = await shop.sam()
    await shop.use.set_status(user_id=sam.id, status="disabled")
    granted = await shop.use.grant_admin(email=EMAIL)
    assert granted.status == "active"
    assert granted.roles == {"customer", "admin"}
    assert await shop.use.get_user(user_id=sam.id) == granted
