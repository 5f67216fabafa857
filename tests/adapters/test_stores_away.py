"""Every method of a store of accounts, sessions, mails, carts or orders says that it cannot answer, and no more."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest

from adapters.bootstrap.registry import load
from adapters.outbound.mongo.database import MongoDatabase, connect
from adapters.outbound.mongo.tallies import MongoTallies
from adapters.outbound.mongo.user import MongoUsers
from core.cart.ports import Carts
from core.order.ports import Orders
from core.shared.errors import Unavailable
from core.shared.ports import Tallies
from core.shared.throttling import Tally
from core.user.errors import UserNotFound
from core.user.model import PendingMail, Proof, User
from core.user.ports import PendingMails, Proofs, Sessions, Users
from tests.builders import NOW, an_id
from tests.core.cart.carts import ALICE, a_cart
from tests.core.order.orders import placed
from tests.core.user.people import a_session, a_user
from tests.database import free_port

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

A_MAIL = PendingMail.asked("verify_email", id=an_id(1), email="sam@example.com", at=NOW)

Calls = Sequence[tuple[str, Callable[[Any], Awaitable[object]]]]


def away() -> MongoDatabase:
    return connect(f"mongodb://127.0.0.1:{free_port()}/", "portico", seconds=0.1)


@pytest.fixture(autouse=True)
def sockets_collected_here() -> Iterator[None]:
    """PyMongo leaves a socket to the garbage collector if it is closed while its monitor connects to a lost server."""
    yield
    gc.collect()


USERS: Calls = (
    ("add", lambda users: users.add(a_user())),
    ("get", lambda users: users.get(an_id(1))),
    ("by_email", lambda users: users.by_email("sam@example.com")),
    ("save", lambda users: users.save(a_user(version=2))),
    ("list", lambda users: users.list(limit=1, after=None)),
)
SESSIONS: Calls = (
    ("add", lambda sessions: sessions.add(a_session())),
    ("get", lambda sessions: sessions.get(an_id(1))),
    ("save", lambda sessions: sessions.save(a_session())),
    ("remove", lambda sessions: sessions.remove(an_id(1))),
)
PROOFS: Calls = (
    ("add", lambda proofs: proofs.add(Proof.made("verify_email", "token", a_user(), at=NOW))),
    ("get", lambda proofs: proofs.get("digest")),
    ("take", lambda proofs: proofs.take("digest")),
)
PENDING_MAILS: Calls = (
    ("add", lambda mails: mails.add(A_MAIL)),
    ("due", lambda mails: mails.due(NOW, limit=1)),
    ("save", lambda mails: mails.save(A_MAIL)),
    ("remove", lambda mails: mails.remove(an_id(1))),
    ("waiting", lambda mails: mails.waiting(limit=1)),
)
CARTS: Calls = (
    ("get", lambda carts: carts.get(ALICE)),
    ("save", lambda carts: carts.save(a_cart())),
    ("save", lambda carts: carts.save(a_cart(version=2))),
)
ORDERS: Calls = (
    ("add", lambda orders: orders.add(placed())),
    ("get", lambda orders: orders.get(an_id(1))),
    ("save", lambda orders: orders.save(placed())),
    ("by_key", lambda orders: orders.by_key(an_id(1), "key:1")),
    ("by_open_cart", lambda orders: orders.by_open_cart(an_id(1))),
    ("list", lambda orders: orders.list(customer_id=None, status=None, limit=1, after=None)),
    ("list_all", lambda orders: orders.list_all(limit=1, after=None)),
    ("due", lambda orders: orders.due(NOW, limit=1)),
    ("with_events", lambda orders: orders.with_events(NOW, limit=1)),
    ("backlog", lambda orders: orders.backlog(limit=1)),
)


TALLIES: Calls = (
    ("get", lambda tallies: tallies.get("key")),
    ("change", lambda tallies: tallies.change("key", lambda _: Tally(count=1, until=NOW, expires_at=NOW))),
    ("remove", lambda tallies: tallies.remove("key")),
)


async def answers(subject: object, calls: Calls) -> set[str]:
    """The methods that do anything else than say that they cannot answer."""
    results = await asyncio.gather(*(call(subject) for _, call in calls), return_exceptions=True)
    return {name for (name, _), result in zip(calls, results, strict=True) if not isinstance(result, Unavailable)}


@pytest.mark.parametrize(
    ("service", "name", "port", "calls"),
    [
        ("user", "users", Users, USERS),
        ("user", "sessions", Sessions, SESSIONS),
        ("user", "proofs", Proofs, PROOFS),
        ("user", "pending_mails", PendingMails, PENDING_MAILS),
        ("cart", "carts", Carts, CARTS),
        ("order", "orders", Orders, ORDERS),
    ],
)
async def test_every_method_over_a_database_that_is_away_is_unavailable(
    service: str, name: str, port: Any, calls: Calls
) -> None:
    assert {method for method, _ in calls} == port.__abstractmethods__
    async with away() as database:
        assert not await answers(getattr(load(service, "mongo")(database), name), calls)


async def test_counting_in_a_database_that_is_away_is_unavailable_and_lets_nobody_pass() -> None:
    assert {method for method, _ in TALLIES} == Tallies.__abstractmethods__
    async with away() as database:
        assert not await answers(MongoTallies(database), TALLIES)


class TakesAwayForAbsent(MongoUsers):
    """The naive twin: what it cannot read is not there."""

    async def get(self, id: str) -> User:
        try:
            return await super().get(id)
        except Unavailable as error:
            raise UserNotFound("None.") from error


async def test_a_store_that_takes_a_lost_database_for_an_empty_one_is_told() -> None:
    async with away() as database:
        assert await answers(TakesAwayForAbsent(database.collection("users")), USERS) == {"get"}
