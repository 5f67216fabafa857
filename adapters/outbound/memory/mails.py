"""Mails that wait to be sent, and what is remembered of their tokens, in this process's memory."""

import heapq
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from core.shared.errors import VersionStale
from core.shared.rounds import Waiting
from core.user.errors import ProofNotFound
from core.user.model import PendingMail, Proof
from core.user.ports import PendingMails, Proofs


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
    """Mails by id: there are never many. Safe to share between threads."""

    def __init__(self) -> None:
        self._mails: dict[str, PendingMail] = {}
        self._lock = Lock()

    async def add(self, mail: PendingMail) -> None:
        with self._lock:
            if mail.id in self._mails:
                raise VersionStale("There is such a mail already.")
            self._mails[mail.id] = mail

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        with self._lock:
            due = (mail for mail in self._mails.values() if mail.not_before <= now)
            return tuple(heapq.nsmallest(limit, due, key=lambda mail: mail.not_before))

    async def save(self, mail: PendingMail) -> None:
        with self._lock:
            kept = self._mails.get(mail.id)
            if kept is None or kept.version != mail.version - 1:
                raise VersionStale("The mail is being sent, or was.")
            self._mails[mail.id] = mail

    async def remove(self, id: str) -> None:
        with self._lock:
            self._mails.pop(id, None)

    async def waiting(self, *, limit: int) -> Waiting:
        with self._lock:
            first = heapq.nsmallest(limit, self._mails.values(), key=lambda mail: mail.not_before)
        return Waiting.since(mail.asked_at for mail in first)
