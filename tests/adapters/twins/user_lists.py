"""Stores of accounts as one could get them wrong, where they list accounts."""

from bisect import bisect_right
from dataclasses import replace

from adapters.outbound.memory.user import MemoryUsers
from core.shared.paging import Cursor, Page
from core.user.errors import UserNotFound
from core.user.model import User


class OldestFirst(MemoryUsers):
    """Lists accounts in the order of their coming."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        start = 0 if after is None else bisect_right(self._ids, str(after.key_in("-id", str)[0]))
        items = tuple(self._users[id] for id in self._ids[start : start + limit])
        more = start + limit < len(self._ids)
        return Page(items=items, next=Cursor(order="-id", key=(items[-1].id,)) if more else None)


class Overlapping(MemoryUsers):
    """Begins a page with the end of the one before."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        if after is None:
            return await super().list(limit=limit, after=None)
        return await super().list(limit=limit, after=replace(after, key=(f"{after.key_in('-id', str)[0]}~",)))


class PagedByCount(MemoryUsers):
    """Counts how many accounts to skip, though others come in front of them."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        skip = 0 if after is None else int(str(after.key_in("-id", str)[0]))
        items = (await super().list(limit=len(self._ids) + 1, after=None)).items
        more = len(items) > skip + limit
        return Page(
            items=items[skip : skip + limit], next=Cursor(order="-id", key=(f"{skip + limit}",)) if more else None
        )


class AnyCursor(MemoryUsers):
    """Takes the cursor of another list for its own."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        return await super().list(
            limit=limit, after=after and Cursor(order="-id", key=(f"{after.key[0] if after.key else ''}",))
        )


class CursorIgnored(MemoryUsers):
    """Gives the first page again and again."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        if after is not None:
            after.key_in("-id", str)
        return await super().list(limit=limit, after=None)


class CursorOfAnAccountOnly(MemoryUsers):
    """Knows no place in the list where there is no account."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        if after is not None and after.key_in("-id", str)[0] not in self._users:
            return Page(items=(), next=None)
        return await super().list(limit=limit, after=after)


class OneTooMany(MemoryUsers):
    """Looks one account ahead to see whether more follow, and forgets to take it off."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        return await super().list(limit=limit + 1, after=after)


class NothingToList(MemoryUsers):
    """Cannot bear an empty list."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        if not self._ids:
            raise UserNotFound("None.")
        return await super().list(limit=limit, after=after)


class FirstPageOnly(MemoryUsers):
    """Says that a page is the last."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        return replace(await super().list(limit=limit, after=after), next=None)


class NeverTheLastPage(MemoryUsers):
    """Takes a full page for a sign that more follow."""

    async def list(self, *, limit: int, after: Cursor | None) -> Page[User]:
        page = await super().list(limit=limit, after=after)
        full = len(page.items) == limit
        return replace(page, next=Cursor(order="-id", key=(page.items[-1].id,)) if full else None)
