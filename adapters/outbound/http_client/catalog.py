"""How the other services read the catalogue: in batches, by id."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from adapters.outbound.http_client.channel import Channel
from core.shared.ids import is_id
from core.shared.money import Money

T = TypeVar("T")

BATCH = 100
"""The most ids that `GET /v1/products` takes."""


async def products(product: Channel, ids: Collection[str], read: Callable[[dict[str, Any]], T]) -> list[T]:
    """What `read` makes of each of the products that exist, in no certain order. Raises: Unavailable."""
    wanted = sorted({id for id in ids if is_id(id)})
    found: list[T] = []
    for start in range(0, len(wanted), BATCH):
        path = f"/v1/products?ids={','.join(wanted[start : start + BATCH])}"
        found += await product.ask(path, lambda answer: [read(item) for item in answer["items"]], public=True)
    return found


def money(value: dict[str, Any]) -> Money:
    return Money(amount=value["amount"], currency=value["currency"])
