"""An order whose document somebody damaged in MongoDB: it hinders no other, and the audit names it."""

import logging
from dataclasses import replace
from typing import Any

import orjson
import pytest

from adapters.inbound.web.answers import encode
from adapters.outbound.http_client.order import _order_record
from core.order.errors import OrderNotFound
from core.order.model import Order, Unreadable
from core.order.ports import Orders
from core.shared.errors import Unavailable
from core.shared.paging import Cursor
from tests.adapters.stores import in_mongo
from tests.builders import an_id
from tests.core.order.orders import ALICE, after, confirmed, placed
from tests.core.order.shop import Shop

DAMAGES: dict[str, dict[str, Any]] = {
    "no lines": {"$unset": {"lines": 1}},
    "an empty list of lines": {"$set": {"lines": []}},
    "a price below nothing": {"$set": {"lines.0.unit_price.amount": -1}},
    "a price of no currency": {"$unset": {"lines.0.unit_price.currency": 1}},
    "a quantity in words": {"$set": {"lines.0.quantity": "two"}},
    "an unknown state": {"$set": {"state": "LOST"}},
    "no history": {"$set": {"history": []}},
    "no deadline": {"$unset": {"deadline": 1}},
    "no list of things to do": {"$set": {"todos": None}},
    "an unknown field in an event": {"$set": {"outbox": [{"id": 1}]}},
}


async def damage(orders: Orders, id: str, how: str) -> None:
    async with orders._collection.use() as documents:  # type: ignore[attr-defined]  # only in MongoDB there are documents
        await documents.update_one({"_id": id}, DAMAGES[how])


@pytest.mark.parametrize("how", DAMAGES)
async def test_a_damaged_order_is_left_out_of_every_list_and_named_in_the_audits(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with in_mongo("order") as store:
        orders: Orders = store.orders
        there = [replace(confirmed(number), next_try=after(number)) for number in (1, 2, 3)]
        for order in there:
            await orders.add(order)
        await damage(orders, an_id(1), how)
        with caplog.at_level(logging.WARNING):
            assert await orders.due(after(9), limit=1) == (there[1],)
        assert f"order {an_id(1)} is damaged in the store" in caplog.text
        assert await orders.due(after(9), limit=9) == tuple(there[1:])
        assert await orders.with_events(after(9), limit=1) == (there[1],)
        backlog = await orders.backlog(limit=9)
        assert backlog.unfinished["CONFIRMED"].count in (2, 3)
        assert (backlog.untold.count, backlog.untold.oldest) in ((2, after(2)), (3, after(2)))
        listed = await orders.list(customer_id=ALICE, status=None, limit=9, after=None)
        assert listed.items == (there[2], there[1])
        assert (await orders.list_all(limit=9, after=None)).items == (Unreadable(id=an_id(1)), *there[1:])
        with pytest.raises(Unavailable):
            await orders.get(an_id(1))
        with pytest.raises(OrderNotFound):
            await orders.get(an_id(4))


async def test_pages_go_on_behind_damaged_orders() -> None:
    async with in_mongo("order") as store:
        orders: Orders = store.orders
        for number in range(7):
            await orders.add(confirmed(number))
        for number in (0, 2, 3, 6):
            await damage(orders, an_id(number), "no lines")
        for limit in (1, 2, 3):
            assert await _walked(orders, limit) == [5, 4, 1]
            assert len(await orders.due(after(60), limit=limit)) == limit
        assert len(await orders.due(after(60), limit=4)) == 3


async def test_the_worker_goes_on_with_the_others_and_the_audit_tells() -> None:
    async with in_mongo("order") as store:
        shop = Shop(orders=store.orders)
        product = await shop.sell(9)
        for number in (1, 2):
            lines = (replace(placed().lines[0], product_id=product, quantity=1),)
            await shop.orders.add(placed(number, lines=lines))
        await damage(shop.orders, an_id(1), "an unknown state")
        shop.clock.advance(31)
        report = await shop.calm.order.resume_orders()
        assert (report.done, report.failures) == (1, ())
        assert (await shop.orders.get(an_id(2))).state == "CANCELLED"
        assert (await shop.calm.order.relay_events()).done == 1
        (difference,) = await shop.calm.audit()
        assert (difference.kind, difference.subject) == ("unreadable_order", an_id(1))


def test_a_damaged_order_is_told_to_the_audit_over_http() -> None:
    record = Unreadable(id=an_id(1)).record()
    assert _order_record(orjson.loads(encode(record))) == record


async def test_an_order_that_is_beyond_help_does_not_stop_the_worker() -> None:
    async with in_mongo("order") as store:
        shop = Shop(orders=store.orders)
        for number in (1, 2):
            await shop.orders.add(placed(number))
        async with store.orders._collection.use() as documents:
            await documents.update_one({"_id": an_id(1)}, {"$set": {"tries": "many"}})
        shop.clock.advance(31)
        report = await shop.calm.order.resume_orders()
        assert (report.done, len(report.failures)) == (1, 1)
        assert an_id(1) in report.failures[0]


async def _walked(orders: Orders, limit: int) -> list[int]:
    """The numbers of all the customer's orders, page by page."""
    found: list[Order] = []
    behind: Cursor | None = None
    while True:
        page = await orders.list(customer_id=ALICE, status=None, limit=limit, after=behind)
        found += page.items
        behind = page.next
        if behind is None:
            return [int(order.id[-12:], 16) for order in found]
