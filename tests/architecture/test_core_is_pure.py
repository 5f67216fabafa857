"""The core is rules and nothing else: harmless modules of the standard library, no clock, no I/O, no event loop."""

import ast
import sys

import pytest

from tests.architecture.source import ROOT, imports, python_files

PURE = frozenset(
    "abc base64 binascii collections contextlib contextvars copy dataclasses datetime decimal enum fractions functools "
    "hashlib heapq hmac ipaddress itertools json math operator re string struct textwrap types typing unicodedata "
    "urllib.parse uuid".split()
)
"""What the core may import. A module joins this list if it neither waits, nor remembers, nor looks outside."""

IMPURE = frozenset(
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today "
    "uuid.uuid1 uuid.uuid4 uuid.uuid6 uuid.uuid7 uuid.getnode "
    "open print input eval exec compile breakpoint __import__".split()
)
"""What the core may not name, though it needs no other import."""


def _is_allowed(module: str) -> bool:
    return module in PURE or module.rpartition(".")[0] in PURE or module.partition(".")[0] == "core"


def offences(source: str) -> list[str]:
    """What in `source` the core may not do, as sentences."""
    nodes = list(ast.walk(ast.parse(source)))
    origins = {name: origin for node in nodes for name, origin in _bound_by(node)}
    named = [(node.lineno, _origin(node, origins)) for node in nodes if isinstance(node, ast.Name | ast.Attribute)]
    return [
        *(f"line {line} imports {module}" for line, module in imports(source) if not _is_allowed(module)),
        *(f"line {line} uses {name}" for line, name in named if name in IMPURE),
    ]


def _bound_by(node: ast.AST) -> list[tuple[str, str]]:
    """The local names that an import binds, each with where it comes from."""
    if isinstance(node, ast.ImportFrom):
        return [(each.asname or each.name, f"{node.module}.{each.name}") for each in node.names]
    if isinstance(node, ast.Import):
        return [(each.asname, each.name) for each in node.names if each.asname]
    return []


def _origin(node: ast.expr, origins: dict[str, str]) -> str:
    """The dotted name that an expression such as `dt.datetime.now` stands for, or ''."""
    if isinstance(node, ast.Name):
        return origins.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (owner := _origin(node.value, origins)):
        return f"{owner}.{node.attr}"
    return ""


def test_what_the_core_may_import_is_in_the_standard_library() -> None:
    assert {module.split(".")[0] for module in PURE} <= sys.stdlib_module_names


def test_the_core_is_pure() -> None:
    files = python_files("core")
    found = [f"{file.relative_to(ROOT)} {offence}" for file in files for offence in offences(file.read_text())]
    print(f"{len(files)} files of the core read")
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pydantic",
        "from pymongo import errors",
        "import adapters.outbound.memory",
        "from . import money",
        "from ..shared.money import Money",
        "def late():\n    import bson",
        "import asyncio",
        "import urllib.request",
        "import urllib",
        "import importlib",
        "from os import environ",
        "import random",
        "import time",
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as dt\ndt.utcnow()",
        "import datetime\ndatetime.date.today()",
        "import datetime as d\nnow = d.datetime.now",
        "from uuid import uuid4\nfield(default_factory=uuid4)",
        "import uuid\nuuid.uuid1()",
        "open('x')",
        "print('sold')",
        "__import__('asyncio')",
    ],
)
def test_an_impure_line_is_found(source: str) -> None:
    assert offences(source)


@pytest.mark.parametrize(
    "source",
    [
        "import re",
        "from collections.abc import Mapping",
        "from urllib.parse import urlsplit",
        "from core.shared.money import Money",
        "from datetime import datetime\ndatetime.fromisoformat(text)\nself.clock.now()",
        "import uuid\nuuid.UUID(text)",
        "self.open(cart)\norder.print()",
    ],
)
def test_a_pure_line_is_not(source: str) -> None:
    assert offences(source) == []


def test_every_folder_with_python_is_a_package() -> None:
    """A folder without `__init__.py` would be out of sight of the import contracts."""
    folders = {file.parent for file in python_files("core", "adapters")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
