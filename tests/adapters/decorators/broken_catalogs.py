"""`CachedCatalog` as one could get it wrong."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from adapters.outbound.decorators.cart import CachedCatalog
from core.cart.model import Offer
from core.shared.errors import Unavailable

Offers = Mapping[str, Offer]


class Forgetful(CachedCatalog):
    """Remembers nothing."""

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        pass


class NeverExpires(CachedCatalog):
    """Tells an offer for ever."""

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        super()._remember(id, 1e9, offer)


class YoungFromTheAnswer(CachedCatalog):
    """Counts an offer's age from its answer, which may have been long under way."""

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        super()._remember(id, self._clock.monotonic(), offer)


class YoungByBeingAskedFor(CachedCatalog):
    """Starts an offer's time anew each time it is asked for."""

    def _remembered(self, ids: Any) -> dict[str, Offer]:
        known = super()._remembered(ids)
        for id, offer in known.items():
            self._offers[id] = (self._clock.monotonic(), offer)
        return known


class Unbounded(CachedCatalog):
    """Keeps everything."""

    def __init__(self, *args: Any, size: int, **arguments: Any) -> None:
        super().__init__(*args, size=10**9, **arguments)


class FirstInFirstOut(CachedCatalog):
    """Forgets what it learnt first, though it be what all ask for."""

    def _remembered(self, ids: Any) -> dict[str, Offer]:
        order = list(self._offers)
        known = super()._remembered(ids)
        for id in order:
            self._offers.move_to_end(id)
        return known


class FullMeansNothingNew(CachedCatalog):
    """Learns no more once it is full."""

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        if len(self._offers) < self._size or id in self._offers:
            super()._remember(id, asked_at, offer)


class CutToSize(CachedCatalog):
    """Tells a cart from what it remembers, and it does not remember so much."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        await super().offers(product_ids)
        return self._remembered(product_ids)


class AllOrNothing(CachedCatalog):
    """Asks for the whole cart where one product is missing."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        known = self._remembered(product_ids)
        return known if len(known) == len(product_ids) else await self.read_through(product_ids)


class OneByOne(CachedCatalog):
    """Asks for each product in a call of its own."""

    async def read_through(self, product_ids: Collection[str]) -> Offers:
        told: dict[str, Offer] = {}
        for id in product_ids:
            told.update(await super().read_through([id]))
        return told


class EachForThemselves(CachedCatalog):
    """Lets everybody ask who misses something."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return await self._unremembered([product_ids])


class AskedAgainAfterWaiting(CachedCatalog):
    """Does not look whether what somebody waited to ask for was told meanwhile."""

    async def _unremembered(self, questions: Sequence[Collection[str]]) -> Offers:
        return await self.read_through({id for ids in questions for id in ids})


class AnswersForAll(CachedCatalog):
    """Tells each what all have asked for."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        missing = [id for id in product_ids if id not in self._remembered([id])]
        found = await self._missing.ask(missing) if missing else {}
        return {**self._remembered(product_ids), **found}


class RemembersAbsence(CachedCatalog):
    """Takes for granted that what did not exist does not."""

    _absent: frozenset[str] = frozenset()

    async def read_through(self, product_ids: Collection[str]) -> Offers:
        told = await super().read_through([id for id in product_ids if id not in self._absent])
        self._absent = self._absent.union(id for id in product_ids if id not in told)
        return told


class RemembersFailures(CachedCatalog):
    """Takes a failure for there being no such product, and remembers that."""

    _failed: frozenset[str] = frozenset()

    async def read_through(self, product_ids: Collection[str]) -> Offers:
        if self._failed.intersection(product_ids):
            raise Unavailable("It was down.")
        try:
            return await super().read_through(product_ids)
        except Unavailable:
            self._failed = self._failed.union(product_ids)
            raise


class OldBeforeNothing(CachedCatalog):
    """Tells what it has, however old, if there is no answer."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        try:
            return await super().offers(product_ids)
        except Unavailable:
            return {id: self._offers[id][1] for id in product_ids if id in self._offers}


class FreshIsNotLearnt(CachedCatalog):
    """Learns nothing from those who ask afresh."""

    async def read_through(self, product_ids: Collection[str]) -> Offers:
        return await self._catalog.offers(product_ids)

    async def _unremembered(self, questions: Sequence[Collection[str]]) -> Offers:
        known = self._remembered({id for ids in questions for id in ids})
        missing = {id for ids in questions for id in ids}.difference(known)
        return {**known, **await super().read_through(missing)} if missing else known


class FreshIsCached(CachedCatalog):
    """Answers from memory also those who ask afresh."""

    async def read_through(self, product_ids: Collection[str]) -> Offers:
        known = self._remembered(product_ids)
        missing = [id for id in product_ids if id not in known]
        return {**known, **await super().read_through(missing)} if missing else known


class LastAnswerWins(CachedCatalog):
    """Writes an old answer that comes late over a newer one."""

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        self._offers.pop(id, None)
        super()._remember(id, asked_at, offer)


class FirstAskersTask(CachedCatalog):
    """Has all who ask meanwhile wait for the first one's own call, and its end."""

    _task: asyncio.Task[Offers] | None = None

    async def offers(self, product_ids: Collection[str]) -> Offers:
        known = self._remembered(product_ids)
        while len(known) < len(product_ids):
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(_of(self._unremembered([product_ids])))
                return {**known, **await self._task}
            await self._task
            known = self._remembered(product_ids)
        return known


async def _of(answer: Any) -> Any:
    return await answer


TWINS: Sequence[type[CachedCatalog]] = (
    Forgetful,
    NeverExpires,
    YoungFromTheAnswer,
    YoungByBeingAskedFor,
    Unbounded,
    FirstInFirstOut,
    FullMeansNothingNew,
    CutToSize,
    AllOrNothing,
    OneByOne,
    EachForThemselves,
    AskedAgainAfterWaiting,
    AnswersForAll,
    RemembersAbsence,
    RemembersFailures,
    OldBeforeNothing,
    FreshIsNotLearnt,
    FreshIsCached,
    LastAnswerWins,
    FirstAskersTask,
)
