"""What administrators do with the accounts of others."""

from dataclasses import dataclass
from typing import Literal

from core.shared.paging import Cursor, Page
from core.user.model import Role, User, normal_email
from core.user.ports import Users
from core.user.use_cases.accounts import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsers:
    """Go through all accounts, the newest first."""

    users: Users

    async def __call__(self, *, limit: int, after: Cursor | None) -> Page[User]:
        """Raises: CursorInvalid."""
        return await self.users.list(limit=limit, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRoles:
    """Say what an account may do; tokens already out say so only when they are renewed."""

    users: Users

    async def __call__(self, *, user_id: str, roles: frozenset[Role], version: int | None = None) -> User:
        """Raises: UserNotFound, VersionStale, UserInvalid, AccountErased."""
        return await changed(self.users, user_id, lambda user: user.with_roles(roles), version=version)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus:
    """Close an account to its owner, or open it again."""

    users: Users

    async def __call__(
        self, *, user_id: str, status: Literal["active", "disabled"], version: int | None = None
    ) -> User:
        """Raises: UserNotFound, VersionStale, AccountErased."""
        change = User.enabled if status == "active" else User.disabled
        return await changed(self.users, user_id, change, version=version)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAdmin:
    """Make someone an administrator, by their e-mail address, also if their account was disabled."""

    users: Users

    async def __call__(self, *, email: str) -> User:
        """Raises: UserInvalid, UserNotFound."""
        found = await self.users.by_email(normal_email(email))
        user = await changed(self.users, found.id, lambda user: user.with_roles(user.roles | {"admin"}))
        return await changed(self.users, found.id, User.enabled) if user.status == "disabled" else user
