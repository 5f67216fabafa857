"""Tallies in MongoDB, for all replicas together: one document each, in the collection `tallies`."""

from asyncio import Lock
from collections.abc import Callable
from weakref import WeakValueDictionary

from adapters.outbound.mongo.database import Document, MongoDatabase
from core.shared.errors import Unavailable, VersionStale
from core.shared.ports import Tallies
from core.shared.throttling import Tally

ATTEMPTS = 60
"""How often a change is made anew because another process was first. Each time one of them got through, but of three
which are always at it, somebody loses twenty times in a row within some thousand changes; sixty times, never."""


class MongoTallies(Tallies):
    """A tally that has expired is removed by the index on its expiry, some time later.

    A change is kept if the tally is as it was read, and made anew if not. Those of one key take turns within this
    process, so that a crowd from one address meets no more rivals than there are other processes.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._collection = database.collection("tallies")
        self._turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    async def get(self, key: str) -> Tally | None:
        document = await self._document(key)
        return to_tally(document) if document else None

    async def change(self, key: str, step: Callable[[Tally | None], Tally]) -> Tally:
        async with self._turns.setdefault(key, Lock()):
            for _ in range(ATTEMPTS):
                known = await self._document(key)
                tally = step(to_tally(known) if known else None)
                if await self._kept(key, tally, known):
                    return tally
        raise Unavailable("Too many are counted under one key at once.")

    async def remove(self, key: str) -> None:
        async with self._collection.use() as tallies:
            await tallies.delete_one({"_id": key})

    async def _document(self, key: str) -> Document | None:
        async with self._collection.use() as tallies:
            return await tallies.find_one({"_id": key})

    async def _kept(self, key: str, tally: Tally, known: Document | None) -> bool:
        """Whether nobody else was first."""
        document = {"_id": key, "count": tally.count, "until": tally.until, "expires_at": tally.expires_at}
        try:
            async with self._collection.use(taken={"_id_": VersionStale("There is such a tally already.")}) as tallies:
                if known is not None:
                    return (await tallies.replace_one(known, document)).matched_count == 1
                await tallies.insert_one(document)
        except VersionStale:
            return False
        return True


def to_tally(document: Document) -> Tally:
    return Tally(count=document["count"], until=document["until"], expires_at=document["expires_at"])
