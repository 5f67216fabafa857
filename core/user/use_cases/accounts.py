"""What people do with their own account."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from core.shared.errors import VersionStale
from core.shared.ports import Clock, NewId
from core.user.errors import PasswordWrong, SessionNotFound
from core.user.model import ROLES, User, check_password, normal_email
from core.user.ports import Passwords, Sessions, Users

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
    passwords: Passwords
    clock: Clock
    new_id: NewId
    admin_email: str

    async def __call__(self, *, email: str, password: str, name: str) -> User:
        """A customer; with the address `admin_email`, which is normal or empty, an administrator too.

        One password is hashed whether or not the address is taken.
        Raises: UserInvalid, PasswordUnacceptable, EmailTaken, Unavailable.
        """
        check_password(password, "password")
        normal = normal_email(email)
        user = User.registered(
            id=self.new_id(),
            email=normal,
            name=name,
            password_hash=await self.passwords.hash(password),
            roles=ROLES if normal == self.admin_email else frozenset({"customer"}),
            at=self.clock.now(),
        )
        await self.users.add(user)
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

    async def __call__(self, *, user_id: str, session_id: str | None, current_password: str, new_password: str) -> None:
        """The session `session_id` stays. Raises: UserNotFound, PasswordUnacceptable, PasswordWrong, Unavailable."""
        check_password(new_password, "new_password")
        known = (await self.users.get(user_id)).password_hash
        if not await self.passwords.verify(current_password, known):
            raise PasswordWrong("The current password is another one.")
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
