"""Ways to see the catalogue as one could get them wrong: wrappers round a catalogue, be it of carts or of orders."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from core.shared.errors import Unavailable
from core.shared.money import Money
from core.shared.ports import Clock
from tests.adapters.twins.offers import Offers, Round


class LastProductForgotten(Round):
    """Stops one product too early."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return await super().offers(list(product_ids)[:-1])


class FirstHundredOnly(Round):
    """Asks for one batch, and does not ask again."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return await super().offers(list(product_ids)[:100])


class ArchivedForSale(Round):
    """Does not look at the status."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return {id: replace(offer, for_sale=True) for id, offer in (await super().offers(product_ids)).items()}


class ArchivedLeftOut(Round):
    """Takes an archived product for one that does not exist."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return {id: offer for id, offer in (await super().offers(product_ids)).items() if offer.for_sale}


class InStockOrNot(Round):
    """Says that there are units, not how many."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        return {id: replace(offer, available=min(1, offer.available)) for id, offer in told.items()}


class AlwaysDollars(Round):
    """Takes the amount, and its own idea of the currency."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        prices = {id: Money(amount=offer.price.amount, currency="USD") for id, offer in told.items()}
        return {id: replace(offer, price=prices[id]) for id, offer in told.items()}


class NameForSku(Round):
    """Mixes two texts up."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        return {id: replace(offer, sku=offer.name, name=offer.sku) for id, offer in told.items()}


class InventedOffer(Round):
    """Makes something up for each product that does not exist, so that nobody meets a gap."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        nothing = next(iter(told.values()), None)
        return {id: told.get(id) or replace(nothing, product_id=id, available=0) for id in product_ids if nothing}


class UnknownIsAnError(Round):
    """Fails for all when one does not exist."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        return {id: told[id] for id in product_ids}


class FoldedIds(Round):
    """Finds products by ids that are none of theirs."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        return await super().offers([id.lower() for id in product_ids])


class NothingWithoutAnAnswer(Round):
    """Takes a catalogue that cannot answer for an empty one."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        try:
            return await super().offers(product_ids)
        except Unavailable:
            return {}


class DriversError(Round):
    """Lets its driver's own error through."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        try:
            return await super().offers(product_ids)
        except Unavailable as error:
            raise ConnectionError("refused") from error


class GivenUpForEver(Round):
    """A circuit breaker that never closes again."""

    broken = False

    async def offers(self, product_ids: Collection[str]) -> Offers:
        if self.broken:
            raise Unavailable("It was not there before.")
        try:
            return await super().offers(product_ids)
        except Unavailable:
            self.broken = True
            raise


class OldOffersWithoutAnAnswer(Round):
    """Tells what it remembers, of whatever age, when the catalogue cannot answer."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        try:
            return await super().offers(product_ids)
        except Unavailable:
            if all(id in self.remembered for id in product_ids):
                return {id: self.remembered[id] for id in product_ids}
            raise


class PartOfAnAnswer(Round):
    """Tells those it has asked for a moment ago, when the others cannot be had."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        known, self.remembered = self.remembered, {}
        try:
            return await super().offers(product_ids)
        except Unavailable:
            found = {id: known[id] for id in product_ids if id in known}
            if 0 < len(found) < len(product_ids):
                return found
            raise


class RememberedForEver(Round):
    """Asks once for each product."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        unknown = [id for id in product_ids if id not in self.remembered]
        if unknown:
            await super().offers(unknown)
        return {id: self.remembered[id] for id in product_ids if id in self.remembered}


class RememberedAbsence(Round):
    """Asks no more for a product that did not exist."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers([id for id in product_ids if self.remembered.get(id, id) is not None])
        self.remembered.update({id: None for id in product_ids if id not in told})
        return told


class EverythingRemembered(Round):
    """Tells more than it was asked for: all that it knows."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        await super().offers(product_ids)
        return dict(self.remembered)


class OneAnswerForAll(Round):
    """Writes each answer over the one before."""

    def __init__(self, catalog: Any, clock: Clock) -> None:
        super().__init__(catalog, clock)
        self.answer: dict[str, Any] = {}

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers(product_ids)
        self.answer.clear()
        self.answer.update(told)
        return self.answer


class EmptiedList(Round):
    """Ticks off what it was asked for in the asker's own list."""

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told = await super().offers([*product_ids])
        if isinstance(product_ids, list):
            product_ids.clear()
        return told
