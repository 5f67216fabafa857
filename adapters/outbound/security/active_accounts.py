"""What only the user service can ask of a token: are its owner's account and the session it came from still in use?"""

from dataclasses import replace

from adapters.outbound.security.access_token_verifier import AccessTokenVerifier
from core.shared.context import SignedIn
from core.shared.ports import Clock, TokenVerifier
from core.user.errors import AccountInactive, SessionEnded, SessionNotFound, UserNotFound
from core.user.ports import Sessions, Users


class ActiveAccounts(TokenVerifier):
    """Refuses good tokens of accounts that were disabled or erased meanwhile, and of sessions that were ended.

    So signing out, or another password, ends access at once here (OWASP ASVS 5.0, 7.4); the other services, which
    cannot look, take a token for as long as it lives. The roles are those that the account has now.
    """

    def __init__(self, inner: AccessTokenVerifier, *, users: Users, sessions: Sessions, clock: Clock) -> None:
        self._inner = inner
        self._users = users
        self._sessions = sessions
        self._clock = clock

    async def verify(self, token: str) -> SignedIn:
        caller = await self._inner.verify(token)
        # In this order: a session that is kept while all others end is saved after its user, and read after them.
        try:
            user = await self._users.get(caller.id)
        except UserNotFound as absent:
            raise AccountInactive("This account cannot be used.") from absent
        user.require_active()
        try:
            session = await self._sessions.get(caller.session_id)
        except SessionNotFound as absent:
            raise SessionEnded("This session has ended; sign in again.") from absent
        if session.user_id != user.id or session.is_over(user, at=self._clock.now()):
            raise SessionEnded("This session has ended; sign in again.")
        return replace(caller, roles=frozenset(user.roles))
