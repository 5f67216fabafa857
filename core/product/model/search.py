"""What can be asked of the catalogue, and what it counts."""

from dataclasses import dataclass
from typing import Literal

from core.product.model.product import PRICE_MAX, Product
from core.shared.paging import Cursor, CursorInvalid, Key

QUERY_WORDS_MAX = 10

Sort = Literal["relevance", "name", "-name", "price", "-price", "created_at", "-created_at"]
FacetName = Literal["category", "tag", "price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which active products to list. `words` are folded; all of them must occur. Prices in minor units, inclusive."""

    words: tuple[str, ...] = ()
    category: str | None = None
    tags: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    sort: Sort = "-created_at"

    @property
    def order(self) -> Sort:
        """The order to list them in: without words there is no relevance, and the newest come first."""
        return "-created_at" if self.sort == "relevance" and not self.words else self.sort

    def place(self, product: Product) -> tuple[Key, ...]:
        """The sort key of a product in this query's order; no two products share one."""
        match self.order:
            case "name" | "-name":
                return (product.name_key, product.id)
            case "price" | "-price":
                return (product.details.price.amount, product.id)
            case "created_at" | "-created_at":
                return (product.id,)
            case "relevance":
                return (0 if set(self.words) <= set(product.name_words) else 1, product.name_key, product.id)

    def place_of(self, cursor: Cursor) -> tuple[Key, ...]:
        """The sort key at which a page of this query ended. Raises: CursorInvalid."""
        place = cursor.key_in(self.order, *_PLACES[self.order.removeprefix("-")])
        if not all(part.isprintable() if isinstance(part, str) else 0 <= part <= PRICE_MAX for part in place):
            raise CursorInvalid("This list has no such place.")  # a forged one, and too strange for a database
        return place


_PLACES: dict[str, tuple[type, ...]] = {
    "relevance": (int, str, str),
    "name": (str, str),
    "price": (int, str),
    "created_at": (str,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many active products have `value`."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """How many products cost from `min` to `max` minor units, both included."""

    min: int
    max: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over everything a query matches, most frequent first; a facet not asked for is `None`."""

    category: tuple[Count, ...] | None = None
    tag: tuple[Count, ...] | None = None
    price: tuple[PriceBand, ...] | None = None


PRICE_BANDS = tuple(
    (low, high - 1)
    for low, high in zip(
        (0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000),
        (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, PRICE_MAX + 1),
        strict=True,
    )
)
"""The price facet's bands in minor units."""
