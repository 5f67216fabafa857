"""Throttles as they are made without thinking."""

import contextlib
from dataclasses import dataclass

from core.shared.errors import TooManyRequests
from core.shared.throttle import Throttle
from core.shared.throttling import Limit, Tally
from core.user.errors import UserNotFound
from core.user.model import normal_email
from core.user.model.limits import account_subject
from core.user.ports import Users
from core.user.use_cases.guessing import Guessing


class LooksOnly(Throttle):
    """Asks whether one may, and leaves the counting for later."""

    async def take(self, limit: Limit, subject: str) -> Tally:
        return limit.next(await self.tallies.get(f"{limit.name}:{subject}"), self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsAfterwards(Guessing):
    """Counts a guess when it has failed: those who ask at once all pass before the first has."""

    async def admit(self, *, email: str, client: str) -> bool:
        looks = LooksOnly(tallies=self.throttle.tallies, clock=self.throttle.clock)
        return await Guessing(throttle=looks, limits=self.limits).admit(email=email, client=client)

    async def failed(self, *, email: str, client: str) -> None:
        with contextlib.suppress(TooManyRequests):
            await Guessing(throttle=self.throttle, limits=self.limits).admit(email=email, client=client)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocksTheAccount(Guessing):
    """Holds an account wherever one comes from: five wrong passwords of anyone's, and its owner stays outside."""

    async def admit(self, *, email: str, client: str) -> bool:
        await self.throttle.take(self.limits.login_by_pair, account_subject(normal_email(email)))
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsKnownPlaces(Guessing):
    """Forgets where the owner came from: a thousand strangers use up what is theirs."""

    async def proven(self, *, email: str, client: str, strange: bool = False) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAddressAlone(Guessing):
    """Knows addresses, and no accounts: whoever has a thousand of them has all the tries."""

    async def admit(self, *, email: str, client: str) -> bool:
        await self.throttle.take(self.limits.login_by_address, client)
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipsUnknown(Guessing):
    """Does not count where there is no account: whoever is never held has found that out."""

    users: Users

    async def admit(self, *, email: str, client: str) -> bool:
        try:
            await self.users.by_email(normal_email(email))
        except UserNotFound:
            return False
        return await Guessing(throttle=self.throttle, limits=self.limits).admit(email=email, client=client)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unthrottled(Guessing):
    """Lets everybody guess."""

    async def admit(self, *, email: str, client: str) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsTheOwner(Guessing):
    """Counts a sign-in among the strangers' tries: these are held a try earlier where there is an account in use."""

    async def proven(self, *, email: str, client: str, strange: bool = False) -> None:
        await Guessing(throttle=self.throttle, limits=self.limits).proven(email=email, client=client)
