"""What must be true of the books when a race is over, beside what the audit finds by itself."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from adapters.bootstrap.actions import audit
from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.settings import Settings, checked
from adapters.outbound.http_client.order import HttpOrderRecords, HttpStockRecords
from core.order.model import OrderRecord, StockRecord
from core.order.ports import OrderRecords, StockRecords
from tests.reliability.processes.customer import Racer
from tests.system.services import PATIENCE, Services

SOLD = ("CONFIRMED", "SHIPPED", "DELIVERED")


async def violations(shop: Services, racers: Sequence[Racer], received: Mapping[str, int]) -> list[str]:
    """Sentences; `received` is how many units of each product there were, by what was acknowledged."""
    orders, stocks = await settled(shop)
    return [
        *_of_orders(orders, racers),
        *_of_stock(orders, stocks, received),
        *(difference.sentence for difference in (await audit(shop.environment)).differences),
    ]


async def settled(
    shop: Services, *, order_url: str | None = None
) -> tuple[dict[str, OrderRecord], dict[str, StockRecord]]:
    """The books, once nothing is left to do for any order, as the order process at `order_url` has them."""
    values = {} if order_url is None else {"order_url": order_url}
    common = Common.of("audit", checked(Settings, values, environment=shop.environment))
    peers = Peers.of(common)
    async with asyncio.timeout(PATIENCE), peers.channel("order") as order, peers.channel("product") as product:
        while True:
            orders = {record.id: record for record in await _all(HttpOrderRecords(order))}
            if not any(record.todos or record.state in ("PENDING", "HELD", "CANCELLING") for record in orders.values()):
                break
            await asyncio.sleep(0.5)
        return orders, {record.product_id: record for record in await _all(HttpStockRecords(product))}


@overload
async def _all(books: OrderRecords) -> list[OrderRecord]: ...
@overload
async def _all(books: StockRecords) -> list[StockRecord]: ...
async def _all(books: OrderRecords | StockRecords) -> Sequence[OrderRecord | StockRecord]:
    records: list[OrderRecord | StockRecord] = []
    after = None
    while True:
        page, after = await books.list(limit=100, after=after)
        records += page
        if after is None:
            return records


def _of_orders(orders: Mapping[str, OrderRecord], racers: Sequence[Racer]) -> Iterator[str]:
    for racer in racers:
        for key, ids in racer.answers.items():
            if len(ids) > 1:
                yield f"The key {key} gave {len(ids)} orders."
        for id, told in racer.told.items():
            if id not in orders:
                yield f"Order {id}, which {racer.buyer.email} was told of, does not exist."
            elif (orders[id].state == "CANCELLED") != (told == "cancelled"):
                yield f"Order {id} is {orders[id].state}, and {racer.buyer.email} was told {told}."
    bought = {id for racer in racers for id in racer.bought}
    for order in orders.values():
        if order.ever_confirmed and order.id not in bought:
            yield f"Order {order.id} was confirmed, and its customer was never told."


def _of_stock(
    orders: Mapping[str, OrderRecord], stocks: Mapping[str, StockRecord], received: Mapping[str, int]
) -> Iterator[str]:
    sold = Counter[str]()
    for order in orders.values():
        if order.state in SOLD:
            for line in order.lines:
                sold[line.product_id] += line.quantity
    for id, units in received.items():
        stock = stocks[id]
        held = sum(hold.quantity for hold in stock.holds.values() if hold.state == "held")
        if stock.received != units:
            yield f"Product {id} received {units} units, and the books say {stock.received}."
        if sold[id] > units:
            yield f"Product {id} had {units} units, and {sold[id]} were sold."
        if held + stock.sold != sold[id] or stock.available != units - sold[id]:
            yield (
                f"Product {id}: {sold[id]} units are in orders; {held} held, {stock.sold} sold, "
                f"{stock.available} available of {units}."
            )
