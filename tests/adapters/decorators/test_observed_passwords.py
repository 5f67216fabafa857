"""Hashes are measured, and those that were refused are not."""

import asyncio

import pytest

from adapters.outbound.decorators.user import ObservedPasswords
from adapters.telemetry.reading import read
from adapters.telemetry.telemetry import Telemetry
from core.shared.errors import Unavailable
from tests.fakes import PlainPasswords

COUNT, WAITING = "portico_password_hash_duration_seconds_count", "portico_password_hashes_waiting"


class Held(PlainPasswords):
    """Hashes when it is let, and never for those who are refused."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def hash(self, password: str) -> str:
        await self.let.wait()
        return await super().hash(password)

    async def verify(self, password: str, stored: str | None) -> bool:
        raise Unavailable("Too many passwords are waiting to be checked.")


def told(telemetry: Telemetry) -> tuple[float, float]:
    """How many hashes were made, and how many wait."""
    values = read(telemetry.metrics.text().decode())
    return values[COUNT][()], values[WAITING][()]


async def test_hashes_are_told_while_they_wait_and_counted_when_they_are_done() -> None:
    held, telemetry = Held(), Telemetry.unread()
    passwords = ObservedPasswords(held, telemetry)
    async with asyncio.TaskGroup() as tasks:
        hashes = [tasks.create_task(passwords.hash(str(number))) for number in range(3)]
        await asyncio.sleep(0)
        assert told(telemetry) == (0, 3)
        held.let.set()
    assert len({each.result() for each in hashes}) == 3
    assert told(telemetry) == (3, 0)


async def test_a_refusal_is_no_hash_and_waits_no_more() -> None:
    telemetry = Telemetry.unread()
    with pytest.raises(Unavailable):
        await ObservedPasswords(Held(), telemetry).verify("a", None)
    assert told(telemetry) == (0, 0)
