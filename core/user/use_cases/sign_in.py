"""Signing in, staying signed in, and signing out."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.shared.context import SignedIn
from core.shared.errors import Unavailable, VersionStale
from core.shared.ports import Clock, NewId, NewSecret
from core.user.errors import (
    CredentialsWrong,
    RefreshTokenInvalid,
    SessionBusy,
    SessionNotFound,
    UserInvalid,
    UserNotFound,
)
from core.user.model import RefreshToken, Session, SignIn, User, normal_email
from core.user.ports import AccessTokens, Passwords, Sessions, Users
from core.user.use_cases.accounts import ATTEMPTS, changed
from core.user.use_cases.guessing import Guessing


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Sign in by e-mail address and password."""

    users: Users
    sessions: Sessions
    passwords: Passwords
    access_tokens: AccessTokens
    clock: Clock
    new_id: NewId
    new_secret: NewSecret
    session_lasts: timedelta
    guessing: Guessing

    async def __call__(self, *, email: str, password: str, client: str) -> SignIn:
        """A refusal neither says nor shows by the work it took whether there is such an account.

        Raises: TooManyRequests, before anything else is done; CredentialsWrong, Unavailable.
        """
        strange = await self.guessing.admit(email=email, client=client)
        user = await self._known(email)
        proven = await self.passwords.verify(password, user.password_hash if user else None)
        if user is None or not proven or user.status != "active":
            raise CredentialsWrong("The e-mail address or the password is wrong.")
        await self.guessing.proven(email=email, client=client, strange=strange)
        await self._keep_up_to_date(user, password)
        token = RefreshToken(session_id=self.new_id(), secret=self.new_secret())
        await self.sessions.add(Session.begun(user, token, at=self.clock.now(), lasts=self.session_lasts))
        return SignIn(
            access_token=self.access_tokens.issue(user=user, session_id=token.session_id), refresh_token=token
        )

    async def _known(self, email: str) -> User | None:
        try:
            return await self.users.by_email(normal_email(email))
        except (UserInvalid, UserNotFound):
            return None

    async def _keep_up_to_date(self, user: User, password: str) -> None:
        """A hash made in an earlier way is replaced; if that cannot be now, the next sign-in will do it."""
        if self.passwords.needs_rehash(user.password_hash):
            with contextlib.suppress(VersionStale, Unavailable):
                await self.users.save(user.rehashed(await self.passwords.hash(password)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Stay signed in: exchange a refresh token for new tokens."""

    users: Users
    sessions: Sessions
    access_tokens: AccessTokens
    clock: Clock
    new_secret: NewSecret

    async def __call__(self, *, refresh_token: str) -> SignIn:
        """Using a spent token again, `GRACE` apart, ends its session. Raises: RefreshTokenInvalid, SessionBusy."""
        token = RefreshToken.of(refresh_token)
        new = RefreshToken(session_id=token.session_id, secret=self.new_secret())
        for _ in range(ATTEMPTS):
            session, user = await held(self.users, self.sessions, token, self.clock)
            with contextlib.suppress(VersionStale):
                await self.sessions.save(session.rotated(token, new, at=self.clock.now()))
                return SignIn(
                    access_token=self.access_tokens.issue(user=user, session_id=session.id), refresh_token=new
                )
        raise SessionBusy("This session is being refreshed too often at once.")


async def held(users: Users, sessions: Sessions, token: RefreshToken, clock: Clock) -> tuple[Session, User]:
    """The session of a token that is good now, and its user; the session of a stolen one ends.

    Raises: RefreshTokenInvalid.
    """
    try:
        session = await sessions.get(token.session_id)
        user = await users.get(session.user_id)
    except (SessionNotFound, UserNotFound) as absent:
        raise RefreshTokenInvalid("This session has ended; sign in again.") from absent
    if session.is_over(user, at=clock.now()):
        raise RefreshTokenInvalid("This session has ended; sign in again.")
    if not session.accepts(token, at=clock.now()):
        await sessions.remove(session.id)
        raise RefreshTokenInvalid("This refresh token was used before; its session has ended.")
    return session, user


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyHolder:
    """Tell whose a refresh token is, without spending it."""

    users: Users
    sessions: Sessions
    clock: Clock

    async def __call__(self, *, refresh_token: str) -> SignedIn:
        """Raises: RefreshTokenInvalid."""
        session, user = await held(self.users, self.sessions, RefreshToken.of(refresh_token), self.clock)
        return SignedIn(id=user.id, kind="customer", roles=frozenset(user.roles), session_id=session.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """Sign out here."""

    sessions: Sessions

    async def __call__(self, *, session_id: str) -> None:
        """Signing out again changes nothing."""
        await self.sessions.remove(session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutAll:
    """Sign out everywhere."""

    users: Users

    async def __call__(self, *, user_id: str) -> None:
        """Raises: UserNotFound, AccountErased."""
        await changed(self.users, user_id, User.signed_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishKeys:
    """Show the public keys by which anyone can check an access token."""

    access_tokens: AccessTokens

    async def __call__(self) -> Mapping[str, object]:
        """A JSON Web Key Set."""
        return self.access_tokens.jwks()
