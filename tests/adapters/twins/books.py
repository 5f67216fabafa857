"""Ways to leaf through the audit's books as one could get them wrong: wrappers round the books, of whatever record."""

from typing import Any

from core.shared.errors import Unavailable

Page = tuple[tuple[Any, ...], str | None]


class _Round:
    """The books as they are told by `books`."""

    def __init__(self, books: Any) -> None:
        self.books = books

    async def list(self, *, limit: int, after: str | None) -> Page:
        page: Page = await self.books.list(limit=limit, after=after)
        return page


class FirstPageOnly(_Round):
    """Says that there is no more."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        return (await super().list(limit=limit, after=after))[0], None


class FirstPageAgain(_Round):
    """Does not hand on where to go on from."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=None)
        return page, None if after else behind


class OverlappingPages(_Round):
    """Begins a page with the last record of the one before."""

    def __init__(self, books: Any) -> None:
        super().__init__(books)
        self.last: dict[str, Any] = {}

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        if behind:
            self.last[behind] = page[-1]
        if after in self.last:
            page = (self.last[after], *page)[:limit]
        return page, behind


class GapBetweenPages(_Round):
    """Leaves out what stands first on each later page."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return page[1:] if after else page, behind


class OneMoreThanAsked(_Round):
    """Hands out the record by which it sees that there is more."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return (*page, *(await super().list(limit=1, after=behind))[0]) if behind else page, behind


class EverythingAtOnce(_Round):
    """Pays no heed to the limit."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        return await super().list(limit=100, after=after)


class EmptyLastPage(_Round):
    """Takes a full page for one with more behind it."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        if after == "the end":
            return (), None
        page, behind = await super().list(limit=limit, after=after)
        return page, behind or ("the end" if len(page) == limit else None)


class OneCursorForAll(_Round):
    """Remembers by itself how far it came, for whoever goes on."""

    place: str | None = None

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, self.place = await super().list(limit=limit, after=self.place if after else None)
        return page, self.place


class PagesByNumber(_Round):
    """Counts what it has told, and skips so many the next time."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        start = int(after or 0)
        found, _ = await super().list(limit=100, after=None)
        end = start + limit
        return found[start:end], str(end) if found[end:] else None


class NewestFirst(_Round):
    """Turns each page round."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page, behind = await super().list(limit=limit, after=after)
        return page[::-1], behind


class Remembered(_Round):
    """Reads each page once."""

    def __init__(self, books: Any) -> None:
        super().__init__(books)
        self.known: dict[tuple[int, str | None], Page] = {}

    async def list(self, *, limit: int, after: str | None) -> Page:
        if (limit, after) not in self.known:
            self.known[limit, after] = await super().list(limit=limit, after=after)
        return self.known[limit, after]


class NothingWithoutAnAnswer(_Round):
    """Takes books that cannot be opened for empty ones."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        try:
            return await super().list(limit=limit, after=after)
        except Unavailable:
            return (), None


class EndWithoutAnAnswer(_Round):
    """Takes what it has for all, when the next page cannot be had."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        try:
            return await super().list(limit=limit, after=after)
        except Unavailable:
            if after is None:
                raise
            return (), None


class EmptyIsNoAnswer(_Round):
    """Takes books with nothing in them for ones that cannot be opened."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        page = await super().list(limit=limit, after=after)
        if not page[0]:
            raise Unavailable("There is nothing.")
        return page


class DriversError(_Round):
    """Lets its driver's own error through."""

    async def list(self, *, limit: int, after: str | None) -> Page:
        try:
            return await super().list(limit=limit, after=after)
        except Unavailable as error:
            raise TimeoutError("no answer") from error
