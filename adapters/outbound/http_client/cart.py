"""What carts need from the catalogue, asked of the product service over HTTP."""

from collections.abc import Collection, Mapping
from typing import Any

from adapters.outbound.http_client.catalog import money, products
from adapters.outbound.http_client.channel import Channel
from core.cart.model import Offer
from core.cart.ports import Catalog


class HttpCatalog(Catalog):
    """The catalogue of the product service."""

    def __init__(self, product: Channel) -> None:
        self._product = product

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        return {offer.product_id: offer for offer in await products(self._product, product_ids, _offer)}


def _offer(item: dict[str, Any]) -> Offer:
    return Offer(
        product_id=item["id"],
        sku=item["sku"],
        name=item["name"],
        price=money(item["price"]),
        available=item["available"],
        for_sale=item["status"] == "active",
    )
