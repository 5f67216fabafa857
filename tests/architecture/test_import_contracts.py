"""Each import contract is kept, bites when it is broken on purpose, and leaves no library without a law."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PYPROJECT, ROOT, imports, python_files

CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
LIBRARIES = {
    module: contract["id"]
    for contract in CONTRACTS.values()
    for module in contract.get("protected_modules", contract.get("forbidden_modules", []))
}
EVERYWHERE = frozenset({"orjson"})
"""Libraries that any adapter may use: JSON is the trade of all of them."""

SERVICES = ("product", "user", "cart", "order")
VIOLATIONS = [
    ("hexagon", "core.shared.money", "import adapters"),
    ("services", "core.shared.money", "import core.product.errors"),
    ("services", "core.order.errors", "import core.cart.errors"),
    ("services", "core.newcomer", ""),
    *(("service", f"core.{service}.errors", f"import core.{service}.use_cases") for service in SERVICES),
    ("service", "core.order.model", "import core.order.ports"),
    ("service", "core.order.newcomer", ""),
    ("adapters", "adapters.outbound.memory", "import adapters.bootstrap"),
    ("adapters", "adapters.inbound.worker", "import adapters.outbound.memory"),
    ("adapters", "adapters.newcomer", ""),
    ("inbound", "adapters.inbound.worker", "import adapters.inbound.gateway"),
    ("inbound", "adapters.inbound.newcomer", "import adapters.inbound.gateway"),
    ("outbound", "adapters.outbound.memory", "import adapters.outbound.system"),
    ("outbound", "adapters.outbound.newcomer", "import adapters.outbound.system"),
]
"""The contract that must break, the module that breaks it, and the line by which it does."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("core", "adapters"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _add(root: Path, module: str, line: str) -> None:
    """Adds a line to a module, which is made if there is none."""
    path = root.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with file.open("a") as source:
        source.write(f"\n{line}\n")


def _lint(root: Path) -> tuple[set[str], str]:
    """The ids of the contracts that import-linter finds broken under `root`, and all that it says."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "COLUMNS": "500"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    results = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert set(results) == {contract["name"] for contract in CONTRACTS.values()}, done.stdout + done.stderr
    return {id for id, contract in CONTRACTS.items() if results[contract["name"]] == "BROKEN"}, done.stdout


def test_every_contract_is_kept(copy: Path) -> None:
    broken, output = _lint(copy)
    assert broken == set(), output


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_broken_contract_is_reported(contract: str, module: str, line: str, copy: Path) -> None:
    _add(copy, module, line)
    broken, output = _lint(copy)
    assert broken == {contract}, output


def test_a_library_outside_its_place_is_reported(copy: Path) -> None:
    """All at once: each has a line of its own in the report."""
    for library in LIBRARIES:
        _add(copy, "adapters.outbound.memory", f"import {library}")
    broken, output = _lint(copy)
    assert broken == set(LIBRARIES.values())
    reported = set(re.findall(r"adapters\.outbound\.memory -> (\w+) \(l", output))
    assert reported == set(LIBRARIES)
    print(f"{len(VIOLATIONS)} violations and {len(LIBRARIES)} libraries, over {len(CONTRACTS)} contracts, reported")


def test_every_contract_is_broken_here_on_purpose() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} | set(LIBRARIES.values()) == set(CONTRACTS)


def _libraries_used() -> Iterator[tuple[str, str]]:
    for file in python_files("adapters"):
        for line, module in imports(file.read_text()):
            name = module.split(".")[0]
            if name not in sys.stdlib_module_names and name not in {"core", "adapters"}:
                yield name, f"{file.relative_to(ROOT)}:{line} imports {module}"


def test_every_library_an_adapter_imports_has_its_contract() -> None:
    assert [place for name, place in _libraries_used() if name not in LIBRARIES and name not in EVERYWHERE] == []
