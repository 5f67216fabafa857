"""Password hashing by bcrypt, on threads of its own and never more of it than they can do."""

import asyncio
import base64
import hashlib
import hmac
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

import bcrypt

from core.shared.errors import Unavailable
from core.user.ports import Passwords

SCHEME = "bcrypt-hmac-sha256"
UNNAMED = "v1"
"""What hashes name their pepper by that were made before peppers had names."""
NICENESS = 10
TYPED_MAX = 1024
"""Longer text is nobody's password, and bringing it into NFC could take very long."""

_STORED = re.compile(
    rf"{SCHEME}\$(?P<pepper>{UNNAMED}|[0-9a-f]{{12}})\$(?P<bcrypt>\$2b\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{{53}})"
)

T = TypeVar("T")


class BcryptPasswords(Passwords):
    """bcrypt over a keyed HMAC-SHA-256 of the password, of which bcrypt sees 44 characters whatever its length.

    bcrypt alone refuses more than 72 bytes and stops at a NUL; and without the key, `pepper`, a stolen store is worth
    nothing (NIST SP 800-63B-4, section 3.1.1.2). A hash names its pepper, so that this can change: those `retired`, the
    latest first, still verify what was made with them. What was made before peppers had names was made with the oldest.

    One thread a core does the work, at low priority where the system can do that for a thread; up to `waiting`
    passwords more may wait for one. The object is an async context manager: leaving it ends the threads.
    """

    def __init__(
        self,
        *,
        pepper: str,
        retired: Sequence[str] = (),
        cost: int = 12,
        threads: int | None = None,
        waiting: int = 64,
    ) -> None:
        self._pepper = pepper.encode()
        peppers = [self._pepper, *(each.encode() for each in retired)]
        self._peppers = {name_of(each): each for each in peppers} | {UNNAMED: peppers[-1]}
        self._cost = cost
        self._scheme = f"{SCHEME}${name_of(self._pepper)}$"
        self._prefix = f"{self._scheme}$2b${cost:02}$"
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
        secret = keyed(password, self._pepper)
        return self._scheme + (await self._work(lambda: bcrypt.hashpw(secret, bcrypt.gensalt(self._cost)))).decode()

    async def verify(self, password: str, stored: str | None) -> bool:
        found = _STORED.fullmatch(stored or "")
        known = found is not None and found["pepper"] in self._peppers
        secret = keyed(password, self._peppers[found["pepper"]] if found and known else self._pepper)
        against = found["bcrypt"].encode() if found and known else self._nobodys()
        return await self._work(lambda: bcrypt.checkpw(secret, against)) and known

    def needs_rehash(self, stored: str) -> bool:
        return not stored.startswith(self._prefix)

    def _nobodys(self) -> bytes:
        """A hash that costs as much to check as any, and that no password has."""
        return bcrypt.gensalt(self._cost) + b"." * 31

    async def _work(self, job: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            raise Unavailable("Too many passwords are waiting to be checked.")
        future: Future[T] = self._pool.submit(job)
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)


def name_of(pepper: bytes) -> str:
    """What a hash names its pepper by: nothing that a random pepper, or any password's key, could be found by."""
    return hmac.digest(pepper, b"\xff the name of this pepper", hashlib.sha256).hex()[:12]  # no text has that byte


def keyed(password: str, pepper: bytes) -> bytes:
    """What bcrypt sees of a password."""
    text = unicodedata.normalize("NFC", password) if len(password) <= TYPED_MAX else password
    return base64.b64encode(hmac.digest(pepper, text.encode("utf-8", "surrogatepass"), hashlib.sha256))


def _step_back() -> None:
    """Let whatever else this process does go first; only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
