"""The catalogue, read once for many who ask at the same time."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from adapters.outbound.decorators.shared_read import SharedRead
from core.product.errors import ProductNotFound
from core.product.model import Count, Entry, FacetName, Facets, Listing, Query
from core.product.ports import Products
from core.shared.errors import ShopError
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock

T = TypeVar("T")


class CoalescedProducts(Products):
    """Brings many `get` that wait at once into one `get_many`, and equal lists, facets and categories into one read.

    Nothing is remembered: an answer is always of a read that was sent after its question. So whoever asks after a write
    was acknowledged sees it, be it a write of products or of stocks, of this process or of another one.
    """

    def __init__(self, products: Products, clock: Clock) -> None:
        self._products = products
        self._clock = clock
        self._gets: SharedRead[str, Mapping[str, Listing]] = SharedRead(self._listings, clock)
        # By what is asked; one is there for as long as somebody asks it.
        self._lists: WeakValueDictionary[Hashable, SharedRead[Callable[[], Awaitable[Any]], Any]]
        self._lists = WeakValueDictionary()

    async def add(self, entry: Entry, *, units: int) -> None:
        await self._products.add(entry, units=units)

    async def add_many(self, entries: Collection[tuple[Entry, int]]) -> Mapping[str, ShopError]:
        return await self._products.add_many(entries)

    async def get(self, id: str) -> Listing:
        listings = await self._gets.ask(id)
        if id not in listings:
            raise ProductNotFound("There is no such product.")
        return listings[id]

    async def get_many(self, ids: Collection[str]) -> tuple[Listing, ...]:
        return await self._products.get_many(ids)

    async def by_skus(self, skus: Collection[str]) -> Mapping[str, Listing]:
        return await self._products.by_skus(skus)

    async def save(self, entry: Entry) -> None:
        await self._products.save(entry)

    async def save_many(self, entries: Collection[Entry]) -> Mapping[str, ShopError]:
        return await self._products.save_many(entries)

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        return await self._one_for_all(
            ("search", query, limit, after), lambda: self._products.search(query, limit=limit, after=after)
        )

    async def facets(self, query: Query, names: Collection[FacetName]) -> Facets:
        return await self._one_for_all(("facets", query, frozenset(names)), lambda: self._products.facets(query, names))

    async def categories(self) -> tuple[Count, ...]:
        return await self._one_for_all("categories", self._products.categories)

    async def _listings(self, ids: Sequence[str]) -> Mapping[str, Listing]:
        """Those that exist."""
        different = tuple(dict.fromkeys(ids))
        if len(different) > 1:
            return {listing.product.id: listing for listing in await self._products.get_many(different)}
        try:
            return {different[0]: await self._products.get(different[0])}
        except ProductNotFound:
            return {}

    async def _one_for_all(self, question: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, which is the same for all who ask this question."""
        shared = self._lists.setdefault(question, SharedRead(_any_of, self._clock))
        answer: T = await shared.ask(read)
        return answer


async def _any_of(reads: Sequence[Callable[[], Awaitable[T]]]) -> T:
    return await reads[0]()
