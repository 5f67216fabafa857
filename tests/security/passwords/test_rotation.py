"""The pepper changes and the cost rises without anybody choosing a new password: a login moves its hash on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import bcrypt
import pytest

from adapters.bootstrap.accounts import Accounts
from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.memory.user import MemoryUserStore
from adapters.outbound.security.passwords import UNNAMED, keyed, name_of
from adapters.outbound.system.ids import Uuid7
from core.user.errors import CredentialsWrong
from core.user.model import User
from tests.fakes import FixedClock

FIRST, SECOND, THIRD = (f"{count} pepper that nobody could ever guess" for count in ("first", "second", "third"))
EMAIL, PASSWORD, HERE = "sam@example.com", "four words without relation", "203.0.113.7"


class Shop:
    """The accounts of one store, under one setting after another."""

    def __init__(self) -> None:
        self.store = MemoryUserStore()
        self.clock = FixedClock()

    @asynccontextmanager
    async def under(self, pepper: str, *retired: str, cost: int = 4) -> AsyncIterator[Accounts]:
        """As a process that is started with these settings."""
        values = {"password_pepper": pepper, "password_peppers_retired": ",".join(retired), "bcrypt_cost": cost}
        settings = checked(Settings, {"service": "user", **values})
        accounts = Accounts.over(
            self.store, settings, tallies=MemoryTallies(self.clock), clock=self.clock, new_id=Uuid7(self.clock)
        )
        async with accounts.resources[0]:
            yield accounts

    async def register(self, pepper: str, *, cost: int = 4) -> str:
        async with self.under(pepper, cost=cost) as accounts:
            await accounts.use_cases.register(email=EMAIL, password=PASSWORD, name="Sam Shopper", client=HERE)
        return (await self.user()).password_hash

    async def login(self, *peppers: str, cost: int = 4, password: str = PASSWORD) -> str:
        """The hash that is kept afterwards. Raises: CredentialsWrong."""
        async with self.under(*peppers, cost=cost) as accounts:
            await accounts.use_cases.login(email=EMAIL, password=password, client=HERE)
        return (await self.user()).password_hash

    async def user(self) -> User:
        return await self.store.users.by_email(EMAIL)


def pepper_in(stored: str) -> str:
    return stored.split("$")[1]


async def test_who_signs_in_after_a_rotation_moves_on_and_the_old_pepper_can_go() -> None:
    shop = Shop()
    before = await shop.register(FIRST)
    assert pepper_in(before) == name_of(FIRST.encode())
    moved = await shop.login(SECOND, FIRST)
    assert pepper_in(moved) == name_of(SECOND.encode())
    assert await shop.login(SECOND, FIRST) == moved, "Once is enough."
    assert await shop.login(SECOND) == moved, "The retired pepper is gone."


async def test_who_did_not_sign_in_meanwhile_needs_a_new_password() -> None:
    shop = Shop()
    before = await shop.register(FIRST)
    with pytest.raises(CredentialsWrong):
        await shop.login(SECOND)
    assert (await shop.user()).password_hash == before
    await shop.login(SECOND, FIRST)


async def test_a_wrong_password_moves_nothing() -> None:
    shop = Shop()
    before = await shop.register(FIRST)
    with pytest.raises(CredentialsWrong):
        await shop.login(SECOND, FIRST, password="five words without a relation")
    assert (await shop.user()).password_hash == before


async def test_several_retired_peppers_are_known_at_once() -> None:
    for owner in (FIRST, SECOND):
        shop = Shop()
        await shop.register(owner)
        assert pepper_in(await shop.login(THIRD, SECOND, FIRST)) == name_of(THIRD.encode())


async def test_hashes_from_before_peppers_had_names_are_of_the_oldest() -> None:
    shop = Shop()
    await shop.register(FIRST)
    user = await shop.user()
    unnamed = (
        f"bcrypt-hmac-sha256${UNNAMED}${bcrypt.hashpw(keyed(PASSWORD, FIRST.encode()), bcrypt.gensalt(4)).decode()}"
    )
    await shop.store.users.save(user.rehashed(unnamed))
    with pytest.raises(CredentialsWrong):
        await shop.login(THIRD, SECOND)
    with pytest.raises(CredentialsWrong):
        await shop.login(THIRD, FIRST, SECOND)
    assert pepper_in(await shop.login(THIRD, SECOND, FIRST)) == name_of(THIRD.encode())
    await shop.login(THIRD)


async def test_a_pepper_alone_moves_its_unnamed_hashes_on() -> None:
    shop = Shop()
    await shop.register(FIRST)
    user = await shop.user()
    await shop.store.users.save(user.rehashed(user.password_hash.replace(name_of(FIRST.encode()), UNNAMED)))
    assert pepper_in(await shop.login(FIRST)) == name_of(FIRST.encode())


async def test_a_login_raises_the_cost_and_ends_no_session() -> None:
    shop = Shop()
    assert "$2b$04$" in await shop.register(FIRST)
    sign_ins = (await shop.user()).sign_ins
    raised = await shop.login(FIRST, cost=5)
    assert "$2b$05$" in raised
    assert (await shop.user()).sign_ins == sign_ins
    assert await shop.login(FIRST, cost=5) == raised


def test_the_name_of_a_pepper_is_short_and_says_nothing_of_it() -> None:
    names = {name_of(f"{number:032}".encode()) for number in range(1000)}
    assert len(names) == 1000
    assert {len(name) for name in names} == {12}
    assert not any(FIRST.encode().hex()[at : at + 12] == name_of(FIRST.encode()) for at in range(64))


@pytest.mark.parametrize("retired", ["short", f"{FIRST},short", f"{FIRST}, {SECOND}", f"{FIRST},", f" {FIRST}"])
def test_a_retired_pepper_that_cannot_be_one_is_refused(retired: str) -> None:
    with pytest.raises(WrongSettings, match="PASSWORD_PEPPERS_RETIRED") as refused:
        checked(Settings, {"password_peppers_retired": retired})
    assert FIRST not in str(refused.value)
