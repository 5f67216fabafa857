"""What broken catalogues are made of: one that tells what another does, and one that remembers it."""

from collections.abc import Collection, Mapping
from typing import Any

from core.shared.ports import Clock

Offers = Mapping[str, Any]


class Round:
    """A catalogue as it is told by `catalog`; `remembered` is what it told last of each product."""

    def __init__(self, catalog: Any, clock: Clock) -> None:
        self.catalog = catalog
        self.clock = clock
        self.remembered: dict[str, Any] = {}

    async def offers(self, product_ids: Collection[str]) -> Offers:
        told: Offers = await self.catalog.offers(product_ids)
        self.remembered.update(told)
        return told


class RememberedFor(Round):
    """Asks again for a product after `seconds`; with `by_reading`, after as long without anybody asking for it."""

    seconds: float
    by_reading = False

    def __init__(self, catalog: Any, clock: Clock) -> None:
        super().__init__(catalog, clock)
        self.until: dict[str, float] = {}

    async def offers(self, product_ids: Collection[str]) -> Offers:
        now = self.clock.monotonic()
        due = [id for id in product_ids if self.until.get(id, now) <= now]
        if due:
            for id in due:
                self.remembered.pop(id, None)
            await super().offers(due)
        for id in product_ids if self.by_reading else due:
            self.until[id] = now + self.seconds
        return {id: self.remembered[id] for id in product_ids if id in self.remembered}
