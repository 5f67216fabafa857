"""The stock of each product in MongoDB: every verb one conditional update of one document.

An update that finds nothing to change leaves the question why: then `Stock` itself is asked, which refuses, finds that
all is done already, or would change something now, because the stock has changed in between; then it is tried again.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from adapters.outbound.mongo.database import Document, MongoCollection
from core.product.errors import ProductNotFound
from core.product.model import ADJUSTMENT_REMEMBERED, HOLD_REMEMBERED, UNITS_MAX, Adjustment, Held, Hold, Stock
from core.product.ports import PAGE_HOLDS_MAX, Stocks
from core.shared.errors import Unavailable
from core.shared.paging import Cursor, Page

_ATTEMPTS = 10
_BATCH = 20
"""So many stocks are read at once, since the page may be full after a few that have many holds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MongoStocks(Stocks):
    def __init__(self, collection: MongoCollection) -> None:
        self._collection = collection

    async def take(self, product_id: str, order_id: str, *, quantity: int) -> None:
        hold = f"stock.holds.{order_id}"
        await self._step(
            {"_id": product_id, "stock.available": {"$gte": quantity}, hold: {"$exists": False}},
            _changed(available=-quantity, holds=1, then={hold: {"quantity": quantity, "state": "held"}}),
            lambda stock: stock.take(order_id, quantity),
            entry=hold,
        )

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        hold = f"stock.holds.{order_id}"
        quantity = {"$ifNull": [f"${hold}.quantity", 0]}
        ended = {"$cond": [{"$eq": [f"${hold}.state", "held"]}, -1, 0]}
        await self._step(
            {"_id": product_id, f"{hold}.state": {"$nin": ["void", "settled"]}},
            [
                *_changed(available=quantity, holds=ended, then={hold: {"quantity": quantity, "state": "void"}}),
                _pruned(at),
            ],
            lambda stock: stock.release(order_id, at=at),
            entry=hold,
        )

    async def settle(self, product_id: str, order_id: str, *, at: datetime) -> None:
        hold = f"stock.holds.{order_id}"
        await self._step(
            {"_id": product_id, f"{hold}.state": "held"},
            [*_changed(sold=f"${hold}.quantity", holds=-1, then={f"{hold}.state": "settled"}), _pruned(at)],
            lambda stock: stock.settle(order_id, at=at),
            entry=hold,
        )

    async def adjust(self, product_id: str, *, delta: int, key: str, fingerprint: str, at: datetime) -> bool:
        known = f"stock.adjustments.{key}"
        forgotten = at - ADJUSTMENT_REMEMBERED
        remembered = {known: {"fingerprint": {"$literal": fingerprint}, "at": at}}
        return await self._step(
            {
                "_id": product_id,
                "stock.available": {"$gte": -delta, "$lte": UNITS_MAX - delta},
                f"{known}.at": {"$not": {"$gt": forgotten}},  # unknown, or forgotten by now
            },
            [
                _kept("stock.adjustments", {"$gt": ["$$entry.v.at", forgotten]}),
                *_changed(received=delta, available=delta, then=remembered),
            ],
            lambda stock: stock.adjust(delta, key=key, fingerprint=fingerprint, at=at),
            entry=known,
        )

    async def list(self, *, limit: int, after: Cursor | None, holds: int = PAGE_HOLDS_MAX) -> Page[Stock]:
        behind = {} if after is None else {"created": {"$gt": after.key_in("product_id", str)[0]}}
        items: list[Stock] = []
        together, more = 0, False
        async with self._collection.use() as products:
            cursor = products.find(behind, {"stock": 1}).sort("created", 1).limit(limit + 1).batch_size(_BATCH)
            async with cursor as found:
                async for document in found:
                    stock = to_stock(document)
                    together += len(stock.holds)
                    more = len(items) == limit or (together > holds and bool(items))
                    if more:
                        break
                    items.append(stock)
        return Page(items=tuple(items), next=Cursor(order="product_id", key=(items[-1].product_id,)) if more else None)

    async def held(self, *, limit: int) -> Held:
        together: Document = {
            "_id": None,
            "units": {"$sum": "$stock.held.units"},
            "holds": {"$sum": "$stock.held.holds"},
        }
        steps: list[Document] = [{"$match": {"stock.held.units": {"$gt": 0}}}, {"$limit": limit}, {"$group": together}]
        async with self._collection.use() as products:
            found = await (await products.aggregate(steps)).to_list()
        return Held(units=found[0]["units"], holds=found[0]["holds"]) if found else Held(units=0, holds=0)

    async def _step(
        self, when: Document, then: Sequence[Document], verb: Callable[[Stock], Stock], *, entry: str
    ) -> bool:
        """Whether the update changed anything; if not, `verb` has said that there was nothing to do.

        `entry` is the one hold or adjustment that `verb` looks at: a best-seller has thousands of others.
        """
        seen = {f"stock.{name}": 1 for name in ("received", "sold", "available", "revision")} | {entry: 1}
        async with self._collection.use() as products:
            for _ in range(_ATTEMPTS):
                if (await products.update_one(when, then)).matched_count:
                    return True
                document = await products.find_one({"_id": when["_id"]}, seen)
                if document is None:
                    raise ProductNotFound("There is no such product.")
                stock = to_stock(document)
                if verb(stock) is stock:
                    return False
        raise Unavailable("Too many are changing this stock at once.")


_UNITS = {"$subtract": ["$stock.received", {"$add": ["$stock.available", "$stock.sold"]}]}
_HELD = {"units": _UNITS, "holds": {"$max": [1, "$stock.held.holds"]}}
_TOLD = {
    "stock.in_stock": {"$gt": ["$stock.available", 0]},
    "stock.held": {"$cond": [{"$gt": [_UNITS, 0]}, _HELD, "$$REMOVE"]},
}
"""What queries look for, out of the rest of a stock. What a sparse index is to leave out is not there.

The number of holds is counted along, since there are thousands of closed ones among them; it begins anew at no units.
"""


def _changed(
    *, then: Document, available: object = 0, sold: object = 0, received: object = 0, holds: object = 0
) -> list[Document]:
    """The stages that count the stock up by so much and one revision, set `then`, and what queries look for."""
    counts = {"available": available, "sold": sold, "received": received, "revision": 1}
    added = {f"stock.{name}": {"$add": [f"$stock.{name}", by]} for name, by in counts.items()}
    counted = {"stock.held.holds": {"$add": [{"$ifNull": ["$stock.held.holds", 0]}, holds]}}
    return [{"$set": {**added, **counted, **then}}, {"$set": _TOLD}]


def _pruned(at: datetime) -> Document:
    """`Stock.pruned`: ids sort by the time of their making, so that the oldest one to be kept can be written down."""
    milliseconds = max(0, -((_EPOCH - (at - HOLD_REMEMBERED)) // timedelta(milliseconds=1)))
    oldest = f"{milliseconds:012x}"
    young = {"$gte": ["$$entry.k", f"{oldest[:8]}-{oldest[8:]}"]}
    return _kept("stock.holds", {"$or": [{"$eq": ["$$entry.v.state", "held"]}, young]})


def _kept(field: str, condition: Document) -> Document:
    entries = {"$filter": {"input": {"$objectToArray": f"${field}"}, "as": "entry", "cond": condition}}
    return {"$set": {field: {"$arrayToObject": entries}}}


def to_stock(document: Document) -> Stock:
    """The stock, with those of its holds and adjustments that were read."""
    stock = document["stock"]
    return Stock(
        product_id=document["_id"],
        received=stock["received"],
        sold=stock["sold"],
        available=stock["available"],
        revision=stock["revision"],
        holds={order_id: Hold(**hold) for order_id, hold in stock.get("holds", {}).items()},
        adjustments={key: Adjustment(**adjustment) for key, adjustment in stock.get("adjustments", {}).items()},
    )
