"""How much is left to be done."""

from dataclasses import dataclass

from core.order.model import Backlog
from core.order.ports import Orders
from core.shared.rounds import LOOKED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class TellBacklog:
    """Tell how many orders are not finished and how many events not told, and how long the oldest has waited."""

    orders: Orders

    async def __call__(self, *, limit: int = LOOKED_AT) -> Backlog:
        """Raises: Unavailable."""
        return await self.orders.backlog(limit=limit)
