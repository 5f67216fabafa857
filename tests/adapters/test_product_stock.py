"""What the suite of stocks cannot ask of every adapter: so many holds take too long to fill in through the port."""

import pytest

from adapters.outbound.memory.product import MemoryStocks
from adapters.outbound.mongo.product_stock import MongoStocks
from core.product.model import Hold
from core.product.ports import PAGE_HOLDS_MAX, Stocks
from core.shared.paging import Cursor
from tests.adapters.stores import ProductStore, on_every_store
from tests.builders import a_stock, an_entry, an_id


async def put_holds(stocks: Stocks, product_id: str, number: int) -> None:
    """So many holds at once, past the port: one by one they would take minutes."""
    ids = [an_id(order) for order in range(number)]
    if isinstance(stocks, MemoryStocks):
        holds = {id: Hold(quantity=1, state="held") for id in ids}
        stocks._shelf.keep_stock(a_stock(number, product_id=product_id, holds=holds))
    elif isinstance(stocks, MongoStocks):
        documents = {id: {"quantity": 1, "state": "held"} for id in ids}
        async with stocks._collection.use() as products:
            await products.update_one({"_id": product_id}, {"$set": {"stock.holds": documents}})
    else:
        pytest.fail("how does this store keep holds?")


@on_every_store("product")
async def test_a_page_of_stocks_ends_before_it_has_too_many_holds(store: ProductStore) -> None:
    """A stock that alone has more is a page of its own."""
    for number, holds in enumerate((2, PAGE_HOLDS_MAX + 1, PAGE_HOLDS_MAX - 1, 1, 1), start=1):
        await store.products.add(an_entry(number), units=0)
        await put_holds(store.stocks, an_id(number), holds)
    pages: list[list[int]] = []
    after: Cursor | None = None
    while not pages or after is not None:
        page = await store.stocks.list(limit=100, after=after)
        pages.append([len(stock.holds) for stock in page.items])
        after = page.next
    assert pages == [[2], [PAGE_HOLDS_MAX + 1], [PAGE_HOLDS_MAX - 1, 1], [1]]
