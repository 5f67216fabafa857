"""Accounts and sessions in this process's memory, for as long as it lives."""

import heapq
from bisect import bisect_left, insort
from datetime import datetime
from threading import Lock

from adapters.outbound.memory.mails import MemoryPendingMails, MemoryProofs
from core.shared.errors import VersionStale
from core.shared.paging import Cursor, Page
from core.user.errors import EmailTaken, SessionNotFound, UserNotFound
from core.user.model import Session, User
from core.user.ports import Sessions, Users


class MemoryUsers(Users):
    """Accounts by id and by e-mail address, and their ids in order. Safe to share between threads."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._id_of: dict[str, str] = {}
        self._ids: list[str] = []
        self._lock = Lock()

    async def add(self, user: User) -> None:
        with self._lock:
            if user.id in self._users:
                raise VersionStale("There is such an account already.")
            if user.email in self._id_of:
                raise EmailTaken("An account has this e-mail address already.")
            self._id_of[user.email] = user.id
            self._users[user.id] = user
            insort(self._ids, user.id)

    async def get(self, id: str) -> User:
        with self._lock:
            return self._get(id)

    async def by_email(self, email: str) -> User:
        with self._lock:
            return self._get(self._id_of.get(email, ""))

    async def save(self, user: User) -> None:
        with self._lock:
            kept = self._get(user.id)
            if kept.version != user.version - 1:
                raise VersionStale(f"The account is at version {kept.version}.")
            if self._id_of.get(user.email, user.id) != user.id:
                raise EmailTaken("Another account has this e-mail address.")
            del self._id_of[kept.email]
            self._id_of[user.email] = user.id
            self._users[user.id] = user

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        with self._lock:
            end = len(self._ids)
            if after is not None:
                (last,) = after.key_in("-id", str)
                end = bisect_left(self._ids, str(last))
            start = max(0, end - limit)
            items = tuple(self._users[id] for id in reversed(self._ids[start:end]))
        return Page(items=items, next=Cursor(order="-id", key=(items[-1].id,)) if start > 0 else None)

    def _get(self, id: str) -> User:
        try:
            return self._users[id]
        except KeyError as absent:
            raise UserNotFound("There is no such account.") from absent


class MemorySessions(Sessions):
    """Sessions by id. Safe to share between threads."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._expiries: list[tuple[datetime, str]] = []
        self._lock = Lock()

    async def add(self, session: Session) -> None:
        """Keep a new session, and forget those that had expired when it began, so that memory does not fill up."""
        with self._lock:
            while self._expiries and self._expiries[0][0] <= session.begun_at:
                _, expired = heapq.heappop(self._expiries)
                self._sessions.pop(expired, None)
            if session.id in self._sessions:
                raise VersionStale("There is such a session already.")
            heapq.heappush(self._expiries, (session.expires_at, session.id))
            self._sessions[session.id] = session

    async def get(self, id: str) -> Session:
        with self._lock:
            try:
                return self._sessions[id]
            except KeyError as absent:
                raise SessionNotFound("There is no such session.") from absent

    async def save(self, session: Session) -> None:
        with self._lock:
            kept = self._sessions.get(session.id)
            if kept is None or kept.version != session.version - 1:
                raise VersionStale("The session has changed.")
            self._sessions[session.id] = session

    async def remove(self, id: str) -> None:
        with self._lock:
            self._sessions.pop(id, None)


class MemoryUserStore:
    """All that the user service keeps."""

    def __init__(self) -> None:
        self.users = MemoryUsers()
        self.sessions = MemorySessions()
        self.proofs = MemoryProofs()
        self.pending_mails = MemoryPendingMails()
