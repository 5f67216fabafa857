"""A search in memory that looks at every product: the right one, of which the broken ones are made."""

from collections.abc import Sequence

from adapters.outbound.memory.product import MemoryProducts, Shelf
from core.product.model import Entry, IndexTerms, Listing, Query
from core.shared.paging import Cursor, Key, Page

Placed = tuple[tuple[Key, ...], Listing]


class PlainLook(MemoryProducts):
    """Right, and slow; each step by itself, to be got wrong."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self._terms: dict[str, IndexTerms] = {}

    async def add(self, entry: Entry, *, units: int) -> None:
        await super().add(entry, units=units)
        self._terms[entry.product.id] = entry.terms

    async def save(self, entry: Entry) -> None:
        await super().save(entry)
        self._terms[entry.product.id] = entry.terms

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        rest = self._behind(query, self._placed(query), after)
        items = tuple(listing for _, listing in rest[:limit])
        return Page(items=items, next=self._cursor(query, rest[limit - 1][0]) if len(rest) > limit else None)

    def _placed(self, query: Query) -> list[Placed]:
        placed = []
        for listing in map(self._shelf.listing, self._shelf.products):
            tier = self._tier(query, self._terms[listing.product.id])
            if tier is not None and self._is_listed(query, listing):
                placed.append((query.place(listing.product, tier), listing))
        return self._ordered(query, placed)

    def _tier(self, query: Query, terms: IndexTerms) -> int | None:
        return query.tier(terms)

    def _is_listed(self, query: Query, listing: Listing) -> bool:
        details = listing.product.details
        return (
            listing.product.status == "active"
            and query.category in (None, details.category)
            and set(query.tags) <= set(details.tags)
            and (query.min_price or 0) <= details.price.amount
            and (query.max_price is None or details.price.amount <= query.max_price)
            and (listing.in_stock or not query.in_stock)
        )

    def _ordered(self, query: Query, placed: list[Placed]) -> list[Placed]:
        return sorted(placed, key=lambda each: each[0], reverse=query.order[0] == "-")

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        if after is None:
            return placed
        place = query.place_of(after)
        return [each for each in placed if (each[0] < place if query.order[0] == "-" else each[0] > place)]

    def _cursor(self, query: Query, place: tuple[Key, ...]) -> Cursor:
        return Cursor(order=query.order, key=place)
