"""The attack tells every route that has a door open."""

import logging
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.database import mongo_url
from tests.figures import Figure
from tests.security.hostile.corpus import CANARY
from tests.security.hostile.keeping import InMemory, Watch
from tests.security.hostile.run import attack
from tests.security.hostile.stage import stage
from tests.security.hostile.twins import PATH, TWINS, Twin, with_twin
from tests.security.hostile.verdicts import FORMAT


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
async def test_an_open_door_is_found(twin: Twin, figure: Figure) -> None:
    async with stage(routers=with_twin(twin)) as opened:
        found = await attack(opened, "product", path=PATH, formatter=logging.Formatter(FORMAT))
    told = [fault for fault in found.faults if TWINS[twin] in fault]
    assert told, found.faults[:5]
    figure("Open doors found by the hostile corpus: {twins} of {all}", twins=1, all=1)


class NaiveStore:
    """Keeps what it is given."""

    def __init__(self, *things: object) -> None:
        self.things = list(things)


async def test_an_operator_that_is_kept_is_found() -> None:
    class Store:
        users = NaiveStore({"name": "Sam"}, {"email": {"$gt": ""}})

        def __init__(self) -> None:
            self.users = Store.users

    assert await InMemory([Store()]).operators() == ["NaiveStore.things.email: $gt"]


async def test_an_operator_that_is_sent_is_found() -> None:
    looking = Watch()
    async with AsyncMongoClient[dict[str, Any]](mongo_url(), event_listeners=[looking]) as client:
        await client["hostile"]["users"].find_one({"email": {"$gt": CANARY}})
        await client["hostile"]["users"].find_one({"email": {"$in": ["a"]}, "version": {"$gt": 1}})
    assert looking.faults == ["sent find.filter.email: $gt to the database"]
