"""Take, give back and settle of two orders, repeated and in any order, end as a plain model has it (guarantee 6)."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product as combinations
from typing import Literal

from adapters.outbound.memory.product import MemoryProductStore, MemoryStocks
from core.product.errors import HoldClosed, HoldUnknown, OutOfStock
from core.product.model import Stock
from core.product.ports import Stocks
from tests.adapters.contracts.paired_stock import every_stock
from tests.adapters.stores import in_mongo
from tests.builders import NOW, a_stock, an_entry, an_id
from tests.reliability.interleavings.scheduler import run

Verb = Literal["take", "release", "settle"]
Message = tuple[Verb, str]
VERBS: tuple[Verb, ...] = ("take", "release", "settle")
ONE, TWO = an_id(1_001), an_id(1_002)
UNITS, WANTED = 3, 2
"""Both orders cannot have what they want."""
ALONE, TOGETHER = (6, 4) if os.environ.get("DEEP") == "1" else (4, 2)
"""How many verbs a sequence has on the wire, where each is a durable write: of one order, and of two."""


@dataclass
class Plain:
    """Units, and of each order whether it has them; written down from the contract, not from the code."""

    free: int = UNITS
    sold: int = 0
    orders: dict[str, Literal["has", "gave back", "bought"]] = field(default_factory=dict)

    def told(self, verb: Verb, order: str) -> type[Exception] | None:
        """What it is refused with."""
        match verb, self.orders.get(order):
            case "take", None if self.free < WANTED:
                return OutOfStock
            case "take", None:
                self.orders[order], self.free = "has", self.free - WANTED
            case "release", None:
                self.orders[order] = "gave back"
            case "settle", None:
                return HoldUnknown
            case "release", "has":
                self.orders[order], self.free = "gave back", self.free + WANTED
            case "settle", "has":
                self.orders[order], self.sold = "bought", self.sold + WANTED
            case ("take", "gave back" | "bought") | ("settle", "gave back") | ("release", "bought"):
                return HoldClosed
        return None

    def copy(self) -> "Plain":
        return Plain(self.free, self.sold, dict(self.orders))

    def says(self, stock: Stock) -> bool:
        states: Mapping[str, str] = {"has": "held", "gave back": "void", "bought": "settled"}
        return (
            (stock.received, stock.available, stock.sold) == (UNITS, self.free, self.sold)
            and stock.held == UNITS - self.free - self.sold
            and {id: hold.state for id, hold in stock.holds.items()}
            == {id: states[state] for id, state in self.orders.items()}
        )


async def refused(stocks: Stocks, product: str, message: Message) -> type[Exception] | None:
    verb, order = message
    asked: Awaitable[None]
    match verb:
        case "take":
            asked = stocks.take(product, order, quantity=WANTED)
        case "release":
            asked = stocks.release(product, order, at=NOW)
        case "settle":
            asked = stocks.settle(product, order, at=NOW)
    try:
        await asked
    except (OutOfStock, HoldClosed, HoldUnknown) as refusal:
        return type(refusal)
    return None


def differences(
    stocks: MemoryStocks, model: Plain, stock: Stock, done: tuple[Message, ...], left: int
) -> Iterator[str]:
    """One sentence for every sequence that goes on from here, empty where store and model agree."""
    for message in combinations(VERBS, (ONE, TWO)):
        stocks._shelf.keep_stock(stock)
        after = model.copy()
        expected = after.told(*message)
        found = run(refused(stocks, stock.product_id, message))
        now = stocks._stock(stock.product_id)
        yield "" if found == expected and after.says(now) else f"after {done}, {message}: {found}, {expected}, {now}"
        if left > 1:
            yield from differences(stocks, after, now, (*done, message), left - 1)


def all_of(length: int, store: MemoryProductStore) -> list[str]:
    run(store.products.add(an_entry(1), units=UNITS))
    assert isinstance(store.stocks, MemoryStocks)
    return list(differences(store.stocks, Plain(), a_stock(UNITS), (), length))


def test_in_memory_every_sequence_of_six_ends_as_the_model_says(figure: Callable[[str], None]) -> None:
    found = all_of(6, MemoryProductStore())
    assert [difference for difference in found if difference] == []
    assert len(found) == sum(6**length for length in range(1, 7))
    figure(
        f"take, give back, settle of two orders in memory: {len(found):,} sequences of up to 6, all as the model says"
    )


async def test_on_the_wire_every_sequence_of_a_few_ends_as_the_model_says(figure: Callable[[str], None]) -> None:
    alone = list(combinations(combinations(VERBS, (ONE,)), repeat=ALONE))
    together = list(combinations(combinations(VERBS, (ONE, TWO)), repeat=TOGETHER))
    sequences: list[tuple[Message, ...]] = [*alone, *together]
    async with in_mongo("product") as store:

        async def played(number: int, sequence: tuple[Message, ...]) -> Plain:
            await store.products.add(an_entry(number, name="B", description="", tags=(), category="C"), units=UNITS)
            model = Plain()
            for message in sequence:
                expected = model.told(*message)
                assert await refused(store.stocks, an_id(number), message) == expected, sequence
            return model

        models = await asyncio.gather(*(played(number, sequence) for number, sequence in enumerate(sequences)))
        stocks = await every_stock(store.stocks)
    wrong = [sent for sent, model, stock in zip(sequences, models, stocks, strict=True) if not model.says(stock)]
    assert wrong == []
    figure(
        f"take, give back, settle on the Mongo wire: {len(alone)} sequences of {ALONE} of one order, "
        f"{len(together)} of {TOGETHER} of two, all as the model says"
    )


class _AlwaysGivenBack(MemoryStocks):
    """Gives units back as often as it is asked."""

    async def release(self, product_id: str, order_id: str, *, at: datetime) -> None:
        stock = self._stock(product_id)
        void = {id: hold for id, hold in stock.holds.items() if id != order_id}
        self._shelf.keep_stock(a_stock(UNITS, holds=void, available=stock.available + WANTED))


def test_a_store_that_gives_back_twice_is_told() -> None:
    store = MemoryProductStore()
    assert isinstance(store.stocks, MemoryStocks)
    store.stocks = _AlwaysGivenBack(store.stocks._shelf)
    assert any(all_of(2, store))
