"""The suites of what the cart service needs for itself."""

from collections.abc import Sequence

from core.cart.ports import Carts
from tests.adapters.contracts import carts
from tests.adapters.stores import on_stores_of
from tests.adapters.suites.suite import Suite, broken
from tests.adapters.twins import carts as broken_carts
from tests.adapters.twins.every import every_twin

SUITES: Sequence[Suite] = (
    Suite(
        port=Carts,
        contracts=(carts,),
        adapters=on_stores_of("cart", lambda store: store.carts),
        twins=broken(*every_twin(broken_carts)),
    ),
)
