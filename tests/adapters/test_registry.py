"""The registry is the truth about adapters: each port has a line, and each class that is an adapter stands in one."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import adapters.bootstrap
import adapters.outbound
from adapters.bootstrap.registry import CONNECTIONS, NEEDS, Need, UnknownAdapter, load, path, resolve
from adapters.bootstrap.settings import Settings
from core.cart.ports import Carts, Catalog
from core.shared.ports import Clock
from tests.adapters.test_contracts import ports
from tests.architecture.import_everything import ACT

ROOT = Path(__file__).parents[2]
CARTS, CATALOG, CLOCK = NEEDS["cart"], NEEDS["cart.catalog"], NEEDS["clock"]


class Anything:
    """Stands in for a connection: whatever a store asks of it before it is opened."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self


def is_of(kind: type, served: Collection[type]) -> bool:
    """Whether the class says that it is an adapter of one of the ports."""
    return not set(kind.__mro__).isdisjoint(served)


def classes(need: Need, name: str) -> list[type]:
    """The class of an adapter of that name, or those of all that a store bundles."""
    adapter = resolve(need.adapters[name])
    if is_of(adapter, ports()):
        return [adapter]
    given: object = Anything() if name in CONNECTIONS else "an address"
    store = adapter(*[given] * len(inspect.signature(adapter).parameters))
    return [type(part) for part in vars(store).values()]


def decorators(need: Need) -> list[type]:
    return [resolve(path) for paths in need.decorators.values() for path in paths]


def faults(needs: Mapping[str, Need], known: Collection[type]) -> list[str]:
    """What is wrong with the lines of a registry for the `known` ports."""
    lines = [resolve(port) for need in needs.values() for port in need.ports]
    found = [f"{lines.count(port)} lines for {port.__name__}" for port in known if lines.count(port) != 1]
    for key, need in needs.items():
        served = tuple(map(resolve, need.ports))
        for name in need.adapters:
            try:
                parts = classes(need, name)
            except (ImportError, AttributeError) as error:
                found.append(f"{key}: {name} does not exist: {error}")
                continue
            missing = [port for port in served if not any(is_of(part, [port]) for part in parts)]
            found += [f"{key}: {name} is no {port.__name__}" for port in missing]
            if not need.setting and len(need.adapters) > 1 and name not in need.decided:
                found.append(f"{key}: when is it {name}?")
        found += [f"{key}: {it.__name__} is of no such port" for it in decorators(need) if not is_of(it, served)]
        settings = {need.setting, *need.decorators} - {""}
        found += [f"{key}: there is no setting {name}" for name in settings - Settings.model_fields.keys()]
    return found


def of_ports(kinds: Collection[object]) -> set[type]:
    """Those that are adapters."""
    known = ports()
    return {
        kind
        for kind in kinds
        if inspect.isclass(kind) and is_of(kind, known) and kind.__module__.startswith("adapters.outbound.")
    }


def modules(package: Any, *, but: Collection[str] = ()) -> list[Any]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(module.name) for module in found if module.name not in but]


def test_every_port_has_a_line_and_every_line_holds() -> None:
    assert faults(NEEDS, ports()) == []


@pytest.mark.parametrize(
    ("needs", "known", "fault"),
    [
        ({}, [Carts], "0 lines for Carts"),
        ({"one": CLOCK, "other": CLOCK}, [Clock], "2 lines for Clock"),
        ({"cart": replace(CARTS, adapters=CLOCK.adapters)}, [Carts], "cart: system is no Carts"),
        ({"cart": replace(CARTS, adapters=NEEDS["user"].adapters)}, [Carts], "cart: memory is no Carts"),
        ({"cart": replace(CARTS, adapters={"disk": "no.such:Store"})}, [Carts], "cart: disk does not exist"),
        ({"clock": replace(CLOCK, adapters={"x": "core:Sun"})}, [Clock], "clock: x does not exist"),
        ({"clock": replace(CLOCK, setting="time")}, [Clock], "clock: there is no setting time"),
        ({"clock": replace(CLOCK, decorators=CATALOG.decorators)}, [Clock], "clock: CachedCatalog is of no such port"),
        ({"cart.catalog": replace(CATALOG, decided="")}, [Catalog], "cart.catalog: when is it http_client?"),
    ],
)
def test_a_line_that_does_not_hold_is_found(needs: Mapping[str, Need], known: list[type], fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(needs, known)), faults(needs, known)


def test_every_adapter_below_outbound_stands_in_a_line() -> None:
    there = of_ports([kind for module in modules(adapters.outbound) for kind in vars(module).values()])
    listed = {kind for need in NEEDS.values() for name in need.adapters for kind in classes(need, name)}
    assert there - listed.union(*map(decorators, NEEDS.values())) == set()


def test_bootstrap_itself_names_those_adapters_that_no_setting_chooses() -> None:
    """And so what `shop adapters` tells of them is what the compositions say."""
    compositions = modules(adapters.bootstrap, but=ACT)
    named = of_ports([kind for module in compositions for kind in vars(module).values()])
    fixed = [kind for it in NEEDS.values() if not it.setting for name in it.adapters for kind in classes(it, name)]
    assert named == set(fixed).union(*map(decorators, NEEDS.values()))


def test_an_unknown_adapter_is_told_which_there_are_and_what_chose_it() -> None:
    with pytest.raises(
        UnknownAdapter, match=r"^PRODUCT_STORE is wrong\. There is no product adapter 'disk'; there are: "
    ):
        load("product", "disk")
    with pytest.raises(UnknownAdapter, match=r"^STORE is wrong\. .* 'disk'; there are: .*memory, mongo"):
        path("cart", "disk", variable="STORE")
    with pytest.raises(UnknownAdapter, match=r"^There is no clock adapter 'sun'; there are: system\.$"):
        load("clock", "sun")
    with pytest.raises(UnknownAdapter, match=r"'shoes'; there are: .*product"):
        load("shoes", "memory")


@pytest.mark.parametrize("service", ["product", "user", "cart", "order"])
def test_a_services_store_is_the_need_of_its_name(service: str) -> None:
    assert (NEEDS[service].service, NEEDS[service].setting) == (service, f"{service}_store")


def test_a_memory_store_is_had_without_the_driver_of_any_database() -> None:
    program = "import sys; from adapters.bootstrap.registry import load; load('product', 'memory'); print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "adapters.outbound.memory.product" in loaded
    assert not {"pymongo", "bson"} & set(loaded)
