"""What people do with their own account."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from core.shared.errors import Unavailable, VersionStale
from core.shared.ports import Clock, NewId
from core.shared.text import line
from core.shared.throttle import Throttle
from core.user.errors import PasswordWrong, SessionNotFound, UserInvalid
from core.user.model import ROLES, PasswordRule, PendingMail, User, normal_email
from core.user.model.limits import AccountLimits, account_subject
from core.user.ports import Passwords, PendingMails, Sessions, Users
from core.user.use_cases.guessing import Guessing

ATTEMPTS = 20
"""How often a change is tried anew because others came first; each time, one of them got through."""


async def changed(users: Users, id: str, change: Callable[[User], User], *, version: int | None = None) -> User:
    """Fetch, tell and save; once more if someone else saved first, unless the caller said which version they saw.

    Raises: UserNotFound, VersionStale, and what `change` raises.
    """
    for _ in range(ATTEMPTS):
        user = await users.get(id)
        user.require_version(version)
        following = change(user)
        with contextlib.suppress(VersionStale):
            await users.save(following)
            return following
    raise VersionStale("The account keeps changing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Open an account."""

    users: Users
    pending_mails: PendingMails
    passwords: Passwords
    password_rule: PasswordRule
    throttle: Throttle
    limits: AccountLimits
    clock: Clock
    new_id: NewId
    admin_email: str

    async def __call__(self, *, email: str, password: str, name: str, client: str) -> User:
        """A customer; with the address `admin_email`, which is normal or empty, an administrator too.

        One password is hashed whether or not the address is taken. Only what could open an account counts against one,
        so that nobody is kept from theirs by others who ask for it in vain.
        Raises: UserInvalid, PasswordUnacceptable, TooManyRequests, EmailTaken, Unavailable.
        """
        self.password_rule.check(password, "password", email, name)
        normal = normal_email(email)
        name = line(name, "name", UserInvalid)
        await self.throttle.take(self.limits.registration_by_address, client)
        await self.throttle.take(self.limits.registration_by_account, account_subject(normal))
        user = User.registered(
            id=self.new_id(),
            email=normal,
            name=name,
            password_hash=await self.passwords.hash(password),
            roles=ROLES if normal == self.admin_email else frozenset({"customer"}),
            at=self.clock.now(),
        )
        await self.users.add(user)
        # Not before: a mail must not go out for an account that is another's. Lost it is of no great matter: a new
        # password by mail confirms the address, too.
        with contextlib.suppress(Unavailable):
            await self.pending_mails.add(
                PendingMail.asked("verify_email", id=self.new_id(), email=normal, at=self.clock.now())
            )
        return user


@dataclass(frozen=True, slots=True, kw_only=True)
class GetUser:
    """Look at an account."""

    users: Users

    async def __call__(self, *, user_id: str) -> User:
        """Raises: UserNotFound."""
        return await self.users.get(user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile:
    """Change one's name or telephone number."""

    users: Users

    async def __call__(
        self, *, user_id: str, name: str | None = None, phone: str | None = None, version: int | None = None
    ) -> User:
        """`None` leaves a thing as it is, an empty phone removes it.

        Raises: UserNotFound, VersionStale, UserInvalid, AccountErased.
        """
        return await changed(
            self.users, user_id, lambda user: user.with_profile(name=name, phone_number=phone), version=version
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Take another password, and sign out everywhere else."""

    users: Users
    sessions: Sessions
    passwords: Passwords
    password_rule: PasswordRule
    guessing: Guessing

    async def __call__(
        self, *, user_id: str, session_id: str | None, current_password: str, new_password: str, client: str
    ) -> None:
        """The session `session_id` stays. A wrong password is a guess here as it is at login.

        Raises: UserNotFound, PasswordUnacceptable, TooManyRequests, PasswordWrong, Unavailable.
        """
        user = await self.users.get(user_id)
        self.password_rule.check(new_password, "new_password", user.email, user.name)
        known = user.password_hash
        strange = await self.guessing.admit(email=user.email, client=client)
        if not await self.passwords.verify(current_password, known):
            raise PasswordWrong("The current password is another one.")
        await self.guessing.proven(email=user.email, client=client, strange=strange)
        hashed = await self.passwords.hash(new_password)

        def change(user: User) -> User:
            if user.password_hash != known:
                raise PasswordWrong("The password was changed meanwhile.")
            return user.with_password(hashed)

        user = await changed(self.users, user_id, change)
        if session_id is not None:
            await self._keep(session_id, user)

    async def _keep(self, session_id: str, user: User) -> None:
        for _ in range(ATTEMPTS):
            with contextlib.suppress(VersionStale):
                with contextlib.suppress(SessionNotFound):
                    session = await self.sessions.get(session_id)
                    await self.sessions.save(session.kept_for(user))
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAccount:
    """Leave the shop: everything personal is forgotten, and all sessions end."""

    users: Users

    async def __call__(self, *, user_id: str, version: int | None = None) -> None:
        """Raises: UserNotFound, VersionStale, AccountErased."""
        await changed(self.users, user_id, User.erased, version=version)
