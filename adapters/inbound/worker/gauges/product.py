"""What is set aside in the product service's books."""

from dataclasses import dataclass

from adapters.telemetry.metrics import Metrics
from core.product.use_cases import TellHeld
from core.shared.rounds import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class StockGauges:
    """Units that are set aside."""

    tell_held: TellHeld
    metrics: Metrics

    async def __call__(self) -> Report:
        """Raises: Unavailable."""
        held = await self.tell_held()
        self.metrics.units_held.set(held.units)
        self.metrics.holds.set(held.holds)
        return Report(done=0, failures=())
