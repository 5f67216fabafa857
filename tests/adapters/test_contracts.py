"""Every adapter keeps its port's contract, and every contract tells the broken ones from the others."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import adapters.outbound
from core.cart import ports as cart_ports
from core.order import ports as order_ports
from core.product import ports as product_ports
from core.shared import ports as shared_ports
from core.shared.paging import Cursor, Page
from core.user import ports as user_ports
from tests.adapters.contracts.clauses import Clause
from tests.adapters.contracts.pages import walked
from tests.adapters.suites.every import SUITES
from tests.adapters.suites.suite import Opener, Suite

LISTS = (product_ports, user_ports, cart_ports, order_ports, shared_ports)
TWINS_MIN = 3


def ports() -> list[type]:
    return [
        port
        for module in LISTS
        for port in vars(module).values()
        if inspect.isclass(port) and port.__module__ == module.__name__ and getattr(port, "_is_protocol", False)
    ]


def facts() -> list[Any]:
    return [
        pytest.param(opener, clause, id=f"{suite.name}-{name}-{clause.__name__}")
        for suite in SUITES
        for name, opener in suite.adapters.items()
        for clause in suite.clauses
    ]


@pytest.mark.parametrize(("opener", "clause"), facts())
async def test_an_adapter_keeps_its_contract(opener: Opener, clause: Clause) -> None:
    async with opener() as subject:
        await clause(subject)


def test_every_port_has_a_suite() -> None:
    assert {suite.port for suite in SUITES} == set(ports())


async def test_every_adapter_is_in_the_suite_of_its_port() -> None:
    """Every class below `adapters.outbound` that says it is an adapter of a port."""
    for module in pkgutil.walk_packages(adapters.outbound.__path__, "adapters.outbound."):
        importlib.import_module(module.name)
    for suite in SUITES:
        tried = set()
        for opener in suite.adapters.values():
            async with opener() as subject:
                tried.add(type(suite.adapter(subject)))
        missing = {kind for kind in _below(suite.port) if kind.__module__.startswith("adapters.")} - tried
        assert not missing, f"not tried by the suite of {suite.name}: {missing}"


def _below(kind: type) -> set[type]:
    subclasses: list[type] = kind.__subclasses__()
    return {each for below in subclasses for each in (below, *_below(below))}


async def test_a_fact_that_is_untrue_is_told_with_its_values() -> None:
    async def page(after: Cursor | None) -> Page[str]:
        return Page(items=("a", "b"), next=None)

    with pytest.raises(AssertionError, match=r"assert 2 <= 1\n"):
        await walked(page, limit=1)


async def survives(suite: Suite, twin: Opener) -> bool:
    for clause in suite.clauses:
        try:
            async with twin() as subject:
                await clause(subject)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - a broken adapter may break in any way
            return False
    return True


async def test_every_broken_adapter_is_told(figure: Callable[[str], None]) -> None:
    told, survivors = 0, []
    for suite in SUITES:
        assert len(suite.twins) >= TWINS_MIN, suite.name
        for fault, twin in suite.twins.items():
            if await survives(suite, twin):
                survivors.append(f"{suite.name}: {fault}")
            else:
                told += 1
    of = told + len(survivors)
    figure(f"kill rate: {told} of {of} broken adapters told, {told / of:.0%}, by the suites of {len(SUITES)} ports")
    assert not survivors, survivors
