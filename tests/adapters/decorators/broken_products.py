"""`CoalescedProducts` as one could get it wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from adapters.outbound.decorators.product import CoalescedProducts
from adapters.outbound.decorators.shared_read import A, Q, SharedRead, _Asker
from core.product.model import Listing, Query
from core.product.ports import Products
from core.shared.context import REQUEST
from core.shared.errors import Unavailable
from core.shared.paging import Cursor, Page
from core.shared.ports import Clock


class NothingShared(CoalescedProducts):
    """Asks for each."""

    async def get(self, id: str) -> Listing:
        return await self._products.get(id)


class JoinedUnderWay(CoalescedProducts):
    """Joins a read of the same product that was sent before, and maybe before a write."""

    def __init__(self, products: Products, clock: Clock) -> None:
        super().__init__(products, clock)
        self._under_way: dict[str, asyncio.Task[Listing]] = {}

    async def get(self, id: str) -> Listing:
        if id not in self._under_way:
            self._under_way[id] = asyncio.create_task(_of(super().get(id)))
            self._under_way[id].add_done_callback(lambda _: self._under_way.pop(id))
        return await asyncio.shield(self._under_way[id])


class JoinedLists(CoalescedProducts):
    """The same for lists: answers with a list that was sent for before a write."""

    def __init__(self, products: Products, clock: Clock) -> None:
        super().__init__(products, clock)
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def _one_for_all(self, question: Hashable, read: Callable[[], Awaitable[Any]]) -> Any:
        if question not in self._under_way:
            self._under_way[question] = asyncio.create_task(_of(read()))
            self._under_way[question].add_done_callback(lambda _: self._under_way.pop(question))
        return await asyncio.shield(self._under_way[question])


class GenerationOfProductsAlone(JoinedLists):
    """Joins lists no more after a write of a product; of a write of stocks, or elsewhere, it hears nothing."""

    def __init__(self, products: Products, clock: Clock) -> None:
        super().__init__(products, clock)
        self._generation = 0

    async def add(self, entry: Any, *, units: int) -> None:
        await super().add(entry, units=units)
        self._generation += 1

    async def _one_for_all(self, question: Hashable, read: Callable[[], Awaitable[Any]]) -> Any:
        return await super()._one_for_all((question, self._generation), read)


class EqualByQueryAlone(CoalescedProducts):
    """Takes pages of one query for each other."""

    async def search(self, query: Query, *, limit: int, after: Cursor | None) -> Page[Listing]:
        return await self._one_for_all(
            ("search", query), lambda: self._products.search(query, limit=limit, after=after)
        )


class OneLane(CoalescedProducts):
    """Has every list wait for every other."""

    def __init__(self, products: Products, clock: Clock) -> None:
        super().__init__(products, clock)
        self._turn = asyncio.Lock()

    async def _one_for_all(self, question: Hashable, read: Callable[[], Awaitable[Any]]) -> Any:
        async def in_turn() -> Any:
            async with self._turn:
                return await read()

        return await super()._one_for_all(question, in_turn)


class _Broken(SharedRead[Q, A]):
    """Its subclasses share reads in a wrong way."""

    async def _together(self, askers: Sequence[_Asker[Q, A]], sent_at: float) -> None:
        try:
            answer = await self._read([asker.question for asker in askers])
        except Exception as error:  # noqa: BLE001 - as they all do
            for asker in askers:
                self._fail(asker, error)
        else:
            for asker in askers:
                self._answer(asker, answer)
        finally:
            self._end(sent_at)

    def _fail(self, asker: _Asker[Q, A], error: Exception) -> None:
        if not asker.has_gone:
            asker.answer.set_exception(error)

    def _answer(self, asker: _Asker[Q, A], answer: A) -> None:
        if not asker.has_gone:
            asker.answer.set_result(answer)


class _OneErrorForAll(_Broken[Q, A]):
    """Raises the same error in everybody's face."""


class _OneRefusalForAll(_Broken[Q, A]):
    """Tells all of them what concerns one, each in an error of their own."""

    def _fail(self, asker: _Asker[Q, A], error: Exception) -> None:
        if isinstance(error, Unavailable):
            own = Unavailable(error.detail, retry_after=error.retry_after, **error.facts)
            own.__cause__ = error.__cause__
            super()._fail(asker, own)
        else:
            super()._fail(asker, type(error)(*error.args))


class _FailedForAllWhoWait(SharedRead[Q, A]):
    """Passes a failure on to those whose question was not even sent."""

    def __init__(self, read: Callable[[Sequence[Q]], Awaitable[A]], clock: Clock) -> None:
        async def failing(questions: Sequence[Q]) -> A:
            try:
                return await read(questions)
            except Unavailable as error:
                for asker in self._waiting:
                    asker.answer.set_exception(Unavailable(error.detail))
                raise

        super().__init__(failing, clock)


class _AnswersTheGone(_Broken[Q, A]):
    """Stops at the first who has hung up: the answer of the others is lost."""

    def _answer(self, asker: _Asker[Q, A], answer: A) -> None:
        asker.answer.set_result(answer)


class _ReadByTheFirst(SharedRead[Q, A]):
    """Has the first asker's task do the reading for all: whoever cancels that cancels all."""

    async def _alone(self, question: Q) -> A:
        return await asyncio.shield(asyncio.ensure_future(super()._alone(question)))

    async def ask(self, question: Q) -> A:
        try:
            return await super().ask(question)
        except asyncio.CancelledError:
            for task in self._tasks:
                task.cancel()
            for asker in self._waiting:
                asker.answer.cancel()
            raise


class _FirstOnesRequest(SharedRead[Q, A]):
    """Reads for all as part of the first one's request: by its deadline, under its id."""

    async def _together(self, askers: Sequence[_Asker[Q, A]], sent_at: float) -> None:
        REQUEST.set(askers[0].context)
        await super()._together(askers, sent_at)


class _NobodysRequest(SharedRead[Q, A]):
    """Forgets the request also where there is only one."""

    async def _together(self, askers: Sequence[_Asker[Q, A]], sent_at: float) -> None:
        if len(askers) == 1:
            REQUEST.set(type(askers[0].context)(deadline=askers[0].context.deadline))
        await super()._together(askers, sent_at)


class _NoLimit(SharedRead[Q, A]):
    """Has everybody wait until there is an answer."""

    def _left(self, context: object) -> None:
        return None


class _Patient(SharedRead[Q, A]):
    """Waits for a read under way, however long that takes."""

    def _begin(self) -> float:
        self._under_way.append(float("inf"))
        return float("inf")


class _AsksForTheGone(SharedRead[Q, A]):
    """Asks also for those who have hung up."""

    def _send(self) -> None:
        for asker in self._waiting:
            if asker.has_gone:
                object.__setattr__(asker, "answer", asyncio.get_running_loop().create_future())
        super()._send()


def _sharing(shared: type[SharedRead[Any, Any]]) -> type[CoalescedProducts]:
    class Twin(CoalescedProducts):
        def __init__(self, products: Products, clock: Clock) -> None:
            super().__init__(products, clock)
            self._gets = shared(self._listings, clock)

    Twin.__name__ = shared.__name__.removeprefix("_")
    return Twin


TWINS: Sequence[type[CoalescedProducts]] = (
    NothingShared,
    JoinedUnderWay,
    JoinedLists,
    GenerationOfProductsAlone,
    EqualByQueryAlone,
    OneLane,
    *map(
        _sharing,
        (
            _OneErrorForAll,
            _OneRefusalForAll,
            _FailedForAllWhoWait,
            _AnswersTheGone,
            _ReadByTheFirst,
            _FirstOnesRequest,
            _NobodysRequest,
            _NoLimit,
            _Patient,
            _AsksForTheGone,
        ),
    ),
)


async def _of(question: Awaitable[Any]) -> Any:
    return await question
