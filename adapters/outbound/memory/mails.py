"""Mails that wait to be sent, and what is remembered of their tokens, in this process's memory."""

import heapq
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from core.shared.errors import VersionStale
from core.shared.rounds import Waiting
from core.user.errors import ProofNotFound
from core.user.model import PendingMail, Proof
from core.user.ports import PendingMails, Proofs

NEVER = datetime.max.replace(tzinfo=UTC)


class MemoryProofs(Proofs):
    """Proofs by their digests. Safe to share between threads."""

    def __init__(self) -> None:
        self._proofs: dict[str, Proof] = {}
        self._expiries: list[tuple[datetime, str]] = []
        self._lock = Lock()

    async def add(self, proof: Proof) -> None:
        """Keep a new one, and forget those that had expired when it was made, so that memory does not fill up."""
        with self._lock:
            while self._expiries and self._expiries[0][0] <= proof.made_at:
                _, expired = heapq.heappop(self._expiries)
                self._proofs.pop(expired, None)
            heapq.heappush(self._expiries, (proof.expires_at, proof.digest))
            self._proofs[proof.digest] = proof

    async def get(self, digest: str) -> Proof:
        with self._lock:
            try:
                return self._proofs[digest]
            except KeyError as absent:
                raise ProofNotFound from absent

    async def take(self, digest: str) -> bool:
        with self._lock:
            return self._proofs.pop(digest, None) is not None


class MemoryPendingMails(PendingMails):
    """Mails by id: of those that wait there are never many; those that were sent are apart. Safe between threads."""

    def __init__(self) -> None:
        self._mails: dict[str, PendingMail] = {}
        self._remembered: dict[str, PendingMail] = {}
        self._expiries: list[tuple[datetime, str]] = []
        self._lock = Lock()

    async def add(self, mail: PendingMail) -> None:
        """Keep a new one, and forget those that had expired when it was asked for, so that memory does not fill up."""
        with self._lock:
            while self._expiries and self._expiries[0][0] <= mail.asked_at:
                _, expired = heapq.heappop(self._expiries)
                self._remembered.pop(expired, None)
            if self._kept(mail.id) is not None:
                raise VersionStale("There is such a mail already.")
            self._keep(mail)

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        with self._lock:
            due = (mail for mail in self._mails.values() if _turn(mail) <= now)
            return tuple(heapq.nsmallest(limit, due, key=_turn))

    async def save(self, mail: PendingMail) -> None:
        with self._lock:
            kept = self._kept(mail.id)
            if kept is None or kept.version != mail.version - 1:
                raise VersionStale("The mail is being sent, or was.")
            self._keep(mail)

    async def remove(self, id: str) -> None:
        with self._lock:
            self._mails.pop(id, None)
            self._remembered.pop(id, None)

    async def waiting(self, *, limit: int) -> Waiting:
        with self._lock:
            first = heapq.nsmallest(limit, self._mails.values(), key=_turn)
        return Waiting.since(mail.asked_at for mail in first)

    def _kept(self, id: str) -> PendingMail | None:
        return self._mails.get(id) or self._remembered.get(id)

    def _keep(self, mail: PendingMail) -> None:
        if mail.expires_at is None:
            self._mails[mail.id] = mail
        else:
            self._mails.pop(mail.id, None)
            self._remembered[mail.id] = mail
            heapq.heappush(self._expiries, (mail.expires_at, mail.id))


def _turn(mail: PendingMail) -> datetime:
    return mail.not_before or NEVER
