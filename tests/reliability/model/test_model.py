"""A plain model of the shop and the shop itself, over memory and over MongoDB, do the same, also when things go wrong.

`SEED=2 pytest tests/reliability/model` goes other ways; a failure lists the steps that lead to it, the fewest found.
"""

import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.adapters.stores import in_mongo
from tests.core.order.shop import Shop
from tests.reliability.model.machine import Different, ShopMachine
from tests.reliability.twins import TWINS

DEEP = bool(os.environ.get("DEEP"))
SEED = int(os.environ.get("SEED", "1"))


def machine_over(opened: Callable[[], AbstractAsyncContextManager[Shop]]) -> type[ShopMachine]:
    return type("Machine", (ShopMachine,), {"opened": staticmethod(opened)})


def over_memory(new_shop: Callable[[], Shop]) -> type[ShopMachine]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Shop]:
        yield new_shop()

    return machine_over(opened)


@asynccontextmanager
async def opened_in_mongo() -> AsyncIterator[Shop]:
    async with in_mongo("product") as products, in_mongo("cart") as carts, in_mongo("order") as orders:
        shop = Shop(orders=orders.orders, products=products)
        shop.carts = carts.carts
        shop.calm = shop.services()
        yield shop


def drive(machine: type[ShopMachine], *, runs: int, steps: int, phases: Collection[Phase] = tuple(Phase)) -> None:
    """Raises: Different, after a list of the steps that led there."""
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            phases=phases,
            database=None,
            deadline=None,
            print_blob=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def told(machine: type[ShopMachine], store: str, steps: int) -> str:
    return (
        f"model: {machine.runs:,} runs of up to {steps} steps over {store}, {machine.steps:,} steps in all, "
        f"{machine.disturbed:,} of them disturbed: 0 differences between shop and model"
    )


def test_the_shop_in_memory_does_what_the_plain_one_does(figure: Callable[[str], None]) -> None:
    machine = over_memory(Shop)
    drive(machine, runs=5_000 if DEEP else 200, steps=50)
    assert machine.disturbed > machine.steps / 20, "hardly anything went wrong"
    figure(told(machine, "memory", 50))


def test_the_shop_in_mongodb_does_what_the_plain_one_does(figure: Callable[[str], None]) -> None:
    machine = machine_over(opened_in_mongo)
    runs, steps = (500, 50) if DEEP else (20, 30)
    drive(machine, runs=runs, steps=steps)
    assert machine.disturbed > machine.steps / 20, "hardly anything went wrong"
    figure(told(machine, "Mongo", steps))


@pytest.mark.parametrize("name", TWINS)
def test_a_naive_shop_does_something_else(name: str) -> None:
    with pytest.raises(Different):
        drive(over_memory(TWINS[name]), runs=200, steps=50, phases=[Phase.generate])
