"""Passwords whose hashing is measured: it is what takes the user service longest."""

from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from adapters.telemetry.telemetry import Telemetry
from core.user.ports import Passwords

T = TypeVar("T")


class ObservedPasswords(Passwords):
    """Tells how many hashes are under way or wait for it, and how long each took; not of those that were refused."""

    def __init__(self, passwords: Passwords, telemetry: Telemetry) -> None:
        self._passwords = passwords
        self._durations = telemetry.metrics.hashes
        self._waiting = telemetry.metrics.hashes_waiting

    async def hash(self, password: str) -> str:
        return await self._measured(self._passwords.hash(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        return await self._measured(self._passwords.verify(password, stored))

    def needs_rehash(self, stored: str) -> bool:
        return self._passwords.needs_rehash(stored)

    async def _measured(self, work: Awaitable[T]) -> T:
        began = perf_counter()
        self._waiting.inc()
        try:
            result = await work
        finally:
            self._waiting.dec()
        self._durations.observe(perf_counter() - began)
        return result
