"""What is special about one place for tallies."""

import asyncio
from datetime import timedelta

import pytest

from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.mongo.database import Document, Limits, MongoDatabase
from adapters.outbound.mongo.tallies import MongoTallies
from core.shared.errors import Unavailable
from core.shared.throttling import Tally
from tests.adapters.stores import in_mongo
from tests.fakes import FixedClock

HOUR = timedelta(hours=1)


def _one_more(clock: FixedClock, tally: Tally | None, lasts: timedelta = HOUR) -> Tally:
    until = clock.now() + lasts
    return Tally(count=(tally.count if tally else 0) + 1, until=until, expires_at=until)


async def test_memory_does_not_fill_up_with_tallies_that_have_expired() -> None:
    clock = FixedClock()
    tallies = MemoryTallies(clock)
    for number in range(20_000):
        await tallies.change(f"{number}", lambda tally: _one_more(clock, tally))
        clock.advance(HOUR.total_seconds() / 100)
    assert len(tallies._tallies) <= 1_000
    assert await tallies.get("19999") is not None


async def test_memory_keeps_no_more_than_so_many_and_those_the_longest_that_matter_the_longest() -> None:
    clock = FixedClock()
    tallies = MemoryTallies(clock, most=2_000)
    await tallies.change("known", lambda tally: _one_more(clock, tally, timedelta(days=30)))
    for number in range(10_000):
        await tallies.change(f"{number}", lambda tally: _one_more(clock, tally))
        assert len(tallies._tallies) <= 2_000
        clock.advance(0.001)
    assert await tallies.get("known") is not None
    assert await tallies.get("9999") is not None
    assert await tallies.get("0") is None


async def test_threads_lose_no_count_in_memory() -> None:
    clock = FixedClock()
    tallies = MemoryTallies(clock)

    async def count(number: int) -> None:
        for turn in range(1_000):
            await tallies.change("all", lambda tally: _one_more(clock, tally))
            await tallies.change(f"{number}:{turn}", lambda tally: _one_more(clock, tally))

    def work(number: int) -> None:
        asyncio.run(count(number))

    await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(8)))
    kept = await tallies.get("all")
    assert kept is not None
    assert kept.count == 8_000


async def test_in_mongo_processes_lose_none_of_each_others_counts() -> None:
    """What shares no object but the database is as good as another process."""
    async with in_mongo("tallies") as first:
        replicas = [first, *(MongoTallies(_database_of(first)) for _ in range(2))]
        await asyncio.gather(*(each.change("all", _again) for each in replicas * 30))
        assert (await first.get("all")).count == 90
        assert not first._turns


class Overtaken(MongoTallies):
    """Where somebody else is always first."""

    def __init__(self, database: MongoDatabase, rival: MongoTallies) -> None:
        super().__init__(database)
        self.rival = rival
        self.reads = 0

    async def _document(self, key: str) -> Document | None:
        self.reads += 1
        found = await super()._document(key)
        await self.rival.change(key, _again)
        return found


async def test_in_mongo_a_tally_that_never_stays_as_it_was_read_is_no_endless_work() -> None:
    async with in_mongo("tallies") as rival:
        tallies = Overtaken(_database_of(rival), rival)
        with pytest.raises(Unavailable):
            await tallies.change("all", _again)
        assert tallies.reads < 100
        assert (await rival.get("all")).count == tallies.reads


def _again(tally: Tally | None) -> Tally:
    return _one_more(FixedClock(), tally, timedelta(days=365_000))


def _database_of(tallies: MongoTallies) -> MongoDatabase:
    collection = tallies._collection._collection
    return MongoDatabase(collection.database.client, collection.database.name, limits=Limits(seconds=30))
