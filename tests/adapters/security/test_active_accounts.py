"""In the user service a token is as good as its account."""

from dataclasses import replace

import pytest

from adapters.outbound.memory.user import MemoryUsers
from adapters.outbound.security.active_accounts import ActiveAccounts
from core.user.errors import AccountInactive
from core.user.model import SignedIn
from tests.adapters.security.holders import issuer, verifier
from tests.builders import an_id
from tests.core.user.people import a_user
from tests.fakes import FixedClock


async def test_a_token_is_good_as_long_as_its_account_is() -> None:
    clock, users = FixedClock(), MemoryUsers()
    check = ActiveAccounts(verifier(clock), users)
    token = issuer(clock).issue(user=a_user(), session_id=an_id(5)).text
    with pytest.raises(AccountInactive):
        await check.verify(token)
    await users.add(a_user())
    caller = await check.verify(token)
    assert caller == SignedIn(id=an_id(1), kind="customer", roles=frozenset({"customer"}), session_id=an_id(5))
    await users.save(a_user().disabled())
    with pytest.raises(AccountInactive):
        await check.verify(token)
    await users.save(a_user().disabled().enabled())
    await check.verify(token)
    await users.save(a_user().disabled().enabled().erased())
    with pytest.raises(AccountInactive):
        await check.verify(token)


async def test_the_roles_are_those_of_now() -> None:
    clock, users = FixedClock(), MemoryUsers()
    check = ActiveAccounts(verifier(clock), users)
    admin = a_user(roles=frozenset({"customer", "admin"}))
    token = issuer(clock).issue(user=admin, session_id=an_id(5)).text
    await users.add(admin)
    assert (await check.verify(token)).is_admin
    await users.save(replace(admin, roles=frozenset({"customer"}), version=2))
    assert not (await check.verify(token)).is_admin
