"""Stores of sessions as one could get them wrong."""

import asyncio
from abc import abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.outbound.memory.user import MemorySessions
from core.shared.errors import VersionStale
from core.user.errors import SessionNotFound
from core.user.model import Session


class _Altering(MemorySessions):
    """Keeps another session than it was given."""

    @abstractmethod
    def altered(self, session: Session) -> Session: ...

    async def add(self, session: Session) -> None:
        await super().add(self.altered(session))

    async def save(self, session: Session) -> None:
        await super().save(self.altered(session))


class IgnoredVersion(MemorySessions):
    """Keeps whatever comes last."""

    async def save(self, session: Session) -> None:
        if session.id not in self._sessions:
            raise VersionStale("Stale.")
        self._sessions[session.id] = session


class CheckedBefore(MemorySessions):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, session: Session) -> None:
        kept = self._sessions.get(session.id)
        if kept is None or kept.version != session.version - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        self._sessions[session.id] = session


class LookedUpBefore(MemorySessions):
    """Looks whether an id is free, then lets somebody else pass before it takes it."""

    async def add(self, session: Session) -> None:
        if session.id in self._sessions:
            raise VersionStale("Known.")
        await asyncio.sleep(0)
        self._sessions[session.id] = session


class Revived(MemorySessions):
    """Saves a session that was ended."""

    async def save(self, session: Session) -> None:
        if session.id in self._sessions:
            await super().save(session)
        else:
            await self.add(session)


class NotFoundForStale(MemorySessions):
    """Tells a save that there is no session, which its caller does not expect."""

    async def save(self, session: Session) -> None:
        await self.get(session.id)
        await super().save(session)


class ReplacedByAdd(MemorySessions):
    """Takes a known id for a new session."""

    async def add(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        await super().add(session)


class AddSwallowed(MemorySessions):
    """Does nothing, and says nothing, when an id is known."""

    async def add(self, session: Session) -> None:
        if session.id not in self._sessions:
            await super().add(session)


class OneEach(MemorySessions):
    """Forgets a person's session when they sign in once more."""

    async def add(self, session: Session) -> None:
        await super().add(session)
        for other in [*self._sessions.values()]:
            if other.user_id == session.user_id and other.id != session.id:
                del self._sessions[other.id]


class NoMoreThanSome(MemorySessions):
    """Forgets the session that began first when there are many."""

    async def add(self, session: Session) -> None:
        await super().add(session)
        while len(self._sessions) > 64:
            del self._sessions[next(iter(self._sessions))]


class ForgottenTooEarly(MemorySessions):
    """Keeps sessions for a day, however long they last."""

    async def add(self, session: Session) -> None:
        await super().add(replace(session, expires_at=session.begun_at + timedelta(days=1)))
        self._sessions[session.id] = session


class NeverForgotten(MemorySessions):
    """Forgets nothing on demand."""

    async def remove(self, id: str) -> None:
        if id in self._sessions:
            await self.get(id)


class ForgottenTogether(MemorySessions):
    """Ends all sessions of a person with one of them."""

    async def remove(self, id: str) -> None:
        gone = self._sessions.get(id)
        self._sessions = {
            other.id: other for other in self._sessions.values() if gone is None or other.user_id != gone.user_id
        }


class NothingToForget(MemorySessions):
    """Complains of a session that is forgotten already."""

    async def remove(self, id: str) -> None:
        await self.get(id)
        await super().remove(id)


class CapitalsFound(MemorySessions):
    """Takes capitals of an id for the id."""

    async def get(self, id: str) -> Session:
        return await super().get(id.lower())


class NoneForNotFound(MemorySessions):
    """Gives nothing where it should raise."""

    async def get(self, id: str) -> Session:
        try:
            return await super().get(id)
        except SessionNotFound:
            return None  # type: ignore[return-value]  # the fault


class LastTokenOnly(_Altering):
    """Keeps the token that was made last, so that the other tab is signed out."""

    def altered(self, session: Session) -> Session:
        return replace(session, live=session.live[-1:])


class SpentForgotten(MemorySessions):
    """Leaves a field out when it saves, so that a spent token is not known again."""

    async def save(self, session: Session) -> None:
        await super().save(replace(session, spent=()))


class SpentSorted(_Altering):
    """Gives spent tokens back in an order of its own."""

    def altered(self, session: Session) -> Session:
        return replace(session, spent=tuple(sorted(session.spent, key=lambda spent: spent.digest)))


class SignInsNotSaved(MemorySessions):
    """Leaves a session under the number that it began with, so that it ends with the others of its user."""

    async def save(self, session: Session) -> None:
        await super().save(session)
        self._sessions[session.id] = replace(session, sign_ins=1)


class NaiveTimes(_Altering):
    """Loses the time zone of when a token was spent."""

    def altered(self, session: Session) -> Session:
        return replace(
            session, spent=tuple(replace(spent, at=spent.at.replace(tzinfo=None)) for spent in session.spent)
        )


class WholeSeconds(_Altering):
    """Cuts times to the second."""

    def altered(self, session: Session) -> Session:
        return replace(session, begun_at=session.begun_at.replace(microsecond=0))


class ExpiryOfThisCentury(_Altering):
    """Has no room for a time after 2038."""

    def altered(self, session: Session) -> Session:
        return replace(session, expires_at=min(session.expires_at, datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)))
