"""The stock of each product in SQLite: a verb reads the stock, lets `Stock` decide, and keeps what that says.

All in one transaction, in which nobody else writes: so the rules are the core's own, and there are no others.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from sqlite3 import Connection

from adapters.outbound.sqlite.database import SqliteDatabase
from core.product.errors import ProductNotFound
from core.product.model import Adjustment, Held, Hold, Stock
from core.product.ports import PAGE_HOLDS_MAX, Stocks
from core.shared.paging import Cursor, Page

_GET = "SELECT stock FROM stocks WHERE product_id = ?"
_LIST = "SELECT stock FROM stocks WHERE product_id > ? ORDER BY product_id LIMIT ?"
_SAVE = "UPDATE stocks SET available = ?, revision = ?, held = ?, stock = ? WHERE product_id = ?"
_HELD = """
    SELECT coalesce(sum(json_extract(hold.value, '$.quantity')), 0), count(hold.value)
    FROM (SELECT stock FROM stocks WHERE held > 0 LIMIT ?), json_each(stock, '$.holds') AS hold
    WHERE json_extract(hold.value, '$.state') = 'held'
"""


class SqliteStocks(Stocks):
    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        await self._step(product_id, lambda stock: stock.take(order_id, quantity))

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        await self._step(product_id, lambda stock: stock.release(order_id, at=at))

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        await self._step(product_id, lambda stock: stock.settle(order_id, at=at))

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        return await self._step(product_id, lambda stock: stock.adjust(delta, key=key, fingerprint=fingerprint, at=at))

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        behind = "" if after is None else after.key_in("product_id", str)[0]

        def page(connection: Connection) -> Page[Stock]:
            items: list[Stock] = []
            together = 0
            for (text,) in connection.execute(_LIST, (behind, limit + 1)):
                stock = to_stock(text)
                together += len(stock.holds)
                if len(items) == limit or (items and together > holds):
                    return Page(items=tuple(items), next=Cursor(order="product_id", key=(items[-1].product_id,)))
                items.append(stock)
            return Page(items=tuple(items), next=None)

        return await self._database.read(page)

    async def held(self, *, limit: int) -> Held:
        units, holds = await self._database.read(lambda connection: connection.execute(_HELD, (limit,)).fetchone())
        return Held(units=units, holds=holds)

    async def _step(self, product_id: str, verb: Callable[[Stock], Stock]) -> bool:
        """Whether it changed anything."""

        def step(connection: Connection) -> bool:
            row = connection.execute(_GET, (product_id,)).fetchone()
            if row is None:
                raise ProductNotFound("There is no such product.")
            old = to_stock(row[0])
            new = verb(old)
            if new is not old:
                connection.execute(_SAVE, (new.available, new.revision, new.held, to_json(new), product_id))
            return new is not old

        return await self._database.write(step)


def to_json(stock: Stock) -> str:
    return json.dumps(asdict(stock), default=datetime.isoformat)


def to_stock(text: str) -> Stock:
    stock = json.loads(text)
    stock["holds"] = {order_id: Hold(**hold) for order_id, hold in stock["holds"].items()}
    for known in stock["adjustments"].values():
        known["at"] = datetime.fromisoformat(known["at"])
    stock["adjustments"] = {key: Adjustment(**known) for key, known in stock["adjustments"].items()}
    return Stock(**stock)
