"""Mails that wait to be sent, and what is remembered of their tokens, in MongoDB: one document each."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from pymongo import ASCENDING

from adapters.outbound.mongo.database import Document, MongoCollection
from core.shared.errors import VersionStale
from core.shared.money import Money
from core.shared.rounds import Waiting
from core.user.errors import ProofNotFound
from core.user.model import ConfirmedOrder, OrderedLine, PendingMail, Proof
from core.user.ports import PendingMails, Proofs

EVER = datetime.fromtimestamp(0, UTC)


class MongoProofs(Proofs):
    """One that has expired is removed by the index on its expiry, some time later."""

    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, proof: Proof) -> None:
        async with self._collection.use() as proofs:
            await proofs.insert_one(_kept(asdict(proof), key="digest"))

    async def get(self, digest: str) -> Proof:
        async with self._collection.use() as proofs:
            document = await proofs.find_one({"_id": digest})
        if document is None:
            raise ProofNotFound
        return Proof(**_found(document, key="digest"))

    async def take(self, digest: str) -> bool:
        async with self._collection.use() as proofs:
            return (await proofs.delete_one({"_id": digest})).deleted_count == 1


class MongoPendingMails(PendingMails):
    """What one does not have is not in its document. Those that were sent are removed by the index on their expiry,
    some time later; a comparison of times passes them over, as they have none.
    """

    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def add(self, mail: PendingMail) -> None:
        known = {"_id_": VersionStale("There is such a mail already.")}
        async with self._collection.use(taken=known) as mails:
            await mails.insert_one(_to_document(mail))

    async def due(self, now: datetime, *, limit: int) -> Sequence[PendingMail]:
        async with self._collection.use() as mails:
            found = await mails.find({"not_before": {"$lte": now}}).sort("not_before", ASCENDING).limit(limit).to_list()
        return tuple(map(_to_mail, found))

    async def save(self, mail: PendingMail) -> None:
        async with self._collection.use() as mails:
            result = await mails.replace_one({"_id": mail.id, "version": mail.version - 1}, _to_document(mail))
        if result.matched_count == 0:
            raise VersionStale("The mail is being sent, or was.")

    async def remove(self, id: str) -> None:
        async with self._collection.use() as mails:
            await mails.delete_one({"_id": id})

    async def waiting(self, *, limit: int) -> Waiting:
        async with self._collection.use() as mails:
            waiting = mails.find({"not_before": {"$gte": EVER}}, {"asked_at": 1})
            found = await waiting.sort("not_before", ASCENDING).limit(limit).to_list()
        return Waiting.since(document["asked_at"] for document in found)


def _to_document(mail: PendingMail) -> Document:
    return {name: value for name, value in _kept(asdict(mail), key="id").items() if value is not None}


def _to_mail(document: Document) -> PendingMail:
    found = {"not_before": None, **_found(document, key="id")}
    if order := found.get("order"):
        lines = (OrderedLine(**{**line, "unit_price": Money(**line["unit_price"])}) for line in order["lines"])
        found["order"] = ConfirmedOrder(**{**order, "lines": tuple(lines), "total": Money(**order["total"])})
    return PendingMail(**found)


def _kept(fields: Document, *, key: str) -> Document:
    """Flat as they are, the fields are the document; what it is found by is its `_id`."""
    return {"_id": fields.pop(key), **fields}


def _found(document: Document, *, key: str) -> Document:
    return {key: document.pop("_id"), **document}
