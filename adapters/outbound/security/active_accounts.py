"""What only the user service can ask of a token's owner: is the account still in use, and what may it do by now?"""

from dataclasses import replace

from core.shared.context import Caller
from core.shared.ports import TokenVerifier
from core.user.errors import AccountInactive, UserNotFound
from core.user.ports import Users


class ActiveAccounts(TokenVerifier):
    """Refuses good tokens of accounts that were disabled or erased meanwhile; the roles are those of the account."""

    def __init__(self, inner: TokenVerifier, users: Users) -> None:
        self._inner = inner
        self._users = users

    async def verify(self, token: str) -> Caller:
        caller = await self._inner.verify(token)
        try:
            user = await self._users.get(caller.id)
        except UserNotFound as absent:
            raise AccountInactive("This account cannot be used.") from absent
        user.require_active()
        return replace(caller, roles=frozenset(user.roles))
