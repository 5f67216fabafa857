"""What carts need from the catalogue, answered by its use cases in the same process."""

from collections.abc import Collection, Mapping

from core.cart.model import Offer
from core.cart.ports import Catalog
from core.product.model import Listing
from core.product.use_cases import ProductUseCases


class InProcessCatalog(Catalog):
    """The catalogue of a product service that lives in this process."""

    def __init__(self, product: ProductUseCases) -> None:
        self._product = product

    async def offers(self, product_ids: Collection[str]) -> Mapping[str, Offer]:
        listings = await self._product.get_products(product_ids=product_ids)
        return {listing.product.id: _offer(listing) for listing in listings}


def _offer(listing: Listing) -> Offer:
    product = listing.product
    return Offer(
        product_id=product.id,
        sku=product.details.sku,
        name=product.details.name,
        price=product.details.price,
        available=listing.available,
        for_sale=product.status == "active",
    )
