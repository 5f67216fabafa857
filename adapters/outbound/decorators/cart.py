"""The catalogue's offers, remembered for a moment by the service that shows carts."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from adapters.outbound.decorators.shared_read import SharedRead
from core.cart import OFFERS_AGE_MAX
from core.cart.model import Offer
from core.cart.ports import Catalog
from core.shared.ports import Clock

SIZE = 10_000
"""Offers; some 10 MB of them."""


class CachedCatalog(Catalog):
    """Tells offers that were asked for up to `seconds` ago, of the `size` products asked for last.

    Only what was told is remembered: a product that does not exist is asked for again, and so is one after a failure.
    Only what is not remembered is asked for, in one call, also for several who ask at the same time.
    """

    def __init__(self, catalog: Catalog, *, clock: Clock, seconds: float, size: int = SIZE) -> None:
        """Raises: ValueError if `seconds` are more than an offer's age may be."""
        if not 0 < seconds <= OFFERS_AGE_MAX:
            raise ValueError(f"An offer is remembered for up to {OFFERS_AGE_MAX} seconds.")
        self._catalog = catalog
        self._clock = clock
        self._seconds = seconds
        self._size = size
        self._offers: OrderedDict[str, tuple[float, Offer]] = OrderedDict()
        self._missing: SharedRead[Collection[str], Mapping[str, Offer]] = SharedRead(self._unremembered, clock)

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        offers = self._remembered(product_ids)
        missing = [id for id in product_ids if id not in offers]
        if missing:
            told = await self._missing.ask(missing)
            offers.update((id, told[id]) for id in missing if id in told)
        return offers

    async def read_through(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        """The offers as they are now; from then on they are remembered."""
        asked_at = self._clock.monotonic()
        told = await self._catalog.offers(product_ids)
        for id, offer in told.items():
            self._remember(id, asked_at, offer)
        return told

    async def _unremembered(self, questions: Sequence[Collection[str]]) -> Mapping[str, Offer]:
        """The offers of all that is asked for; some of it may have been told while the question waited."""
        ids = dict.fromkeys(chain.from_iterable(questions))
        offers = self._remembered(ids)
        missing = [id for id in ids if id not in offers]
        return {**offers, **await self.read_through(missing)} if missing else offers

    def _remembered(self, ids: Iterable[str]) -> dict[str, Offer]:
        now = self._clock.monotonic()
        offers = {}
        for id in ids:
            asked_at, offer = self._offers.get(id, (0.0, None))
            if offer is not None and now - asked_at < self._seconds:
                self._offers.move_to_end(id)
                offers[id] = offer
        return offers

    def _remember(self, id: str, asked_at: float, offer: Offer) -> None:
        """Unless a later question was answered before."""
        if id in self._offers and self._offers[id][0] > asked_at:
            return
        self._offers[id] = (asked_at, offer)
        self._offers.move_to_end(id)
        if len(self._offers) > self._size:
            self._offers.popitem(last=False)


class FreshCatalog(Catalog):
    """Asks the catalogue behind a cache each time, and has the cache remember what it says: for what decides.

    So a cart that is looked at through the cache is never older than what its last change has told.
    """

    def __init__(self, cache: CachedCatalog) -> None:
        self._cache = cache

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        return await self._cache.read_through(product_ids)
