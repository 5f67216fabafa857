"""Passwords are hashed as `Passwords` promises, and without being in anyone's way."""

import asyncio
import threading
import time
import unicodedata

import bcrypt
import pytest

from adapters.outbound.security.passwords import BcryptPasswords
from core.shared.errors import Unavailable
from core.user.ports import Passwords
from tests.fakes import PlainPasswords

PEPPER = "the pepper of these tests"


def cheap(**options: int) -> BcryptPasswords:
    return BcryptPasswords(pepper=PEPPER, **{"cost": 4, "threads": 2} | options)


@pytest.mark.parametrize(
    "password",
    ["correct horse", "\u00e9" * 64, "x" * 128, "nul\0inside", "\U0001f600" * 128, " spaces ", "\ud800", "\u0130"],
)
async def test_only_the_password_itself_is_accepted(password: str) -> None:
    async with cheap() as passwords:
        stored = await passwords.hash(password)
        assert await passwords.verify(password, stored)
        for other in (password + "x", password[:-1], password[::-1] + "y", password.swapcase() + "z", ""):
            assert not await passwords.verify(other, stored)


@pytest.mark.parametrize("count", [55, 71, 72, 73, 127])
async def test_every_character_counts(count: int) -> None:
    async with cheap() as passwords:
        for letter in ("x", "\u00e9"):
            stored = await passwords.hash(letter * count + "a")
            assert not await passwords.verify(letter * count + "b", stored)
        assert not await passwords.verify("nul\0b", await passwords.hash("nul\0a"))


async def test_one_spelling_is_as_good_as_another() -> None:
    async with cheap() as passwords:
        stored = await passwords.hash("caf\u00e9 au lait")
        assert await passwords.verify(unicodedata.normalize("NFD", "caf\u00e9 au lait"), stored)


async def test_a_hash_names_its_scheme_and_is_never_the_same() -> None:
    async with cheap() as passwords:
        one, other = await passwords.hash("correct horse"), await passwords.hash("correct horse")
    assert one != other
    assert one.startswith("bcrypt-hmac-sha256$v1$$2b$04$")


async def test_without_the_pepper_a_hash_is_worth_nothing() -> None:
    async with cheap() as passwords:
        stored = await passwords.hash("correct horse")
    async with BcryptPasswords(pepper="another", cost=4) as others:
        assert not await others.verify("correct horse", stored)
    assert not bcrypt.checkpw(b"correct horse", stored.removeprefix("bcrypt-hmac-sha256$v1$").encode())


@pytest.mark.parametrize("stored", [None, "", "plain$correct horse", "argon2id$v1$x", "$2b$04$" + "." * 53])
async def test_without_a_hash_of_ours_nothing_is_accepted(stored: str | None) -> None:
    async with cheap() as passwords:
        assert not await passwords.verify("correct horse", stored)


async def test_another_cost_or_scheme_needs_a_new_hash_and_is_good_until_then() -> None:
    async with cheap(cost=4) as before, cheap(cost=5) as now:
        stored = await before.hash("correct horse")
        assert not before.needs_rehash(stored)
        assert now.needs_rehash(stored)
        assert now.needs_rehash("plain$correct horse")
        assert await now.verify("correct horse", stored)


async def test_an_account_that_is_not_there_takes_as_long() -> None:
    async with cheap(cost=10, threads=1) as passwords:
        stored = await passwords.hash("correct horse")
        times = []
        for against in (stored, None, "", "unknown$"):
            began = time.thread_time()
            spent = await passwords._work(time.thread_time)
            await passwords.verify("wrong password", against)
            times.append(await passwords._work(time.thread_time) - spent)
            assert time.thread_time() - began < min(times)
    print("CPU seconds of the worker:", times)
    assert min(times) > max(times) / 3


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


class Truncates(PlainPasswords):
    """The naive twin: bcrypt as it is, which looks at 72 bytes."""

    async def verify(self, password: str, stored: str | None) -> bool:
        return stored is not None and stored.partition("$")[2].encode()[:72] == password.encode()[:72]


async def test_the_suite_catches_a_hash_that_truncates() -> None:
    naive: Passwords = Truncates()
    assert await naive.verify("x" * 72 + "b", await naive.hash("x" * 72 + "a"))
