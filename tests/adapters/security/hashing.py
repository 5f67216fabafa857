"""Passwords to test with: bcrypt at the lowest cost there is, with its work in sight, and a hash that costs nothing."""

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from types import FrameType

import bcrypt

from adapters.outbound.decorators.user import ObservedPasswords
from adapters.outbound.security.passwords import BcryptPasswords
from adapters.telemetry.telemetry import Telemetry
from core.user.ports import Passwords
from tests.adapters.contracts.passwords import Hashing
from tests.fakes import PlainPasswords

PEPPER = "the pepper of these tests"


def by_bcrypt(
    kind: type[BcryptPasswords] = BcryptPasswords, *, cost: int = 4
) -> Callable[[], AbstractAsyncContextManager[Hashing]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Hashing]:
        work: list[object] = []

        def see(frame: FrameType, event: str, called: object) -> None:
            """Python tells it of each call in the threads that are begun meanwhile."""
            if event == "c_call" and called in (bcrypt.hashpw, bcrypt.checkpw):
                work.append((called.__name__, frame.f_locals.get("against", b"")[: len("$2b$04$")]))

        async with (
            kind(pepper=PEPPER, cost=cost, threads=1, waiting=8) as passwords,
            BcryptPasswords(pepper=PEPPER, cost=9 - cost, threads=1) as earlier,
        ):
            threading.setprofile(see)
            try:
                await passwords.hash("the first password begins the thread")
            finally:
                threading.setprofile(None)
            yield Hashing(passwords=passwords, earlier=earlier, work=work)

    return opened


def observed(*, cost: int = 4) -> Callable[[], AbstractAsyncContextManager[Hashing]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Hashing]:
        async with by_bcrypt(cost=cost)() as hashing:
            yield replace(hashing, passwords=ObservedPasswords(hashing.passwords, Telemetry.unread()))

    return opened


def plain() -> Hashing:
    return Hashing(passwords=PlainPasswords(), earlier=PlainPasswords("plainer"))


class Quick(Passwords):
    """What the twins break: right but quick, which is no fault here."""

    def __init__(self, scheme: str = "quick") -> None:
        self.scheme = scheme

    async def hash(self, password: str) -> str:
        salt = secrets.token_hex(8)
        return f"{self.scheme}${salt}${self.digest(salt, password)}"

    async def verify(self, password: str, stored: str | None) -> bool:
        if stored is None or not self.knows(stored):
            return False
        _, salt, digest = stored.split("$")
        return self.digest(salt, password) == digest

    def needs_rehash(self, stored: str) -> bool:
        return not stored.startswith(f"{self.scheme}$")

    def knows(self, stored: str) -> bool:
        return stored.startswith(("quick$", "quicker$"))

    def digest(self, salt: str, password: str) -> str:
        return hashlib.sha256(salt.encode() + self.secret(unicodedata.normalize("NFC", password))).hexdigest()

    def secret(self, password: str) -> bytes:
        return password.encode("utf-8", "surrogatepass")


def quick(kind: type[Quick] = Quick) -> Hashing:
    return Hashing(passwords=kind(), earlier=kind("quicker"))
