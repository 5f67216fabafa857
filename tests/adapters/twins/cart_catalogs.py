"""Ways for carts to see the catalogue that remember too well."""

from collections.abc import Collection

from core.cart import OFFERS_AGE_MAX
from tests.adapters.twins.offers import Offers, RememberedFor


class TwiceAsOld(RememberedFor):
    """Tells offers that are older than any may be."""

    seconds = 2 * OFFERS_AGE_MAX


class YoungByBeingAskedFor(RememberedFor):
    """Starts an offer's time anew each time it is asked for."""

    seconds = OFFERS_AGE_MAX
    by_reading = True


class AllAsYoungAsTheYoungest(RememberedFor):
    """Keeps one time for all that it remembers: that of its last question."""

    seconds = OFFERS_AGE_MAX

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        self.until = dict.fromkeys(self.until, max(self.until.values(), default=0.0))
        return told
