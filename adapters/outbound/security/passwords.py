"""Password hashing by bcrypt, on threads of its own and never more of it than they can do."""

import asyncio
import base64
import hashlib
import hmac
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

import bcrypt

from core.shared.errors import Unavailable
from core.user.ports import Passwords

SCHEME = "bcrypt-hmac-sha256$v1$"
"""What a stored hash starts with: how it was made, and the name of the key. bcrypt's own text follows."""
NICENESS = 10
TYPED_MAX = 1024
"""Longer text is nobody's password, and bringing it into NFC could take very long."""

T = TypeVar("T")


class BcryptPasswords(Passwords):
    """bcrypt over a keyed HMAC-SHA-256 of the password, of which bcrypt sees 44 characters whatever its length.

    bcrypt alone refuses more than 72 bytes and stops at a NUL; and without the key, `pepper`, a stolen store is worth
    nothing. One thread a core does the work, at low priority where the system can do that for a thread; up to `waiting`
    passwords more may wait for one. The object is an async context manager: leaving it ends the threads.
    """

    def __init__(self, *, pepper: str, cost: int = 12, threads: int | None = None, waiting: int = 64) -> None:
        self._pepper = pepper.encode()
        self._cost = cost
        self._prefix = f"{SCHEME}$2b${cost:02}$"
        threads = threads or os.cpu_count() or 1
        self._room = threading.BoundedSemaphore(threads + waiting)
        self._pool = ThreadPoolExecutor(threads, "bcrypt", initializer=_step_back)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        secret = self._keyed(password)
        return SCHEME + (await self._work(lambda: bcrypt.hashpw(secret, bcrypt.gensalt(self._cost)))).decode()

    async def verify(self, password: str, stored: str | None) -> bool:
        secret = self._keyed(password)
        known = stored is not None and stored.startswith(SCHEME)
        against = stored.removeprefix(SCHEME).encode() if stored and known else self._nobodys()
        return await self._work(lambda: bcrypt.checkpw(secret, against)) and known

    def needs_rehash(self, stored: str) -> bool:
        return not stored.startswith(self._prefix)

    def _keyed(self, password: str) -> bytes:
        text = unicodedata.normalize("NFC", password) if len(password) <= TYPED_MAX else password
        return base64.b64encode(hmac.digest(self._pepper, text.encode("utf-8", "surrogatepass"), hashlib.sha256))

    def _nobodys(self) -> bytes:
        """A hash that costs as much to check as any, and that no password has."""
        return bcrypt.gensalt(self._cost) + b"." * 31

    async def _work(self, job: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            raise Unavailable("Too many passwords are waiting to be checked.")
        future: Future[T] = self._pool.submit(job)
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)


def _step_back() -> None:
    """Let whatever else this process does go first; only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
