"""Places for sessions that take from them what protects them."""

from dataclasses import replace

from core.user.model import Session
from core.user.ports import Sessions


class Kept(Sessions):
    """What the twins break: hands everything on."""

    def __init__(self, inner: Sessions) -> None:
        self._inner = inner

    async def add(self, session: Session) -> None:
        await self._inner.add(session)

    async def get(self, id: str) -> Session:
        return await self._inner.get(id)

    async def save(self, session: Session) -> None:
        await self._inner.save(session)

    async def remove(self, id: str) -> None:
        await self._inner.remove(id)


class FamilyGoesOn(Kept):
    """The naive twin: refuses a token that comes back, and ends nothing."""

    async def remove(self, id: str) -> None:
        pass


class NoGrace(Kept):
    """The naive twin: a token is spent once it is spent, also if the reply was lost."""

    async def get(self, id: str) -> Session:
        return replace(await super().get(id), spent=())


class NothingIsSpent(Kept):
    """The naive twin: gives new tokens, and leaves the old ones good."""

    async def save(self, session: Session) -> None:
        before = await self._inner.get(session.id)
        await super().save(replace(session, live=tuple({*before.live, *session.live})))
