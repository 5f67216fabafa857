"""People who stay signed in by refresh tokens: with two tabs, over bad networks, and with a thief about."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

from core.shared.errors import ShopError
from core.user.errors import RefreshTokenInvalid
from core.user.model import GRACE, RefreshToken, Session
from core.user.ports import Sessions
from core.user.use_cases.sign_in import IdentifyHolder, Refresh
from tests.builders import an_id
from tests.core.user.people import LASTS, PlainTokens, a_user
from tests.fakes import FixedClock, SequentialSecrets

MOMENT = GRACE.total_seconds() - 1
LATER = GRACE.total_seconds()
HOUR = 3600.0


class SignedIn:
    """Somebody's session, its tokens so far in the order of their use, and the one that they hold."""

    def __init__(self, people: "People", token: str) -> None:
        self.people = people
        self.spent: list[str] = []
        self.token = token

    async def refreshes(self, *, reply_is_lost: bool = False) -> None:
        """A reply that is lost leaves one with the token that was sent."""
        following = await self.people.refreshed(self.token)
        if not reply_is_lost:
            self.spent.append(self.token)
            self.token = following

    async def refreshes_in_tabs(self, tabs: int) -> None:
        """All tabs at once, by the token that they share; they go on by any of the new ones."""
        tokens = await asyncio.gather(*(self.people.refreshed(self.token) for _ in range(tabs)))
        self.spent.append(self.token)
        self.token = self.people.chance.choice(tokens)


class People:
    """The use cases over a store, and a clock that is set."""

    def __init__(self, store: Any, sessions: Sessions, seed: int) -> None:
        self.chance = random.Random(seed)
        # Of our days: a database removes sessions by its own clock when they have expired by that.
        self.clock = FixedClock(datetime.now(UTC))
        self.sessions = sessions
        self._users = store.users
        self._new_secret = SequentialSecrets()
        self._refresh = Refresh(
            users=store.users,
            sessions=sessions,
            access_tokens=PlainTokens(),
            clock=self.clock,
            new_secret=self._new_secret,
        )
        self._holder = IdentifyHolder(users=store.users, sessions=sessions, clock=self.clock)
        self._begun = 0

    async def someone(self) -> SignedIn:
        self._begun += 1
        user, token = a_user(self._begun), RefreshToken(session_id=an_id(self._begun), secret=self._new_secret())
        await self._users.add(user)
        await self.sessions.add(Session.begun(user, token, at=self.clock.now(), lasts=LASTS))
        return SignedIn(self, token.text)

    async def refreshed(self, token: str) -> str:
        """Raises: RefreshTokenInvalid."""
        return (await self._refresh(refresh_token=token)).refresh_token.text

    async def is_signed_in(self, token: str) -> bool:
        """Without spending the token."""
        try:
            await self._holder(refresh_token=token)
        except ShopError:
            return False
        return True

    def rest(self, shortest: float, longest: float) -> None:
        self.clock.advance(self.chance.uniform(shortest, longest))


async def honest(people: People, steps: int) -> int:
    """How often somebody honest is signed out in so many steps, after each of which they come back hours later."""
    sam, signed_out = await people.someone(), 0
    for _ in range(steps):
        try:
            match people.chance.randrange(3):
                case 0:
                    await sam.refreshes_in_tabs(people.chance.randint(2, 5))
                case 1:
                    await sam.refreshes(reply_is_lost=True)
                    people.rest(0, MOMENT)
                    await sam.refreshes()
                case _:
                    await sam.refreshes()
        except RefreshTokenInvalid:
            signed_out += 1
            sam = await people.someone()
        people.rest(LATER, 12 * HOUR)
    return signed_out


async def thief_comes_later(people: People) -> bool:
    """Whether a thief is in at the end, who took a token of the owner's and came with it when it had been spent."""
    sam = await people.someone()
    for _ in range(people.chance.randint(1, 4)):
        await sam.refreshes()
        people.rest(LATER, HOUR)
    stolen = people.chance.choice(sam.spent)
    try:
        theirs = await people.refreshed(stolen)
    except RefreshTokenInvalid:
        return await people.is_signed_in(sam.token)  # whose token it was, nobody knows: the session is to end
    return await people.is_signed_in(theirs)


async def thief_comes_first(people: People) -> bool:
    """Whether a thief is in at the end, who took the owner's token before it was spent, and went on with it."""
    sam = await people.someone()
    for _ in range(people.chance.randint(0, 3)):
        await sam.refreshes()
        people.rest(LATER, HOUR)
    theirs = await people.refreshed(sam.token)
    for _ in range(people.chance.randint(0, 3)):
        people.rest(LATER, HOUR)
        theirs = await people.refreshed(theirs)
    people.rest(LATER, HOUR)
    try:
        await sam.refreshes()
    except RefreshTokenInvalid:
        return await people.is_signed_in(theirs)
    return True
