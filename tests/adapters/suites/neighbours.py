"""The suites of the ports by which services reach each other: in one process, over HTTP, and past a cache."""

import json
from collections.abc import Sequence
from typing import Any

from adapters.outbound.decorators.cart import CachedCatalog, FreshCatalog
from adapters.outbound.http_client import cart as http_cart
from adapters.outbound.http_client import order as http_order
from adapters.outbound.http_client.security import HttpKeySource
from adapters.outbound.in_process import cart as in_process_cart
from adapters.outbound.in_process import order as in_process_order
from adapters.outbound.security.access_tokens import OwnKeys
from adapters.outbound.security.configured_keys import ConfiguredKeys
from core.cart import OFFERS_AGE_MAX
from core.cart import ports as cart_ports
from core.order import ports as order_ports
from core.shared.ports import KeySource
from tests.adapters.contracts import (
    address_books,
    cart_catalogs,
    catalogs,
    key_sources,
    order_carts,
    order_catalogs,
    order_records,
    order_stocks,
    stock_records,
)
from tests.adapters.neighbours.shop import Shop
from tests.adapters.neighbours.ways import Stage, broken_ways, in_process, over_http
from tests.adapters.suites.suite import Suite
from tests.adapters.twins import address_books as broken_address_books
from tests.adapters.twins import books as broken_books
from tests.adapters.twins import cart_catalogs as broken_cart_catalogs
from tests.adapters.twins import catalogs as broken_catalogs
from tests.adapters.twins import key_sources as broken_key_sources
from tests.adapters.twins import order_carts as broken_order_carts
from tests.adapters.twins import order_catalogs as broken_order_catalogs
from tests.adapters.twins import order_records as broken_order_records
from tests.adapters.twins import order_stocks as broken_order_stocks
from tests.adapters.twins import stock_records as broken_stock_records
from tests.adapters.twins.every import every_twin


def _on(stage: Stage[Any]) -> object:
    return stage.adapter


def _offers_for_carts(shop: Shop) -> cart_ports.Catalog:
    return in_process_cart.InProcessCatalog(shop.product)


def _cached(shop: Shop) -> CachedCatalog:
    return CachedCatalog(_offers_for_carts(shop), clock=shop.clock, seconds=OFFERS_AGE_MAX)


def _offers_for_orders(shop: Shop) -> order_ports.Catalog:
    return in_process_order.InProcessCatalog(shop.product)


SUITES: Sequence[Suite] = (
    Suite(
        port=cart_ports.Catalog,
        contracts=(catalogs, cart_catalogs),
        adapters={
            "in_process": in_process(_offers_for_carts),
            "http_client": over_http("product", http_cart.HttpCatalog, caller="cart"),
            "cached": in_process(_cached),
            "fresh": in_process(lambda shop: FreshCatalog(_cached(shop))),
        },
        twins=broken_ways(
            lambda twin, shop: twin(_offers_for_carts(shop), shop.clock),
            *every_twin(broken_catalogs, broken_cart_catalogs),
        ),
        adapter=_on,
    ),
    Suite(
        port=order_ports.Catalog,
        contracts=(catalogs, order_catalogs),
        adapters={
            "in_process": in_process(_offers_for_orders),
            "http_client": over_http("product", http_order.HttpCatalog),
        },
        twins=broken_ways(
            lambda twin, shop: twin(_offers_for_orders(shop), shop.clock),
            *every_twin(broken_catalogs, broken_order_catalogs),
        ),
        adapter=_on,
    ),
    Suite(
        port=order_ports.Carts,
        contracts=(order_carts,),
        adapters={
            "in_process": in_process(lambda shop: in_process_order.InProcessCarts(shop.cart)),
            "http_client": over_http("cart", http_order.HttpCarts),
        },
        twins=broken_ways(lambda twin, shop: twin(shop.cart), *every_twin(broken_order_carts)),
        adapter=_on,
    ),
    Suite(
        port=order_ports.Stock,
        contracts=(order_stocks,),
        adapters={
            "in_process": in_process(lambda shop: in_process_order.InProcessStock(shop.product)),
            "http_client": over_http("product", http_order.HttpStock),
        },
        twins=broken_ways(lambda twin, shop: twin(shop.product), *every_twin(broken_order_stocks)),
        adapter=_on,
    ),
    Suite(
        port=order_ports.AddressBook,
        contracts=(address_books,),
        adapters={
            "in_process": in_process(lambda shop: in_process_order.InProcessAddressBook(shop.user.get_address)),
            "http_client": over_http("user", http_order.HttpAddressBook),
        },
        twins=broken_ways(lambda twin, shop: twin(shop.user), *every_twin(broken_address_books)),
        adapter=_on,
    ),
    Suite(
        port=order_ports.OrderRecords,
        contracts=(order_records,),
        adapters={
            "in_process": in_process(lambda shop: in_process_order.InProcessOrderRecords(shop.order)),
            "http_client": over_http("order", http_order.HttpOrderRecords, caller="audit"),
        },
        twins={
            **broken_ways(
                lambda twin, shop: twin(in_process_order.InProcessOrderRecords(shop.order)), *every_twin(broken_books)
            ),
            **broken_ways(lambda twin, shop: twin(shop.order), *every_twin(broken_order_records)),
        },
        adapter=_on,
    ),
    Suite(
        port=order_ports.StockRecords,
        contracts=(stock_records,),
        adapters={
            "in_process": in_process(lambda shop: in_process_order.InProcessStockRecords(shop.product)),
            "http_client": over_http("product", http_order.HttpStockRecords, caller="audit"),
        },
        twins={
            **broken_ways(
                lambda twin, shop: twin(in_process_order.InProcessStockRecords(shop.product)),
                *every_twin(broken_books),
            ),
            **broken_ways(lambda twin, shop: twin(shop.product), *every_twin(broken_stock_records)),
        },
        adapter=_on,
    ),
    Suite(
        port=KeySource,
        contracts=(key_sources,),
        adapters={
            "in_process": in_process(lambda shop: OwnKeys(shop.keys)),
            "http_client": over_http("user", HttpKeySource),
            "configured": in_process(lambda shop: ConfiguredKeys(lambda: json.dumps(shop.keys.jwks()))),
        },
        twins=broken_ways(lambda twin, shop: twin(OwnKeys(shop.keys)), *every_twin(broken_key_sources)),
        adapter=_on,
    ),
)
