"""What can be asked of the catalogue, and what it counts."""

from dataclasses import dataclass
from typing import Literal

from core.product.model.product import PRICE_MAX, Product
from core.product.model.words import IndexTerms, QueryWord
from core.shared.paging import Cursor, CursorInvalid, Key

QUERY_WORDS_MAX = 10
FACET_VALUES_MAX = 100
"""A facet has this many values at most."""
IN_NAME, ANYWHERE, SOME = 0, 1, 2
"""The tiers of relevance: all words in the name, all of them anywhere, some of them anywhere."""

Sort = Literal["relevance", "name", "-name", "price", "-price", "created_at", "-created_at"]
FacetName = Literal["category", "tag", "price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which active products to list. Prices in minor units, bounds included.

    Ordered by relevance, a product with some of the `words` is listed; in any other order it must have all of them.
    """

    words: tuple[QueryWord, ...] = ()
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

    def tier(self, terms: IndexTerms) -> int | None:
        """How well a product's words match: `IN_NAME`, `ANYWHERE`, `SOME`; or it is not to be listed."""
        if all(word.is_in_name(terms) for word in self.words):
            return IN_NAME
        if all(word.is_anywhere(terms) for word in self.words):
            return ANYWHERE
        some = self.order == "relevance" and any(word.is_anywhere(terms) for word in self.words)
        return SOME if some else None

    def place(self, product: Product, tier: int) -> tuple[Key, ...]:
        """The sort key of a product in this query's order; no two products share one."""
        match self.order:
            case "name" | "-name":
                return (product.name_key, product.id)
            case "price" | "-price":
                return (product.details.price.amount, product.id)
            case "created_at" | "-created_at":
                return (product.id,)
            case "relevance":
                return (tier, product.name_key, product.id)

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
