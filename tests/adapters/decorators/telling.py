"""Runs the facts of a decorator in virtual time."""

import asyncio
from types import ModuleType

import pytest

from tests.adapters.contracts.clauses import Clause, clauses_of
from tests.virtual_time import in_virtual_time

WITHIN = 300.0
"""Seconds, virtual ones, after which a fact is untrue of what has hung."""


def holds(clause: Clause, subject: object) -> None:
    """Raises: whatever the clause raises of the subject."""

    @in_virtual_time
    async def run() -> None:
        async with asyncio.timeout(WITHIN):
            await clause(subject)

    run()


def untrue_of(subject: object, contract: ModuleType) -> set[str]:
    """The names of the facts that do not hold."""
    untrue = set()
    for clause in clauses_of(contract):
        try:
            holds(clause, subject)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - a broken one may break in any way
            untrue.add(clause.__name__)
    return untrue
