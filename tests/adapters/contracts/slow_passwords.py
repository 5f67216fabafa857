"""The contract of `core.user.ports.Passwords`, where thieves come: of those who have the hashes, or a stopwatch."""

import base64
from collections.abc import Awaitable

from tests.adapters.contracts.passwords import UNKNOWN, Hashing

PASSWORD = "correct horse battery"


async def a_hash_is_never_the_same_twice(hashing: Hashing) -> None:
    assert len({await hashing.passwords.hash(PASSWORD) for _ in range(5)}) == 5


async def nothing_of_the_password_stands_in_its_hash(hashing: Hashing) -> None:
    stored = await hashing.passwords.hash(PASSWORD)
    plain = PASSWORD.encode()
    written = [PASSWORD, PASSWORD[::-1], plain.hex(), base64.b64encode(plain).decode().rstrip("=")]
    assert not any(text in stored for text in [*written, *PASSWORD.split()])


async def a_hash_is_work(hashing: Hashing) -> None:
    assert await _worked(hashing, hashing.passwords.hash(PASSWORD))


async def to_verify_is_the_same_work_with_a_hash_and_without(hashing: Hashing) -> None:
    stored = await hashing.passwords.hash(PASSWORD)
    hit = await _worked(hashing, hashing.passwords.verify(PASSWORD, stored))
    assert hit
    assert await _worked(hashing, hashing.passwords.verify("wrong horse", stored)) == hit
    for none in (None, *UNKNOWN):
        assert await _worked(hashing, hashing.passwords.verify(PASSWORD, none)) == hit, none


async def _worked(hashing: Hashing, asked: Awaitable[object]) -> list[object]:
    hashing.work.clear()
    await asked
    return [*hashing.work]
