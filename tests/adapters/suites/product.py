"""The suites of what the product service keeps: products and their stocks, in one store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType

from adapters.outbound.decorators.product import CoalescedProducts
from adapters.outbound.memory.product import MemoryProducts, MemoryStocks, Shelf
from adapters.outbound.system.clock import SystemClock
from core.product.ports import Products, Stocks
from tests.adapters.contracts import held_units, product_pages, product_searches, products, stock_races, stocks
from tests.adapters.stores import on_stores_of
from tests.adapters.suites.suite import Opener, Suite, made_by
from tests.adapters.twins import adjustments as broken_adjustments
from tests.adapters.twins import held_units as broken_held_units
from tests.adapters.twins import product_pages as broken_pages
from tests.adapters.twins import product_searches as broken_searches
from tests.adapters.twins import products as broken_products
from tests.adapters.twins import stock_lists as broken_lists
from tests.adapters.twins import stocks as broken_stocks
from tests.adapters.twins.every import every_twin


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    products: Products
    stocks: Stocks


def coalesced(store: Store) -> Store:
    return Store(products=CoalescedProducts(store.products, SystemClock()), stocks=store.stocks)


def with_products(twin: Callable[[Shelf], Products]) -> Store:
    shelf = Shelf()
    return Store(products=twin(shelf), stocks=MemoryStocks(shelf))


def with_stocks(twin: Callable[[Shelf], Stocks]) -> Store:
    shelf = Shelf()
    return Store(products=MemoryProducts(shelf), stocks=twin(shelf))


def broken_stores(store: Callable[[type], Store], *modules: ModuleType) -> Mapping[str, Opener]:
    """A store with each of the modules' broken repositories, by its name."""
    return {twin.__name__: made_by(partial(store, twin)) for twin in every_twin(*modules)}


SUITES: Sequence[Suite] = (
    Suite(
        port=Products,
        contracts=(products, product_searches, product_pages),
        adapters={
            **on_stores_of("product", lambda store: store),
            **{f"coalesced_{name}": opener for name, opener in on_stores_of("product", coalesced).items()},
        },
        adapter=lambda store: store.products,
        twins=broken_stores(with_products, broken_products, broken_searches, broken_pages),
    ),
    Suite(
        port=Stocks,
        contracts=(stocks, stock_races, held_units),
        adapters=on_stores_of("product", lambda store: store),
        adapter=lambda store: store.stocks,
        twins=broken_stores(with_stocks, broken_stocks, broken_adjustments, broken_lists, broken_held_units),
    ),
)
