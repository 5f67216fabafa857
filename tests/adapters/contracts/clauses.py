"""What a contract is: a module of `async def` functions, each of which states one fact about an adapter."""

import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

Clause = Callable[[Any], Awaitable[None]]


def clauses_of(contract: ModuleType) -> list[Clause]:
    """Every fact that the module states, in its order."""
    return [
        function
        for name, function in vars(contract).items()
        if inspect.iscoroutinefunction(function)
        and function.__module__ == contract.__name__
        and not name.startswith("_")
    ]


def every_clause(contract: ModuleType) -> pytest.MarkDecorator:
    """Calls a test once for each `clause` of a contract."""
    clauses = clauses_of(contract)
    assert clauses
    return pytest.mark.parametrize("clause", clauses, ids=[clause.__name__ for clause in clauses])
