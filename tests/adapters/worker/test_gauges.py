"""What the gauges of the books show: what the stores say, for as long as they say it."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pymongo
import pytest

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.registry import load
from adapters.bootstrap.settings import Settings, checked
from adapters.inbound.worker.gauges.order import OrderGauges
from adapters.inbound.worker.gauges.product import StockGauges
from adapters.inbound.worker.gauges.user import MailGauges
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.mongo.database import Limits, MongoDatabase
from adapters.telemetry.prometheus import PrometheusMetrics
from adapters.telemetry.reading import Values, read
from adapters.telemetry.telemetry import Telemetry
from core.order.model import State
from core.user.model import PendingMail
from tests.adapters.web.sample import started
from tests.builders import NOW, an_entry, an_id
from tests.core.order.orders import placed
from tests.core.order.shop import Services, Shop, down
from tests.core.user.people import EMAIL
from tests.core.user.people import Shop as Accounts
from tests.database import mongo_url

PATIENCE = 20.0
LATER = timedelta(days=365_000)
PAST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Books:
    """The gauges of a shop in memory."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.telemetry = Telemetry.unread()

    async def count(self, services: Services | None = None) -> None:
        services = services or self.shop.calm
        for gauges in (
            self._orders(services),
            StockGauges(tell_held=services.product.tell_held, metrics=self.telemetry.metrics),
        ):
            assert (await gauges()).failures == ()

    async def rounds(self, services: Services) -> None:
        """One, as a process does it."""
        rounds = Rounds(
            "count_books",
            self._orders(services),
            seconds=3600,
            new_id=self.shop.new_id,
            telemetry=self.telemetry,
        )
        async with rounds:
            await asyncio.sleep(0.01)

    @property
    def shown(self) -> Values:
        return read(self.telemetry.metrics.text().decode())

    @property
    def waiting(self) -> dict[str, tuple[float, float]]:
        """How many orders, and the age of the oldest, by the states in which there is one."""
        return waiting(self.shown)

    def _orders(self, services: Services) -> OrderGauges:
        return OrderGauges(
            tell_backlog=services.order.tell_backlog, metrics=self.telemetry.metrics, clock=self.shop.clock
        )


def waiting(shown: Values) -> dict[str, tuple[float, float]]:
    numbers, ages = shown["portico_orders_unfinished"], shown["portico_orders_unfinished_oldest_age_seconds"]
    assert {labels[0][1] for labels in numbers} == {labels[0][1] for labels in ages} == {*get_args(State)}
    return {labels[0][1]: (count, ages[labels]) for labels, count in numbers.items() if count or ages[labels]}


def value(shown: Values, name: str, **labels: str) -> float | None:
    return shown.get(f"portico_{name}", {}).get(tuple(sorted(labels.items())))


async def test_an_order_that_is_stuck_shows_with_its_age_and_goes_when_it_is_done() -> None:
    books = Books()
    await books.count()
    assert books.waiting == {}
    await books.shop.put(await books.shop.sell(5), 2)
    stuck = books.shop.services(down("stock.hold"))
    await stuck.place()
    for age in (0, 15, 30):
        await books.count()
        assert books.waiting == {"PENDING": (1, age)}
        await stuck.order.resume_orders()
        books.shop.clock.advance(15)
    await books.shop.settle_down()
    await books.count()
    assert books.waiting == {}


async def test_what_is_decided_and_not_done_shows_too() -> None:
    books = Books()
    await books.shop.put(await books.shop.sell(5), 2)
    await books.shop.services(down("carts.subtract")).place()
    books.shop.clock.advance(600)
    await books.count()
    assert books.waiting == {"CONFIRMED": (1, 600)}
    assert [value(books.shown, "outbox_events"), value(books.shown, "outbox_oldest_age_seconds")] == [1, 600]
    assert [value(books.shown, "stock_units_held"), value(books.shown, "stock_holds")] == [2, 1]
    await books.shop.settle_down()
    await books.count()
    assert books.waiting == {}
    assert [value(books.shown, "outbox_events"), value(books.shown, "outbox_oldest_age_seconds")] == [0, 0]
    assert value(books.shown, "stock_units_held") == 2


async def test_a_store_that_does_not_answer_leaves_the_gauges_and_is_a_failed_round() -> None:
    books = Books()
    await books.shop.put(await books.shop.sell(5), 2)
    await books.shop.services(down("stock.hold")).place()
    books.shop.clock.advance(7)
    await books.rounds(books.shop.calm)
    books.shop.clock.advance(7)
    await books.rounds(books.shop.services(down("orders.backlog")))
    assert books.waiting == {"PENDING": (1, 7)}
    ended = [value(books.shown, "worker_rounds_total", worker="count_books", outcome=each) for each in ("ok", "failed")]
    assert ended == [1, 1]


async def test_a_clock_that_is_behind_makes_no_age_below_nothing() -> None:
    books = Books()
    await books.shop.put(await books.shop.sell(5), 2)
    await books.shop.services(down("stock.hold")).place()
    books.shop.clock.advance(-3)
    await books.count()
    assert books.waiting == {"PENDING": (1, 0)}


async def test_mails_that_nobody_takes_show_with_their_age() -> None:
    accounts, metrics = Accounts(), PrometheusMetrics(service="user", version="test")
    count = MailGauges(tell_pending_mails=accounts.use.tell_pending_mails, metrics=metrics, clock=accounts.clock)

    async def shown() -> list[float | None]:
        await count()
        values = read(metrics.text().decode())
        return [value(values, name) for name in ("mails_pending", "mails_pending_oldest_age_seconds")]

    accounts.mailbox.is_away = True
    await accounts.sam()
    accounts.clock.advance(40)
    await accounts.use.send_mails()
    assert await shown() == [1, 40]
    accounts.mailbox.is_away = False
    accounts.clock.advance(60)
    await accounts.use.send_mails()
    assert await shown() == [0, 0]


async def an_order(store: Any) -> Callable[[], Awaitable[None]]:
    """Confirmed, with its cart to be subtracted some day and its event claimed; returns how to be done with it."""
    order = placed(at=PAST).held(at=PAST).confirmed(at=PAST).being_told(now=NOW + LATER)
    await store.orders.add(replace(order, next_try=NOW + LATER))

    async def done() -> None:
        told = order.sent(order.outbox[0].id)
        await store.orders.save(told)
        await store.orders.save(told.ticked("subtract_cart"))

    return done


async def a_hold(store: Any) -> Callable[[], Awaitable[None]]:
    await store.products.add(an_entry(), units=5)
    await store.stocks.take(an_id(1), an_id(2), quantity=3)

    async def done() -> None:
        await store.stocks.release(an_id(1), an_id(2), at=NOW)

    return done


async def a_mail(store: Any) -> Callable[[], Awaitable[None]]:
    mail = PendingMail.asked("reset_password", id=an_id(1), email=EMAIL, at=PAST)
    await store.pending_mails.add(replace(mail, not_before=NOW + LATER))

    async def done() -> None:
        await store.pending_mails.remove(mail.id)

    return done


@pytest.mark.parametrize(
    ("service", "leave", "name", "count", "aged"),
    [
        ("order", an_order, "orders_unfinished", 1, "orders_unfinished_oldest_age_seconds"),
        ("order", an_order, "outbox_events", 1, "outbox_oldest_age_seconds"),
        ("product", a_hold, "stock_units_held", 3, None),
        ("user", a_mail, "mails_pending", 1, "mails_pending_oldest_age_seconds"),
    ],
)
async def test_a_service_shows_its_books_when_it_is_asked_for_metrics(
    service: str,
    leave: Callable[[Any], Awaitable[Callable[[], Awaitable[None]]]],
    name: str,
    count: int,
    aged: str | None,
) -> None:
    labels = {"status": "CONFIRMED"} if name == "orders_unfinished" else {}
    async with kept(service) as (database, store):
        done = await leave(store)
        shown = await first_shown(service, database)
        assert value(shown, name, **labels) == count
        if aged is not None:
            age = (datetime.now(UTC) - PAST).total_seconds()
            assert value(shown, aged, **labels) == pytest.approx(age, abs=PATIENCE)
        await done()
        shown = await first_shown(service, database)
        assert value(shown, name, **labels) == 0
        assert aged is None or value(shown, aged, **labels) == 0


@asynccontextmanager
async def kept(service: str) -> AsyncIterator[tuple[str, Any]]:
    """The name of a new database, and the service's store over it."""
    client = pymongo.AsyncMongoClient[dict[str, Any]](mongo_url(), tz_aware=True)
    name = f"test_{uuid.uuid4().hex}"
    async with MongoDatabase(client, name, limits=Limits(seconds=PATIENCE)) as database:
        try:
            yield name, load(service, "mongo")(database)
        finally:
            await client.drop_database(name)


async def first_shown(service: str, database: str) -> Values:
    """What a new process of the service shows after its first round."""
    named = {"service": service, "store": "mongo", "mongo_url": mongo_url(), "mongo_database": database}
    app = new_app(checked(Settings, {**named, "event_publisher": "memory", "bcrypt_cost": 4}))
    began = time.monotonic()
    async with started(app) as client:
        while True:
            shown = read((await client.get("/metrics")).text)
            if value(shown, "worker_rounds_total", worker="count_books", outcome="ok"):
                return shown
            assert time.monotonic() - began < PATIENCE
            await asyncio.sleep(0.01)
