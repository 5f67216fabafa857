"""Products that are read once for many."""

import asyncio
import gc
from collections.abc import Callable

from adapters.outbound.decorators.product import CoalescedProducts
from tests.adapters.contracts.clauses import Clause, every_clause
from tests.adapters.decorators import coalescing
from tests.adapters.decorators.broken_products import TWINS
from tests.adapters.decorators.coalescing import EVERYTHING, Stage
from tests.adapters.decorators.slow import READ
from tests.adapters.decorators.telling import holds, untrue_of
from tests.virtual_time import in_virtual_time


@every_clause(coalescing)
def test_coalesced_products(clause: Clause) -> None:
    holds(clause, CoalescedProducts)


def test_every_broken_one_is_told(figure: Callable[[str], None]) -> None:
    told = {twin.__name__: untrue_of(twin, coalescing) for twin in TWINS}
    figure(f"coalesced reads: {sum(map(bool, told.values()))} of {len(TWINS)} broken ones told")
    assert [name for name, facts in told.items() if not facts] == []


@in_virtual_time
async def test_nothing_is_left_of_what_was_asked() -> None:
    stage = await Stage(CoalescedProducts).filled(2)
    products = stage.products
    assert isinstance(products, CoalescedProducts)
    asked = [asyncio.create_task(products.search(EVERYTHING, limit=limit, after=None)) for limit in (1, 2, 3) * 3]
    await asyncio.sleep(READ * 1.5)
    for hung_up in asked[4:]:
        hung_up.cancel()
    assert len(products._lists) == 3
    await asyncio.gather(*asked, return_exceptions=True)
    await asyncio.sleep(READ)
    del asked, hung_up
    gc.collect()
    assert len(products._lists) == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
