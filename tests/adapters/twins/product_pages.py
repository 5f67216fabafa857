"""Searches of products as one could get them wrong: their orders, pages and cursors."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.outbound.memory.product import Shelf
from core.product.model import Listing, Query
from core.shared.paging import Cursor, Key, Page
from tests.adapters.twins.plain_look import Placed, PlainLook


class NamesAsWritten(PlainLook):
    """Orders names by their code points."""

    def _ordered(self, query: Query, placed: list[Placed]) -> list[Placed]:
        if query.order.removeprefix("-") != "name":
            return super()._ordered(query, placed)
        return sorted(placed, key=lambda each: (each[1].product.details.name, each[0]), reverse=query.order[0] == "-")


class TiesAscending(PlainLook):
    """Orders by a descending price, but by an ascending id."""

    def _ordered(self, query: Query, placed: list[Placed]) -> list[Placed]:
        if query.order not in ("-price", "-name"):
            return super()._ordered(query, placed)
        ascending = sorted(placed, key=lambda each: each[0])
        return sorted(ascending, key=lambda each: each[0][:1], reverse=True)  # a stable sort


class CursorIncluded(PlainLook):
    """Starts a page with the last product of the page before."""

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        rest = super()._behind(query, placed, after)
        return [each for each in placed if each in rest or (after is not None and each[0] == query.place_of(after))]


class CursorByFirstKey(PlainLook):
    """Starts a page behind all that has the price or the name of the last product."""

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        rest = super()._behind(query, placed, after)
        return rest if after is None else [each for each in rest if each[0][:-1] != after.key[:-1] or not each[0][:-1]]


class CursorOfAProduct(PlainLook):
    """Looks for the last product of the page before, and ends where it is gone."""

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        if after is None:
            return placed
        places = [each[0] for each in placed]
        place = query.place_of(after)
        return placed[places.index(place) + 1 :] if place in places else ()


class CountedPages(PlainLook):
    """Remembers how many it has shown under a cursor, and skips as many."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self._shown: dict[Cursor, int] = {}

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        page = await super().search(query, limit=limit, after=after)
        if page.next is not None:
            self._shown[page.next] = limit + (0 if after is None else self._shown.get(after, 0))
        return page

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        rest = super()._behind(query, placed, after)
        return rest if after is None or after not in self._shown else placed[self._shown[after] :]


class TierEndsThePage(PlainLook):
    """Ends a page where a tier ends."""

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        rest = self._behind(query, self._placed(query), after)
        count = sum(place[0] == rest[0][0][0] for place, _ in rest[:limit]) if query.order == "relevance" else limit
        items = tuple(listing for _, listing in rest[:count])
        return Page(items=items, next=self._cursor(query, rest[count - 1][0]) if len(rest) > count else None)


class FirstTierOnly(PlainLook):
    """Has no page behind the first tier that has products."""

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        rest = super()._behind(query, placed, after)
        return [each for each in rest if query.order != "relevance" or each[0][0] == rest[0][0][0]]


class FirstPageOnly(PlainLook):
    """Never says that there is more."""

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        return replace(await super().search(query, limit=limit, after=after), next=None)


class LimitIgnored(PlainLook):
    """Lists everything at once."""

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        return await super().search(query, limit=limit + 1_000, after=after)


class EmptyLastPage(PlainLook):
    """Says that there is more behind every full page."""

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        rest = self._behind(query, self._placed(query), after)[:limit]
        items = tuple(listing for _, listing in rest)
        return Page(items=items, next=self._cursor(query, rest[-1][0]) if len(rest) == limit else None)


class AnyCursor(PlainLook):
    """Takes a cursor of another list, and starts at the beginning."""

    def _behind(self, query: Query, placed: list[Placed], after: Cursor | None) -> Sequence[Placed]:
        same = after is not None and after.order == query.order
        return super()._behind(query, placed, after if same else None)


class CursorOfSort(PlainLook):
    """Names in its cursors the sort that was asked for, not the order that it is."""

    def _cursor(self, query: Query, place: tuple[Key, ...]) -> Cursor:
        return Cursor(order=query.sort, key=place)
