"""In the user service a token is as good as its account and its session."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from adapters.outbound.memory.user import MemoryUserStore
from adapters.outbound.security.access_token_verifier import AccessTokenVerifier
from adapters.outbound.security.active_accounts import ActiveAccounts
from core.shared.context import SignedIn
from core.shared.errors import Unauthenticated
from core.user.errors import AccountInactive, SessionEnded
from core.user.model import RefreshToken, Session, User
from tests.adapters.security.holders import issuer, verifier
from tests.builders import an_id
from tests.core.user.people import LASTS, a_user
from tests.fakes import START, FixedClock

SAM, SESSION, OTHER = a_user(1), an_id(5), an_id(6)


def session(user: User, id: str) -> Session:
    return Session.begun(user, RefreshToken(session_id=id, secret="first"), at=START, lasts=LASTS)


class Sams:
    """The user service's look at Sam, who signed in twice."""

    def __init__(self, kind: type[ActiveAccounts] = ActiveAccounts) -> None:
        self.clock = FixedClock()
        self.store = MemoryUserStore()
        self.inner: AccessTokenVerifier = verifier(self.clock)
        self.check = kind(self.inner, users=self.store.users, sessions=self.store.sessions, clock=self.clock)
        self.here, self.elsewhere = (issuer(self.clock).issue(user=SAM, session_id=id).text for id in (SESSION, OTHER))

    async def signed_in(self) -> "Sams":
        await self.store.users.add(SAM)
        for id in (SESSION, OTHER):
            await self.store.sessions.add(session(SAM, id))
        for token in (self.here, self.elsewhere):
            await self.check.verify(token)
        return self

    async def good(self) -> tuple[bool, bool]:
        """Whether the tokens of both sessions are."""
        return await self._is_good(self.here), await self._is_good(self.elsewhere)

    async def _is_good(self, token: str) -> bool:
        try:
            await self.check.verify(token)
        except Unauthenticated:
            return False
        return True


async def test_a_good_token_names_its_bearer_and_the_session() -> None:
    sams = await Sams().signed_in()
    signed_in = SignedIn(id=SAM.id, kind="customer", roles=frozenset({"customer"}), session_id=SESSION)
    assert await sams.check.verify(sams.here) == signed_in


async def test_a_token_without_an_account_or_a_session_is_refused() -> None:
    sams = Sams()
    with pytest.raises(AccountInactive):
        await sams.check.verify(sams.here)
    await sams.store.users.add(SAM)
    with pytest.raises(SessionEnded):
        await sams.check.verify(sams.here)
    await sams.store.sessions.add(session(a_user(2), SESSION))
    with pytest.raises(SessionEnded):
        await sams.check.verify(sams.here)


async def test_the_roles_are_those_of_now() -> None:
    sams = await Sams().signed_in()
    admin = replace(SAM, roles=frozenset({"customer", "admin"}), version=2)
    await sams.store.users.save(admin)
    assert (await sams.check.verify(sams.here)).is_admin
    await sams.store.users.save(replace(admin, roles=frozenset({"customer"}), version=3))
    assert not (await sams.check.verify(sams.here)).is_admin


async def logged_out(sams: Sams) -> None:
    await sams.store.sessions.remove(SESSION)


async def logged_out_everywhere(sams: Sams) -> None:
    await sams.store.users.save(SAM.signed_out())


async def password_changed_here(sams: Sams) -> None:
    changed = SAM.with_password("plain$another")
    await sams.store.users.save(changed)
    await sams.store.sessions.save(session(SAM, SESSION).kept_for(changed))


async def disabled(sams: Sams) -> None:
    await sams.store.users.save(SAM.disabled())


async def disabled_and_enabled_again(sams: Sams) -> None:
    await sams.store.users.save(SAM.disabled())
    await sams.store.users.save(SAM.disabled().enabled())


async def erased(sams: Sams) -> None:
    await sams.store.users.save(SAM.erased())


Ending = Callable[[Sams], Awaitable[None]]
ENDINGS: dict[Ending, tuple[bool, bool]] = {
    logged_out: (False, True),
    logged_out_everywhere: (False, False),
    password_changed_here: (True, False),
    disabled: (False, False),
    disabled_and_enabled_again: (False, False),
    erased: (False, False),
}
"""What ends access, and whether it stays here and elsewhere."""


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
async def test_access_ends_at_once(end: Ending) -> None:
    sams = await Sams().signed_in()
    await end(sams)
    assert await sams.good() == ENDINGS[end]


async def test_a_token_ends_with_a_session_that_expires() -> None:
    sams = await Sams().signed_in()
    sams.clock.advance(LASTS.total_seconds() - 60)
    late = issuer(sams.clock).issue(user=SAM, session_id=SESSION).text
    await sams.check.verify(late)
    sams.clock.advance(60)
    with pytest.raises(SessionEnded):
        await sams.check.verify(late)


class AccountsAlone(ActiveAccounts):
    """The naive twin: looks whether the account may still be used, and leaves sessions to the refresh."""

    async def verify(self, token: str) -> SignedIn:
        caller = await self._inner.verify(token)
        user = await self._users.get(caller.id)
        user.require_active()
        return replace(caller, roles=frozenset(user.roles))


class SessionsAlone(ActiveAccounts):
    """The naive twin: looks whether the session is there, which it is when all of an account's were ended at once."""

    async def verify(self, token: str) -> SignedIn:
        caller = await self._inner.verify(token)
        await self._sessions.get(caller.session_id)
        return caller


@pytest.mark.parametrize("twin", [AccountsAlone, SessionsAlone])
async def test_a_look_at_half_of_it_is_caught(twin: type[ActiveAccounts]) -> None:
    caught = 0
    for end, stays in ENDINGS.items():
        sams = await Sams(twin).signed_in()
        await end(sams)
        try:
            caught += await sams.good() != stays
        except Exception:  # noqa: BLE001 - what is not there is no refusal to the twin
            caught += 1
    assert caught > 0
