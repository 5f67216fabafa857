"""Accounts, addresses and sessions to test with, and the user service's use cases over memory."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.outbound.memory.mails import MemoryProofs
from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.memory.user import MemorySessions, MemoryUsers
from core.shared.throttle import Throttle
from core.user.model import AccessToken, Address, Purpose, RefreshToken, Session, User
from core.user.ports import AccessTokens
from core.user.use_cases import UserUseCases
from tests.builders import an_id, loose_limits
from tests.core.user.mailbox import Mailbox, Notes
from tests.fakes import START, FewCommonPasswords, FixedClock, PlainPasswords, SequentialIds, SequentialSecrets

EMAIL, PASSWORD = "sam@example.com", "correct horse"
LASTS = timedelta(days=30)
HERE = "192.0.2.1"
"""Where people come from if it does not matter."""
LINKS: Mapping[Purpose, str] = {
    "verify_email": "https://shop.example/verify#{token}",
    "reset_password": "https://shop.example/reset#{token}",
}
"""Where the links in mails lead, with the token where no server sees it."""


def a_user(number: int = 1, **changes: Any) -> User:
    """An account of its own for each number."""
    given: dict[str, Any] = {
        "id": an_id(number),
        "email": f"sam{number}@example.com",
        "email_verified": False,
        "password_hash": "plain$correct horse",
        "name": "Sam Shopper",
        "phone": "",
        "roles": frozenset({"customer"}),
        "status": "active",
        "addresses": (),
        "sign_ins": 1,
        "created_at": START,
        "version": 1,
    }
    return User(**given | changes)


def an_address(number: int = 1, **changes: Any) -> Address:
    given: dict[str, Any] = {
        "id": an_id(number),
        "name": "Sam Shopper",
        "line1": "12 Harbour Street",
        "city": "Bristol",
        "postal_code": "BS1 4RW",
        "country": "GB",
    }
    return Address(**given | changes)


def a_session(number: int = 1, *, at: datetime = START, lasts: timedelta = LASTS) -> Session:
    return Session.begun(a_user(), RefreshToken(session_id=an_id(number), secret="first"), at=at, lasts=lasts)


class PlainTokens(AccessTokens):
    """Access tokens that anyone can read, and make."""

    def issue(self, *, user: User, session_id: str) -> AccessToken:
        return AccessToken(text=f"{user.id} {session_id} {','.join(sorted(user.roles))}", expires_in=900)

    def jwks(self) -> dict[str, object]:
        return {"keys": []}


class Shop:
    """The user service in memory, with everything it stands on in reach."""

    def __init__(
        self,
        *,
        admin_email: str = "",
        passwords: PlainPasswords | None = None,
        users: MemoryUsers | None = None,
        pending_mails: Notes | None = None,
    ) -> None:
        self.clock = FixedClock()
        self.proofs = MemoryProofs()
        self.pending_mails = pending_mails or Notes()
        self.mailbox = Mailbox()
        self.users = users or MemoryUsers()
        self.passwords = passwords or PlainPasswords()
        self.use = UserUseCases.over(
            users=self.users,
            sessions=MemorySessions(),
            proofs=self.proofs,
            pending_mails=self.pending_mails,
            notifier=self.mailbox,
            mail_links=LINKS,
            passwords=self.passwords,
            common_passwords=FewCommonPasswords(),
            access_tokens=PlainTokens(),
            throttle=Throttle(tallies=MemoryTallies(self.clock), clock=self.clock),
            limits=loose_limits(),
            clock=self.clock,
            new_id=SequentialIds(self.clock),
            new_secret=SequentialSecrets(),
            session_lasts=LASTS,
            admin_email=admin_email,
        )

    async def sam(self) -> User:
        """Sam registers."""
        return await self.use.register(email=EMAIL, password=PASSWORD, name="Sam Shopper", client=HERE)

    async def sign_in(self, password: str = PASSWORD) -> str:
        """Sam's refresh token."""
        return (await self.use.login(email=EMAIL, password=password, client=HERE)).refresh_token.text

    async def refresh(self, token: str) -> str:
        return (await self.use.refresh(refresh_token=token)).refresh_token.text
