"""Every store of carts keeps its contract, and the contract tells a store that does not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

import pytest

from adapters.outbound.memory.cart import MemoryCarts
from core.cart.errors import CartNotFound
from core.cart.model import Cart, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale
from tests.adapters.contracts import carts as contract
from tests.adapters.contracts.clauses import Clause, broken_clauses, every_clause
from tests.adapters.stores import on_every_store
from tests.builders import NOW, an_id, usd
from tests.core.cart.carts import ALICE, a_cart


class CartStore(Protocol):
    @property
    def carts(self) -> Carts: ...


@every_clause(contract)
@on_every_store("cart")
async def test_a_store_of_carts_keeps_its_contract(store: CartStore, clause: Clause) -> None:
    await clause(store.carts)


class IgnoredVersion(Carts):
    """Keeps whatever comes last."""

    def __init__(self) -> None:
        self._carts: dict[Owner, Cart] = {}

    async def get(self, owner: Owner) -> Cart:
        if owner not in self._carts:
            raise CartNotFound("No cart.")
        return self._carts[owner]

    async def save(self, cart: Cart) -> None:
        self._carts[cart.owner] = cart


class CheckedBefore(IgnoredVersion):
    """Compares the version, then lets somebody else pass before it writes."""

    async def save(self, cart: Cart) -> None:
        kept = self._carts.get(cart.owner)
        if (kept.version if kept else 0) != cart.version - 1:
            raise VersionStale("Stale.")
        await asyncio.sleep(0)
        await super().save(cart)


class SecondFirstCart(MemoryCarts):
    """Takes every first version for a new cart."""

    async def save(self, cart: Cart) -> None:
        if cart.version == 1:
            self._carts.pop(cart.owner, None)
        await super().save(cart)


class ForgottenOrders(MemoryCarts):
    """Loses a field."""

    async def save(self, cart: Cart) -> None:
        await super().save(replace(cart, orders=()))


@pytest.mark.parametrize(
    ("twin", "clause"),
    [
        (IgnoredVersion, contract.only_the_next_version_is_kept),
        (CheckedBefore, contract.no_change_is_lost),
        (SecondFirstCart, contract.of_many_first_carts_one_is_kept),
        (ForgottenOrders, contract.every_version_comes_back_to_the_field),
    ],
)
async def test_the_contract_tells_a_broken_store_of_carts(twin: Callable[[], Carts], clause: Clause) -> None:
    assert clause.__name__ in await broken_clauses(contract, twin)


def test_threads_lose_no_change_in_memory() -> None:
    carts = MemoryCarts()
    asyncio.run(carts.save(a_cart()))

    def add(product: int) -> None:
        async def once() -> None:
            cart = await carts.get(ALICE)
            await carts.save(cart.with_item(an_id(product), quantity=1, price=usd(1), at=NOW))

        while True:
            try:
                return asyncio.run(once())
            except VersionStale:
                continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(64)))
    cart = asyncio.run(carts.get(ALICE))
    assert (cart.version, len(cart.lines)) == (65, 64)
