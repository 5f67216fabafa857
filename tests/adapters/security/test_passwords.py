"""Passwords are hashed by bcrypt in nobody's way, beyond what the port asks for."""

import asyncio
import threading

import bcrypt
import pytest

from adapters.outbound.security.passwords import BcryptPasswords, name_of
from core.shared.errors import Unavailable
from tests.adapters.security.hashing import PEPPER


def cheap(*, threads: int = 2, waiting: int = 64) -> BcryptPasswords:
    return BcryptPasswords(pepper=PEPPER, cost=4, threads=threads, waiting=waiting)


async def test_a_hash_names_its_scheme_and_cost() -> None:
    async with cheap() as passwords:
        assert (await passwords.hash("correct horse")).startswith(
            f"bcrypt-hmac-sha256${name_of(PEPPER.encode())}$$2b$04$"
        )


async def test_without_the_pepper_a_hash_is_worth_nothing() -> None:
    async with cheap() as passwords:
        stored = await passwords.hash("correct horse")
    async with BcryptPasswords(pepper="another", cost=4) as others:
        assert not await others.verify("correct horse", stored)
    assert not bcrypt.checkpw(b"correct horse", stored[-60:].encode())


async def test_the_event_loop_does_none_of_the_work() -> None:
    async with cheap() as passwords:
        names = {await passwords._work(lambda: threading.current_thread().name) for _ in range(4)}
    assert all(name.startswith("bcrypt") for name in names)


async def test_beyond_the_queue_one_is_told_to_come_again() -> None:
    async with cheap(threads=1, waiting=2) as passwords:
        gate = threading.Event()
        busy = asyncio.ensure_future(passwords._work(gate.wait))
        waiting = [asyncio.ensure_future(passwords.hash("correct horse")) for _ in range(2)]
        await asyncio.sleep(0)
        for refused in (passwords.hash("x"), passwords.verify("x", None)):
            with pytest.raises(Unavailable):
                await refused
        gate.set()
        await asyncio.gather(busy, *waiting)
        await passwords.hash("correct horse")


async def test_who_stops_waiting_leaves_the_queue() -> None:
    async with cheap(threads=1, waiting=1) as passwords:
        gate = threading.Event()
        busy = asyncio.ensure_future(passwords._work(gate.wait))
        for _ in range(5):
            impatient = asyncio.ensure_future(passwords.hash("correct horse"))
            await asyncio.sleep(0)
            impatient.cancel()
            with pytest.raises(asyncio.CancelledError):
                await impatient
        gate.set()
        await busy
        await passwords.hash("correct horse")


async def test_leaving_ends_the_threads() -> None:
    async with cheap(threads=1) as passwords:
        worker = await passwords._work(threading.current_thread)
    await asyncio.to_thread(worker.join, 5)
    assert not worker.is_alive()
