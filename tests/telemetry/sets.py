"""The sets of values that docs/observability.md has a name for, as the code knows them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import get_args

from adapters.bootstrap.accounts import account_limits
from adapters.bootstrap.settings import Service, Settings, checked
from adapters.inbound.web.errors import STATUS
from adapters.inbound.web.rate_limit import NAME
from core import VERSION
from core.cart.use_cases import CartUseCases
from core.order.model.states import State
from core.order.use_cases import OrderUseCases
from core.product.use_cases import ProductUseCases
from core.shared.throttling import GrowingDelay, Rate
from core.user.use_cases import UserUseCases
from tests.making.errors_page import errors
from tests.security.matrix.table import ROWS, SERVICES

USE_CASES: Mapping[Service, frozenset[str]] = {
    "product": frozenset(each.name for each in fields(ProductUseCases)),
    "user": frozenset(each.name for each in fields(UserUseCases)),
    "cart": frozenset(each.name for each in fields(CartUseCases)),
    "order": frozenset(each.name for each in fields(OrderUseCases)),
}
_SUCCESSES = (200, 201, 202, 204, 304)


def sets() -> Mapping[str, frozenset[str]]:
    """By name; of all services together."""
    return {
        "routes": frozenset(row.operation.path for row in ROWS),
        "use cases": frozenset(name for names in USE_CASES.values() for name in names),
        "error codes": frozenset(error.code for error in errors()),
        "statuses": frozenset(str(status) for status in (*_SUCCESSES, *STATUS.values())),
        "services": frozenset(SERVICES),
        "states": frozenset(get_args(State)),
        "version": frozenset({VERSION}),
        "limits": frozenset({NAME, *_limits()}),
    }


def _limits() -> set[str]:
    limits = account_limits(checked(Settings, {}))
    return {
        each.name for field in fields(limits) if isinstance(each := getattr(limits, field.name), Rate | GrowingDelay)
    }
