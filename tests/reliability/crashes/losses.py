"""The ways in which a command to the database can go wrong while a shop is at work, each by the command's number."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pymongo.errors import PyMongoError

from adapters.outbound.mongo.database import MongoDatabase
from tests.core.order.shop import Shop
from tests.reliability.crashes.faults import Fault
from tests.reliability.crashes.flows import Flow
from tests.reliability.crashes.over_mongo import Client, Premises, kept_in, premises, seen_through
from tests.reliability.crashes.points import begun
from tests.reliability.crashes.scene import Scene
from tests.reliability.wire_cutter import Before, Loss, WireCutter

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`replies` are how many in a row are lost; `point` is what the server does instead, by failCommand."""

    driver_tries_again: bool = False
    replies: int = 1
    how: Loss = "cut"
    point: Mapping[str, Any] | None = None
    commands: tuple[str, ...] = ("find", "insert", "update")

    @property
    def lanes(self) -> int:
        """How many shops are at work at once, since they mostly wait for drivers; failCommand is the whole server's."""
        return 4 if self.point is None else 1


WAYS = {
    "the reply is cut": Way(),
    "the reply is cut, and the driver tries again": Way(driver_tries_again=True),
    "both replies are cut, as the driver tries again": Way(driver_tries_again=True, replies=2),
    "the caller is cancelled while the reply is awaited": Way(how="held", driver_tries_again=True),
    "the connection is closed before": Way(replies=0, point={"closeConnection": True}),
    "the connection is closed before, and the driver tries again": Way(
        replies=0, point={"closeConnection": True}, driver_tries_again=True
    ),
    "the server refuses": Way(replies=0, point={"errorCode": 112}),
    "the server shuts down, and the driver tries again": Way(
        replies=0, point={"errorCode": 91}, driver_tries_again=True
    ),
    "the write is not made durable in time": Way(
        replies=0,
        point={"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
        commands=("insert", "update"),
    ),
}


class Losing:
    """A database for shops, of which what goes through the proxy can be lost."""

    def __init__(self, place: Premises, cutter: WireCutter, through: MongoDatabase, admin: Client, way: Way) -> None:
        self._place = place
        self._cutter = cutter
        self._through = through
        self._admin = admin
        self._way = way

    async def done(self, flow: Flow, number: int | None) -> tuple[Scene, list[str]]:
        """The flow with a loss at that command, or with none; what is left then, and the commands that it came to."""
        scene = await begun(flow, self._place.new_shop)
        services = kept_in(self._through, scene.shop).services(Fault(rival=flow.hook(scene)))
        _, commands = await self.losing(flow.run(scene, services), number)
        return scene, commands

    async def insert(self, document: dict[str, Any], *, number: int) -> tuple[str, int, int]:
        """What the caller hears of an insert with a loss, how often it was sent, and how many documents there are."""
        try:
            result, commands = await self.losing(self._through._database.things.insert_one(document), number)
            heard = "cancelled" if result is None else "done"
        except PyMongoError as error:
            heard, commands = type(error).__name__, self._cutter.commands
        return heard, len(commands), await self._admin[self._place.name].things.count_documents({})

    async def losing(self, work: Awaitable[T], number: int | None) -> tuple[T | None, list[str]]:
        """What it came to, with a loss at that command; nothing if it was cancelled."""
        numbers = [] if number is None else range(number, number + self._way.replies)
        self._cutter.lose(numbers, how=self._way.how, before=self._fails_at(number))
        task = asyncio.ensure_future(work)
        if number is not None and self._way.how == "held":
            lost = asyncio.create_task(self._cutter.lost.wait())
            await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
            lost.cancel()
            task.cancel()
        result = None
        with suppress(asyncio.CancelledError):
            result = await task
        assert self._cutter.lost.is_set() == bool(numbers), "no reply was lost"
        return result, self._cutter.commands

    def _fails_at(self, number: int | None) -> Before | None:
        if self._way.point is None or number is None:
            return None
        data = {"failCommands": self._way.commands, **self._way.point}

        async def before(command: int) -> None:
            if command == number:
                await self._admin.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)

        return before


@asynccontextmanager
async def losing(port: int, way: Way, make: Callable[[], Shop] = Shop) -> AsyncIterator[Losing]:
    """Over the server at a local port, which allows failCommand."""
    direct = f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"
    async with premises(direct, make) as place, WireCutter("127.0.0.1", port) as cutter, Client(direct) as admin:
        again = str(way.driver_tries_again).lower()
        options = f"directConnection=true&serverMonitoringMode=poll&retryWrites={again}&retryReads={again}"
        async with seen_through(f"mongodb://127.0.0.1:{cutter.port}/?{options}", place.name) as through:
            yield Losing(place, cutter, through, admin, way)
