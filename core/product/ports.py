"""What the catalogue needs from outside: a place for products, and a place for their stock."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from core.product.model import Count, Entry, FacetName, Facets, Held, Listing, Query, Stock
from core.shared.errors import ShopError
from core.shared.paging import Cursor, Page

PAGE_HOLDS_MAX = 20_000
"""A page of stocks has no more holds than this, so that it stays a few megabytes; a single stock may have more."""


class Products(Protocol):
    """Keeps the catalogue. A product and its stock share an id and are made together.

    What is read is what was kept last, to the field, with its stock as it is now; times are whole milliseconds. Any
    method raises Unavailable if the store cannot answer.
    """

    @abstractmethod
    async def add(self, entry: Entry, *, units: int) -> None:
        """Keep a new product, with `units` received and available, at stock revision 1.

        Raises: SkuTaken if another product, archived or not, has its sku; VersionStale if there is one of its id.
        """

    @abstractmethod
    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        """`add` each with its units, in no certain order; by product id why those were refused that were.

        Each has an id of its own; of several with one sku, one is kept. Together they are no single step: if it
        raises Unavailable, some may be kept.
        """

    @abstractmethod
    async def get(self, id: str) -> Listing:
        """The product, archived or not. Raises: ProductNotFound."""

    @abstractmethod
    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        """Those of the products that exist, archived or not, each once, in the order of `ids`."""

    @abstractmethod
    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        """Those of the products that exist, archived or not, by their skus, to the letter."""

    @abstractmethod
    async def save(self, entry: Entry) -> None:
        """Keep a product's next version; its stock is not touched.

        Raises: ProductNotFound; VersionStale if the version kept now is not `product.version - 1`, whatever the sku;
        SkuTaken.
        """

    @abstractmethod
    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        """`save` each, in no certain order; by product id why those were refused that were.

        Each has an id of its own; of several with one sku, one is kept. Together they are no single step: if it
        raises Unavailable, some may be kept.
        """

    @abstractmethod
    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        """The active products that match, in the query's order, behind `after`.

        What its words match, `Query.tier` says by the terms kept with a product; each tag must be there; category and
        tags match to the letter. Orders: `name` by `Product.name_key`, `price` by amount, `created_at` by id, ties by
        id, `-` for descending all through; `relevance` by tier, then as `name`. A cursor's order is `Query.order`, its
        key the last product's `Query.place`. A product that is there all the while is met exactly once, whatever
        is added or archived meanwhile.

        Raises: CursorInvalid.
        """

    @abstractmethod
    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        """Counts over all that `query` lists: values most frequent first, then by name; `FACET_VALUES_MAX` at most.

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
    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        """Every stock with its holds and adjustments, by product id; the cursor's order is `product_id`.

        A page ends before `limit` where the next stock would make it more than `holds`; a stock that alone has
        more is a page of its own. Raises: CursorInvalid.
        """

    @abstractmethod
    async def held(self, *, limit: int) -> Held:
        """What orders hold of all products, archived ones too; of more than `limit` such products, of any `limit`.

        It costs what these products cost, however many others there are.
        """


class Stemmer(Protocol):
    """Brings the forms of English words together."""

    @abstractmethod
    def stem(self, word: str) -> str:
        """What a folded word shares with its other forms: "walk" for "walking", "walks" and "walk" itself.

        It is never empty, has letters a to z alone, and is for a word always the same: stores keep it. Words that only
        begin alike stay apart. It is for comparing, not to be stemmed again: that may give something else. A word
        with anything but the letters a to z in it, a capital say, stays as it is.
        """
