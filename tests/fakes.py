"""Small stand-ins for ports: a clock that is set, ids in a row, a hash that costs nothing, a stemmer of two rules."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from core.product.ports import Stemmer
from core.shared.ports import Clock, NewId, NewSecret
from core.user.ports import CommonPasswords, Passwords

_ENDING = re.compile(r"(?<=[a-z]{3})(?:ings?|(?<!s)s)\Z")

EVERYBODYS = ("password", "12345678", "password1", "iloveyou", "sunshine", "trustno1", "qwertyuiop", "princess1")
"""Passwords that are on every list."""
START = datetime(2036, 1, 2, 3, 4, 5, tzinfo=UTC)
"""Ahead of the real time, at which a real database takes away what has expired, in the midst of a test."""
AHEAD_MAX = 5_000
"""Milliseconds by which a clock may be set back before ids start again from the time it is."""


class FixedClock(Clock):
    """Stands still until it is told to advance; by less than nothing, and it is set back."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._passed = timedelta(0)

    def now(self) -> datetime:
        return self._now.replace(microsecond=self._now.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def advance(self, seconds: float) -> None:
        step = timedelta(seconds=seconds)
        self._now += step
        self._passed += max(step, timedelta(0))


class SequentialIds(NewId):
    """UUIDv7s of the clock's time, numbered in the order of making: the same in every run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._time = self._made = 0

    def __call__(self) -> str:
        self._made += 1
        now = int(self._clock.now().timestamp() * 1000)
        if now > self._time or self._time - now > AHEAD_MAX:
            self._time = now
        time = f"{self._time:012x}"
        number = f"{self._made:015x}"
        return f"{time[:8]}-{time[8:]}-7{number[:3]}-8000-{number[3:]}"


class SequentialSecrets(NewSecret):
    """Secrets that anyone can guess."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self) -> str:
        self._made += 1
        return f"secret-{self._made:036}"


class PlainPasswords(Passwords):
    """A hash which is the password itself behind the name of a scheme, with every call written down in `calls`."""

    def __init__(self, scheme: str = "plain") -> None:
        self._scheme = scheme
        self.calls: list[str] = []

    async def hash(self, password: str) -> str:
        self.calls.append("hash")
        return f"{self._scheme}${_nfc(password)}"

    async def verify(self, password: str, stored: str | None) -> bool:
        self.calls.append("verify")
        return stored is not None and stored.partition("$")[2] == _nfc(password)

    def needs_rehash(self, stored: str) -> bool:
        return stored.partition("$")[0] != self._scheme


class FewCommonPasswords(CommonPasswords):
    """Those that a test needs, and the examples of everybody."""

    def __init__(self, *more: str) -> None:
        self._all = {*EVERYBODYS, *more}

    def __contains__(self, password: object) -> bool:
        return password in self._all


class PlainStemmer(Stemmer):
    """Takes "-ing", "-ings" or a single "-s" off a word of a to z, and leaves three letters at least."""

    def stem(self, word: str) -> str:
        return _ENDING.sub("", word) if word.isascii() and word.isalpha() and word.islower() else word


def _nfc(password: str) -> str:
    return unicodedata.normalize("NFC", password)
