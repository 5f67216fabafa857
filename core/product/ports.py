"""What the catalogue needs from outside: a place for products, and a place for their stock."""

from abc import abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.product.model import Count, FacetName, Facets, Listing, Product, Query, Stock
from core.shared.paging import Cursor, Page

PAGE_HOLDS_MAX = 20_000
"""A page of stocks has no more holds than this, so that it stays a few megabytes; a single stock may have more."""


class Products(Protocol):
    """Keeps the catalogue. A product and its stock share an id and are made together.

    Any method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, product: Product, *, units: int) -> None:
        """Keep a new product, with `units` received and available, at stock revision 1.

        Raises: SkuTaken if another product, archived or not, has its sku; VersionStale if there is one of its id.
        """

    @abstractmethod
    async def get(self, id: str) -> Listing:
        """The product, archived or not. Raises: ProductNotFound."""

    @abstractmethod
    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        """Those of the products that exist, archived or not, each once, in the order of `ids`."""

    @abstractmethod
    async def save(self, product: Product) -> None:
        """Keep a product's next version; its stock is not touched.

        Raises: VersionStale if the version kept now is not `product.version - 1`; SkuTaken; ProductNotFound.
        """

    @abstractmethod
    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        """The active products that match, in the query's order, behind `after`.

        A word matches if it is among `Product.all_words`; each tag must be there; category and tags match
        to the letter. Orders: `name` by `Product.name_key`, `price` by amount, `created_at` by id, ties by id, `-` for
        descending all through; `relevance` has products with every word in their name before the others, each
        by name, and without words is `-created_at`. A cursor's order is `Query.order`, its key the last
        product's `Query.place`. A product that is there all the while is met exactly once, whatever is added or
        archived meanwhile.

        Raises: CursorInvalid.
        """

    @abstractmethod
    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        """Counts over all that `query` matches: values most frequent first, then by name; at most 100 of each.

        Price bands are `PRICE_BANDS`, those with no product left out.
        """

    @abstractmethod
    async def categories(self) -> tuple[Count, ...]:
        """Every category that has an active product, by name, with how many it has."""


class Stocks(Protocol):
    """Keeps the stock of each product. Each verb is one atomic step: `Stock`'s method of that name says what it does.

    Order ids are UUIDv7; an adjustment's key is hexadecimal, with dashes at most; times are whole milliseconds.
    Every verb raises ProductNotFound where there is no such product, and what the method of `Stock` raises. Any method
    raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        """`Stock.take`."""

    @abstractmethod
    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        """`Stock.release`."""

    @abstractmethod
    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        """`Stock.settle`."""

    @abstractmethod
    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        """`Stock.adjust`; whether this call changed anything (`False`: the key was known)."""

    @abstractmethod
    async def list(self, *, limit: int, after: Cursor | None) -> Page[Stock]:
        """Every stock with its holds and adjustments, by product id; the cursor's order is `product_id`.

        A page ends before `limit` where the next stock would make it more than `PAGE_HOLDS_MAX` holds.
        Raises: CursorInvalid.
        """
