"""Stores of accounts as one could get them wrong, where they keep and find single accounts."""

import asyncio
from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime

from adapters.outbound.memory.user import MemoryUsers
from core.shared.errors import VersionStale
from core.user.errors import EmailTaken, UserNotFound
from core.user.model import User
from tests.adapters.twins.times import on_another_clock


class _Altering(MemoryUsers):
    """Keeps another account than it was given."""

    @abstractmethod
    def altered(self, user: User) -> User: ...

    async def add(self, user: User) -> None:
        await super().add(self.altered(user))

    async def save(self, user: User) -> None:
        await super().save(self.altered(user))


class IgnoredVersion(MemoryUsers):
    """Keeps whatever comes last."""

    async def save(self, user: User) -> None:
        kept = await self.get(user.id)
        await super().save(replace(user, version=kept.version + 1))
        self._users[user.id] = user


class CheckedBefore(IgnoredVersion):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, user: User) -> None:
        if (await self.get(user.id)).version != user.version - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        await super().save(user)


class AddressLookedUpBefore(MemoryUsers):
    """Looks whether an e-mail address is free, then lets somebody else pass before it takes it."""

    async def add(self, user: User) -> None:
        if user.email in self._id_of:
            raise EmailTaken("Taken.")
        await asyncio.sleep(0)
        self._id_of.pop(user.email, None)
        await super().add(user)


class AddressTakenOver(MemoryUsers):
    """Sees to it that e-mail addresses differ when an account is new, and never again."""

    async def save(self, user: User) -> None:
        kept = await self.get(user.id)
        if kept.version == user.version - 1:
            self._id_of = {email: id for email, id in self._id_of.items() if email != user.email}
            self._id_of.setdefault(kept.email, user.id)
        await super().save(user)


class AddressLookedUpBeforeAChange(AddressTakenOver):
    """Looks whether the new e-mail address of an account is free, then lets somebody else pass before it takes it."""

    async def save(self, user: User) -> None:
        kept = await self.get(user.id)
        if kept.version == user.version - 1 and self._id_of.get(user.email, user.id) != user.id:
            raise EmailTaken("Taken.")
        await asyncio.sleep(0)
        await super().save(user)


class AddressNeverFreed(MemoryUsers):
    """Lets nobody have an e-mail address that an account once had."""

    async def save(self, user: User) -> None:
        old = await self.get(user.id)
        await super().save(user)
        if old.email != user.email:
            self._id_of[old.email] = f"once of {user.id}"


class FoundByOldAddress(MemoryUsers):
    """Finds an account by the e-mail address that it gave up."""

    def __init__(self) -> None:
        super().__init__()
        self._once: dict[str, str] = {}

    async def save(self, user: User) -> None:
        old = await self.get(user.id)
        await super().save(user)
        self._once[old.email] = user.id

    async def by_email(self, email: str) -> User:
        try:
            return await super().by_email(email)
        except UserNotFound:
            return await self.get(self._once.get(email, ""))


class NotFoundByNewAddress(MemoryUsers):
    """Looks for an account at the e-mail address that it began with."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, str] = {}

    async def add(self, user: User) -> None:
        await super().add(user)
        self._first[user.id] = user.email

    async def by_email(self, email: str) -> User:
        found = await super().by_email(email)
        if email != self._first[found.id]:
            raise UserNotFound("None.")
        return found


class CaseIgnored(MemoryUsers):
    """Takes e-mail addresses for one that differ in capitals."""

    async def add(self, user: User) -> None:
        if any(user.email.lower() == email.lower() for email in self._id_of):
            raise EmailTaken("Taken.")
        await super().add(user)


class CapitalsFound(MemoryUsers):
    """Finds an account by its e-mail address in capitals."""

    async def by_email(self, email: str) -> User:
        return await super().by_email(email if email in self._id_of else email.lower())


class TakenToldFirst(MemoryUsers):
    """Tells that an e-mail address is taken though the version is stale."""

    async def save(self, user: User) -> None:
        if self._id_of.get(user.email, user.id) != user.id:
            raise EmailTaken("Taken.")
        await super().save(user)


class HalfRefused(MemoryUsers):
    """Writes the account first, and then finds that its e-mail address is taken."""

    async def add(self, user: User) -> None:
        try:
            await super().add(user)
        except EmailTaken:
            self._users[user.id] = user
            raise


class ReplacedByAdd(MemoryUsers):
    """Takes a known id for a new account."""

    async def add(self, user: User) -> None:
        kept = self._users.get(user.id)
        if kept is None:
            await super().add(user)
        elif self._id_of.get(user.email, user.id) != user.id:
            raise EmailTaken("Taken.")
        else:
            del self._id_of[kept.email]
            self._id_of[user.email] = user.id
            self._users[user.id] = user


class AddedBySave(MemoryUsers):
    """Keeps a next version of nothing."""

    async def save(self, user: User) -> None:
        await (super().save(user) if user.id in self._users else self.add(user))


class StaleForNone(MemoryUsers):
    """Tells that a version is stale where there is no account."""

    async def save(self, user: User) -> None:
        try:
            await super().save(user)
        except UserNotFound as absent:
            raise VersionStale("Stale.") from absent


class RefusalSwallowed(MemoryUsers):
    """Does nothing, and says nothing, when a version is stale."""

    async def save(self, user: User) -> None:
        try:
            await super().save(user)
        except VersionStale:
            return


class NaiveTimes(_Altering):
    """Loses the time zone."""

    def altered(self, user: User) -> User:
        return replace(user, created_at=user.created_at.replace(tzinfo=None))


class LocalTimes(_Altering):
    """Gives the right moment on another clock."""

    def altered(self, user: User) -> User:
        return replace(user, created_at=on_another_clock(user.created_at))


class WholeSeconds(_Altering):
    """Cuts times to the second."""

    def altered(self, user: User) -> User:
        return replace(user, created_at=user.created_at.replace(microsecond=0))


class TimesSinceTheEpoch(_Altering):
    """Knows no time before 1970."""

    def altered(self, user: User) -> User:
        return replace(user, created_at=max(user.created_at, datetime(1970, 1, 1, tzinfo=UTC)))


class OneRole(_Altering):
    """Keeps the first of several roles."""

    def altered(self, user: User) -> User:
        return replace(user, roles=frozenset(sorted(user.roles)[:1]))


class LinesForgotten(_Altering):
    """Forgets the second line of postal addresses."""

    def altered(self, user: User) -> User:
        return replace(user, addresses=tuple(replace(address, line2="") for address in user.addresses))


class AddressesSorted(_Altering):
    """Gives postal addresses back in an order of its own."""

    def altered(self, user: User) -> User:
        return replace(user, addresses=tuple(sorted(user.addresses, key=lambda address: address.id)))


class SignInsForgotten(MemoryUsers):
    """Leaves a field out when it saves, so that ended sessions live on."""

    async def save(self, user: User) -> None:
        await super().save(replace(user, sign_ins=(await self.get(user.id)).sign_ins))


class CutAtNul(_Altering):
    """Ends texts where C does."""

    def altered(self, user: User) -> User:
        return replace(user, name=user.name.partition("\0")[0])


class Trimmed(_Altering):
    """Tidies texts that are not its own."""

    def altered(self, user: User) -> User:
        return replace(user, name=user.name.strip())
